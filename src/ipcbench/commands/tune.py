"""`tune`: what to change in a program so that its messages get faster; every launch is journaled."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from ipcbench.commands.recording import record
from ipcbench.commands.resolve import resolve
from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import check_setting, is_setting, learn
from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.possible import check_comparable
from ipcbench.measure.ab.ab import OnProgress
from ipcbench.measure.head import head
from ipcbench.measure.tune.knobs import KNOBS
from ipcbench.measure.tune.knobs.contract import Knob
from ipcbench.measure.tune.knobs.own import Own
from ipcbench.measure.tune.plan import TunePlan
from ipcbench.measure.tune.stages import arm_of
from ipcbench.measure.tune.tune import Tune
from ipcbench.plan import defaults
from ipcbench.plan.case import Case
from ipcbench.record.journal import Journal
from ipcbench.record.schema import CaseRow
from ipcbench.record.store import Store
from ipcbench.record.tuning import TuningHead
from ipcbench.statistics.decision import Rule


def plan_tune(
    asked: Mapping[str, object],
    *,
    knobs: Sequence[str] = (),
    rule: Rule | None = None,
    max_time_s: float | None = None,
    seed: int | None = None,
) -> TunePlan:
    """Return what a tuning of one case tries: all knobs whose symptom shows, and those of these names.

    A name may be what an arm is (`env:NAME=VALUE`). Raises UsageError for what cannot be.
    """
    cases, (interpreter, *more) = resolve(asked, usual=defaults.TUNE)
    if more:
        raise UsageError("tune takes one interpreter; accepted: one --python")
    if len(cases) != 1:
        raise UsageError(f"tune takes one case, not {len(cases)}; accepted: one of each coordinate")
    check_comparable(cases[0])
    own = [text for text in knobs if text not in KNOBS]
    rule = rule or Rule(defaults.THRESHOLD, defaults.ALPHA)
    return TunePlan(
        case=cases[0],
        interpreter=interpreter,
        knobs=[*KNOBS.values(), *(_own(text, cases[0], interpreter) for text in own)],
        named=list(knobs),
        threshold=rule.threshold,
        alpha=rule.alpha,
        seed=secrets.randbits(32) if seed is None else seed,
        max_time_s=defaults.TUNE_TIME_S if max_time_s is None else max_time_s,
    )


def _own(text: str, case: Case, interpreter: Interpreter) -> Knob:
    """Return what somebody's own change is tried by."""
    if "=" not in text:
        raise UsageError(
            f"knob {text!r} is not known; accepted: {', '.join(KNOBS)}, or KEY=VALUE as in an arm"
        )
    arm = arm_of(case, "a", [text])
    for setting in arm.settings:
        if not is_setting(setting):
            raise UsageError(
                f"knob {text!r} is not understood; accepted: a coordinate or a setting, KEY=VALUE"
            )
        learn({"setting": [setting]}, partial(Launcher, interpreter))
        check_setting(setting)
    return Own(text)


def tune(plan: TunePlan, store: Store, *, on_progress: Callable[[str], OnProgress] | None = None) -> Path:
    """Tune until all is decided or the time is up, and store the record; nothing measured is lost.

    Raises UsageError where the folder cannot be used, before anything is measured.
    """

    def measure(journal: Journal) -> None:
        journal.append(head_of(plan))
        Tune(plan, journal, on_progress=on_progress).run()

    return record(store, measure)[0]


def head_of(plan: TunePlan) -> TuningHead:
    """Return what the journal of a tuning begins with."""
    return TuningHead(
        seed=plan.seed,
        max_time_s=plan.max_time_s,
        threshold=plan.threshold,
        alpha=plan.alpha,
        conditions=plan.conditions,
        case=CaseRow.of(plan.case),
        **head(),
    )
