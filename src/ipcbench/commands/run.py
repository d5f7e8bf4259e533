"""`run`: a plan measured, its document stored, everything reaped."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from ipcbench.commands.recording import record
from ipcbench.launch.companions import companions
from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.sizing import TRIAL_S
from ipcbench.launch.targets import makers_of
from ipcbench.measure.run.progress import Progress, Silent
from ipcbench.measure.run.run import LiveRun
from ipcbench.plan.case import Case
from ipcbench.plan.matrix import Plan, make_plan
from ipcbench.record.head import Document
from ipcbench.record.journal import Journal
from ipcbench.record.store import Store
from ipcbench.words import INTERRUPTED


@dataclass(frozen=True)
class RunResult:
    """A stored run: its document and where it is."""

    document: Document
    path: Path

    @property
    def failures(self) -> dict[str, str]:
        """Why cases failed, by their names."""
        found: dict[str, str] = self.document["ipcbench"]["failures"]
        return found

    @property
    def interrupted(self) -> bool:
        """Whether it was cut off by its user."""
        return bool(self.document["ipcbench"]["stopped_by"] == INTERRUPTED)


def plan_run(
    cases: Sequence[Case],
    *,
    seed: int | None,
    max_time_s: float | None = None,
    precision: float | None = None,
    left_out: Mapping[str, str] | None = None,
) -> Plan:
    """Return the plan for these cases, with their loops; without a seed a fresh one is drawn.

    `left_out` says why others that were asked for are not among them, by their names.
    """
    plan = make_plan(
        cases,
        companions,
        seed=secrets.randbits(32) if seed is None else seed,
        max_time_s=max_time_s,
        precision=precision,
    )
    return replace(plan, left_out=left_out or {})


def run(
    plan: Plan,
    interpreters: Iterable[Interpreter],
    store: Store,
    *,
    progress: Progress | None = None,
    trial_s: float = TRIAL_S,
    clock: Callable[[], float] = time.monotonic,
) -> RunResult:
    """Measure a plan and store its document; what was measured is kept even where this is cut off.

    Raises UsageError where the plan or the folder cannot be used, before anything is measured.
    """
    cases = [case for group in plan.groups for case in group.cases]
    makers = makers_of(cases, interpreters)

    def measure(journal: Journal) -> None:
        LiveRun(plan, makers, journal, progress or Silent(), clock, trial_s).measure()

    path, document = record(store, measure)
    return RunResult(document, path)
