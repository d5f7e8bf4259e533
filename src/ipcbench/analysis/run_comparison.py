"""Two stored runs compared: what runs that were not measured side by side can decide, and no more.

A case's figure moves from session to session without any change, by 8 to 42 %. That spread is in every
interval here: learnt from stored runs of the same environment where there are enough of them, else taken from
what was recorded on a shared machine (docs/regression.md).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

import msgspec
import numpy as np

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.environment import FactDifference, differences, kind
from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.plan.coordinates import name_parts
from ipcbench.record.run import RunDocument
from ipcbench.record.schema import CaseRow, WorkloadRow
from ipcbench.statistics.between_runs import FIGURE, RATIO
from ipcbench.statistics.decision import Decision, Rule, Verdict, judge

#: The standard deviation of a session's log figure up to so many bytes of payload: by itself, and divided by
#: the reference loop that was measured beside it (None where that is wider, as for every ping-pong).
RECORDED_SPREAD: tuple[tuple[float, float, float | None], ...] = (
    (4 << 10, 0.12, 0.06),
    (256 << 10, 0.17, None),
    (math.inf, 0.42, 0.10),
)
#: How far launches lie apart, where there are too few to tell: as recorded, left to the scheduler.
LAUNCH_SPREAD = 0.15
#: So many stored runs of the same environment tell the spread better than that table does.
FEWEST_RUNS = 6


@dataclass(frozen=True)
class Cell:
    """A case of a run, and the group that has its loop."""

    group: GroupResult
    case: CaseResult

    def log(self, *, normalised: bool) -> float | None:
        """Return the log of seconds a message, or of its ratio to the loop; None where there is no loop."""
        if not normalised:
            return math.log(self.case.seconds.value) if self.case.seconds else None
        share = self.group.share_of_loop(self.case)
        return -math.log(share.value) if share else None

    def own_error(self, *, normalised: bool) -> float:
        """Return the standard error of the same: from the run's launches, or as usual if they are few."""
        estimate = self.group.share_of_loop(self.case) if normalised else self.case.seconds
        if estimate is None or estimate.half_width is None:
            return LAUNCH_SPREAD / math.sqrt(len(self.case.by_pass))
        between_runs = RATIO if normalised else FIGURE
        return math.log1p(estimate.half_width) / between_runs / 1.96


@dataclass(frozen=True, slots=True)
class Spread:
    """How far one session's figure lies from the next one's: a standard deviation of logs."""

    value: float
    normalised: bool
    #: The stored runs that it was learnt from; 0 where it is as recorded elsewhere.
    runs: int = 0

    def error(self, own: Sequence[float]) -> float:
        """Return the standard error of the difference of two runs, of which these are their own by launches.

        What was learnt from runs has the usual error of one in it. A run that was disturbed has a larger one:
        a launch that took three times as long moves its figure by 14 %, and its launches say so.
        """
        if self.runs:
            return math.sqrt(sum(max(self.value, each) ** 2 for each in own))
        return math.sqrt(sum(self.value**2 + each**2 for each in own))

    @property
    def degrees(self) -> int | None:
        """Student's degrees of freedom: an estimate from successive differences has 2/3 of the usual ones."""
        return (self.runs - 1) * 2 // 3 if self.runs else None


@dataclass(frozen=True, slots=True)
class ComparedCell:
    """One cell of two runs; without a decision there is a reason."""

    name: str
    #: The case's name in the later run; in the earlier one where it is missing there.
    case_name: str
    key: CaseRow
    decision: Decision | None
    spread: Spread | None = None
    failure: str | None = None
    #: Both runs have it, under conditions that make its figures no answer: the failure says which.
    is_refused: bool = False
    #: The later run's seconds a message to the earlier one's. The decision's ratio is the same, unless it is
    #: of times divided by the loops' (`spread.normalised`).
    ratio: float | None = None
    #: Why the decision is none although the adjusted ratio alone would be one.
    undecided: str | None = None


@dataclass(frozen=True, slots=True)
class RunComparison:
    """Two runs, cell by cell."""

    rows: Sequence[ComparedCell]
    rule: Rule
    differences: Sequence[FactDifference]
    #: Cells that only the later run has.
    added: Sequence[str]

    @property
    def is_another_machine(self) -> bool:
        """Whether the two runs are of different machines."""
        return any(each.is_another_machine for each in self.differences)


def compare_runs(
    base: RunDocument, head: RunDocument, rule: Rule, history: Iterable[RunDocument] = ()
) -> RunComparison:
    """Compare two runs cell by cell; `history` has all stored runs, oldest first, for the spread.

    Cells are matched by all their coordinates; where each run has one Python, these may differ. Between two
    machines nothing is decided.
    """
    theirs = cells(base)
    ours = _renamed(cells(head), theirs)
    found = differences(base, head)
    another = any(each.forbids for each in found)
    rule = Rule(rule.threshold, rule.alpha, max(1, len(theirs)), looks=1)
    before = _before(history, base, head)
    rows = []
    for key, cell in theirs.items():
        if key in ours:
            spreads = _spread(key, cell.case.workload, before)
            rows.append(_row(key, cell, ours[key], spreads, rule, another=another))
        else:
            why = _failure(head, key) or "missing in the later run"
            rows.append(ComparedCell(cell_name(key), cell.case.name, key, None, failure=why))
    return RunComparison(rows, rule, found, [cell_name(key) for key in ours if key not in theirs])


def cells(document: RunDocument) -> dict[CaseRow, Cell]:
    """Return what was asked for in a run, by its coordinates."""
    return {
        case.case: Cell(group, case)
        for group in read_groups(document)
        for case in group.asked
        if case.seconds is not None
    }


def cell_name(case: CaseRow) -> str:
    """Return what a user calls a cell: all its coordinates but the Python."""
    return " ".join(name_parts(case, leave_out=["python"]))


def _failure(document: RunDocument, key: CaseRow) -> str | None:
    """Return why this case gave no figure, under whichever Python where the run had one."""
    run = document.ipcbench
    if run is None:
        return None
    pythons = list(run.targets) if len(run.targets) == 1 else [key.python]
    names = (" ".join(name_parts(msgspec.structs.replace(key, python=python))) for python in pythons)
    return next((run.failures[name] for name in names if name in run.failures), None)


def _renamed(ours: dict[CaseRow, Cell], theirs: Mapping[CaseRow, Cell]) -> dict[CaseRow, Cell]:
    """Give the later run's cells the earlier one's Python, where each run has a single one."""
    pythons = {key.python for key in theirs}
    if len(pythons) != 1 or len({key.python for key in ours}) != 1:
        return ours
    (python,) = pythons
    return {msgspec.structs.replace(key, python=python): cell for key, cell in ours.items()}


def _row(
    key: CaseRow, base: Cell, head: Cell, spreads: Sequence[Spread], rule: Rule, *, another: bool
) -> ComparedCell:
    name, case_name = cell_name(key), head.case.name
    # What a case gave before it failed is no figure of a channel that works.
    for which, cell in (("earlier", base), ("later", head)):
        if failure := cell.case.record.failure:
            why = f"failed in the {which} run: {failure}"
            return ComparedCell(name, case_name, key, None, failure=why, is_refused=True)
    if base.case.is_lossy or head.case.is_lossy:
        failure = "messages get lost on its way, so that its time is no comparison"
        return ComparedCell(name, case_name, key, None, failure=failure, is_refused=True)
    if failure := _slowed_apart(base, head):
        return ComparedCell(name, case_name, key, None, failure=failure, is_refused=True)
    for spread in spreads:
        before, after = (cell.log(normalised=spread.normalised) for cell in (base, head))
        if before is None or after is None:
            continue
        own = [cell.own_error(normalised=spread.normalised) for cell in (base, head)]
        launches = min(len(cell.case.by_pass) for cell in (base, head))
        decision = judge(after - before, spread.error(own), spread.degrees, rule, launches=launches)
        if another:
            decision = Decision(Verdict.INCONCLUSIVE, decision.ratio, 0.0, math.inf, launches)
        raw = raw_log(base, head)
        undecided = None
        if spread.normalised and contradicts(decision.verdict, raw, rule.slower_limit):
            undecided = moved_text(decision.verdict, raw, raw - math.log(decision.ratio))
            decision = replace(decision, verdict=Verdict.INCONCLUSIVE)
        return ComparedCell(name, case_name, key, decision, spread, ratio=math.exp(raw), undecided=undecided)
    return ComparedCell(name, case_name, key, None, failure="no figure in both runs")


def _slowed_apart(base: Cell, head: Cell) -> str | None:
    """Return what slowed the messages of one run only; None where nothing did, or the same in both."""
    before, after = (set(cell.case.slowdowns) for cell in (base, head))
    told = [
        f"slowed by {what} in the {which} run only"
        for which, found in (("earlier", before - after), ("later", after - before))
        for what in sorted(found)
    ]
    return "; ".join(told) or None


def raw_log(base: Cell, head: Cell) -> float:
    """Return the log of the later run's seconds a message to the earlier one's."""
    before, after = (cell.log(normalised=False) for cell in (base, head))
    assert before is not None
    assert after is not None
    return after - before


def contradicts(verdict: Verdict, raw: float, limit: float) -> bool:
    """Whether what an adjusted ratio says of a channel is not so of the time that its messages took.

    `raw` is the log of the ratio as measured, `limit` the threshold's.
    """
    if verdict is Verdict.REGRESSED:
        return raw <= 0
    if verdict is Verdict.IMPROVED:
        return raw >= 0
    if verdict is Verdict.NOT_SLOWER:
        return raw >= limit
    return verdict is Verdict.WITHIN and not 0 < raw < limit


def moved_text(verdict: Verdict, raw: float, loop: float) -> str:
    """Return why nothing is decided: how far, as logs, a case moved and how far the loop beside it did."""
    return (
        f"beside its loop {verdict.value}, but a message took {math.exp(raw):.3f} times as long and one of "
        f"the loop {math.exp(loop):.3f} times: the machine changed"
    )


#: The logs of stored runs, by cell and by whether they are divided by the loop's.
Logs = Mapping[tuple[CaseRow, bool], Sequence[float]]


def _before(history: Iterable[RunDocument], base: RunDocument, head: RunDocument) -> Logs:
    """Return what runs of the base's environment measured, without the head's own."""
    found: dict[tuple[CaseRow, bool], list[float]] = {}
    environment = kind(base)
    for run in history:
        if run == head or kind(run) != environment:
            continue
        for key, cell in cells(run).items():
            for normalised in (False, True) if cell.case.is_comparable else ():
                if (log := cell.log(normalised=normalised)) is not None:
                    found.setdefault((key, normalised), []).append(log)
    return found


def _spread(key: CaseRow, workload: WorkloadRow, before: Logs) -> list[Spread]:
    """Return the spreads to judge by, the narrower first: the ratio to the loop, or the figure itself."""
    learnt = [
        Spread(_successive(logs), normalised, len(logs))
        for normalised in (False, True)
        if len(logs := before.get((key, normalised), ())) >= FEWEST_RUNS
    ]
    raw, normalised = next(
        (raw, normalised) for most, raw, normalised in RECORDED_SPREAD if key.payload_bytes <= most
    )
    recorded = [Spread(raw, normalised=False)]
    if normalised is not None and workload.overlapping and not workload.fills:
        recorded.append(Spread(normalised, normalised=True))
    return sorted(learnt or recorded, key=lambda spread: spread.value)


def _successive(logs: Sequence[float]) -> float:
    """Return the standard deviation from successive differences, which a change in between widens but little.

    von Neumann's mean square successive difference (Annals of Mathematical Statistics 12:153, 1941).
    """
    return math.sqrt(float(np.mean(np.diff(logs) ** 2)) / 2)
