"""`ab`: is the one slower than the other? Arms measured in turns, every launch journaled."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from ipcbench.commands.recording import record
from ipcbench.commands.resolve import resolve
from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import check_setting, is_setting, learn, learn_missing, workload_traits
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.placement import default_placements
from ipcbench.launch.possible import check_case, check_comparable
from ipcbench.measure.ab.ab import Ab, OnProgress
from ipcbench.measure.ab.arm_targets import ArmTarget
from ipcbench.measure.ab.metric import Metric
from ipcbench.measure.ab.plan import AbPlan
from ipcbench.measure.head import head
from ipcbench.plan import defaults
from ipcbench.plan.arms import ACCEPTED, Arm
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import BY_NAME
from ipcbench.probe.settings import environment_of
from ipcbench.record.comparison import ArmRow, ComparedRow, ComparisonHead
from ipcbench.record.journal import Journal
from ipcbench.record.privacy import with_short_names
from ipcbench.record.schema import CaseRow
from ipcbench.record.store import Store
from ipcbench.statistics.decision import Rule, SequentialTest

#: Where no time is given: so much for each comparison; most are decided in a third of it.
SECONDS_A_COMPARISON = 15.0


def plan_ab(
    arms: Sequence[Arm],
    asked: Mapping[str, object],
    *,
    rule: Rule | None = None,
    percentile: float | None = None,
    max_time_s: float | None = None,
    seed: int | None = None,
) -> AbPlan:
    """Return arms and cells, of coordinates by name; what is not named, or None, is as usual.

    Compared are mean times, or a percentile of single messages. Cells that an arm cannot run are left out,
    and the plan says why. Raises UsageError where none is left.
    """
    # Arms that are all alike ask for this machine's error rate: each is given a launcher of its own.
    alike = len({str(arm) for arm in arms}) == 1
    targets = [ArmTarget(arm, find_interpreter(arm.python), arm.label if alike else "") for arm in arms]
    launcher = _launcher(targets)
    _learn_arms(targets, asked, launcher)
    # What all arms name does not make more cells.
    shared = [name for name in arms[0].coordinates if all(name in arm.coordinates for arm in arms)]
    first = {name: BY_NAME[name].text(arms[0].coordinates[name]) for name in shared}
    usual = {**defaults.AB, "placement": default_placements()}
    if percentile:
        usual["workload"] = defaults.WORKLOAD_OF_PERCENTILES
    left_out: dict[str, str] = {}
    cells, _ = resolve({**asked, **first}, launcher, usual, left_out)
    channels = {target.case(cell).channel for target in targets for cell in cells}
    learn_missing(sorted(channels), [target.interpreter for target in targets])
    cells = _comparable(targets, cells, left_out)
    _check(cells, percentile)
    return AbPlan(
        targets,
        cells,
        rule or Rule(defaults.THRESHOLD, defaults.ALPHA),
        Metric(percentile),
        secrets.randbits(32) if seed is None else seed,
        SECONDS_A_COMPARISON * len(cells) * (len(targets) - 1) if max_time_s is None else max_time_s,
        left_out,
    )


def _comparable(targets: Sequence[ArmTarget], cells: Sequence[Case], left_out: dict[str, str]) -> list[Case]:
    """Return the cells that every arm can run; why not the others is told in `left_out`.

    Raises UsageError where none is left.
    """
    found = []
    for cell in cells:
        try:
            for target in targets:
                check_case(target.case(cell))
                check_comparable(target.case(cell))
        except UsageError as error:
            left_out[cell.name] = str(error)
        else:
            found.append(cell)
    if not found:
        raise UsageError("; ".join(dict.fromkeys(left_out.values())))
    return found


def _check(cells: Sequence[Case], percentile: float | None) -> None:
    for workload in sorted({cell.workload for cell in cells} if percentile else ()):
        if not workload_traits(workload).times_each:
            raise UsageError(
                f"{workload} times no single messages; accepted: {defaults.WORKLOAD_OF_PERCENTILES}, for one"
            )


def _launcher(targets: Sequence[ArmTarget]) -> Callable[[], Launcher]:
    """Return what describes one's own: as the first arm has it, installed or not; then as the others do."""
    folders = [folder for target in targets for folder in target.arm.paths]
    environment = environment_of(targets[0].arm.settings)
    return partial(Launcher, targets[0].interpreter, first_path=folders, environment=environment)


def _learn_arms(
    targets: Sequence[ArmTarget], asked: Mapping[str, object], launcher: Callable[[], Launcher]
) -> None:
    """Learn channels and settings of the arms; raise UsageError for what is none, or named by some only."""
    for target in targets:
        for text in target.arm.settings:
            if not is_setting(text):
                raise UsageError(f"arm {target.label}: {text!r} is not understood; {ACCEPTED}")
    named = [target for target in targets if "channel" in target.arm.coordinates]
    if named and asked.get("channel"):
        raise UsageError("--channel and an arm's channel= exclude one another; accepted: one of them")
    if named and len(named) < len(targets):
        missing = next(target.label for target in targets if target not in named)
        raise UsageError(f"arm {missing} names no channel; accepted: all arms name one, or none")
    own = {
        name: [target.arm.coordinates[name] for target in targets if name in target.arm.coordinates]
        for name in ("channel", "payload")
    }
    learn(own, launcher)
    for target in targets:
        try:
            learn({"setting": target.arm.settings}, launcher)
            for text in target.arm.settings:
                check_setting(text)
        except UsageError as error:
            raise UsageError(f"arm {target.label}: {error}") from error


def ab(
    plan: AbPlan,
    store: Store,
    *,
    on_progress: OnProgress | None = None,
    of: type[ComparisonHead] = ComparisonHead,
    comparison: Callable[[Rule], SequentialTest] = SequentialTest,
) -> Path:
    """Compare until all is decided or the time is up, and store the record; nothing measured is lost.

    What is measured with a `comparison` that goes on differently is a record `of` another kind. Raises
    UsageError where the folder cannot be used, before anything is measured.
    """

    def measure(journal: Journal) -> None:
        journal.append(_head(plan, of))
        measuring = Ab(plan, on_progress=on_progress, comparison=comparison, journal=journal)
        measuring.run()
        journal.append(measuring.end)

    return record(store, measure)[0]


def _head(plan: AbPlan, of: type[ComparisonHead]) -> ComparisonHead:
    return of(
        seed=plan.seed,
        max_time_s=plan.max_time_s,
        threshold=plan.rule.threshold,
        alpha=plan.rule.alpha,
        question=plan.rule.question.value,
        metric=str(plan.metric),
        conditions=plan.conditions,
        left_out=with_short_names(plan.left_out),
        arms=[
            ArmRow(label=target.label, text=str(target.arm), coordinates=list(target.arm.coordinates))
            for target in plan.targets
        ],
        rows=[
            ComparedRow(cell=plan.name(cell), arm=target.label, case=CaseRow.of(target.case(cell)))
            for cell in plan.cells
            for target in plan.targets[1:]
        ],
        **head(),
    )
