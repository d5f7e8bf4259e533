"""One whole run for either door: launchers up, plan measured, document stored, everything reaped."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.sizing import TRIAL_S
from ipcbench.launch.targets import makers_of
from ipcbench.measure.head import stamp
from ipcbench.measure.progress import Progress
from ipcbench.measure.run import Run
from ipcbench.plan.matrix import Plan
from ipcbench.record.document import store_journal
from ipcbench.record.journal import Journal
from ipcbench.record.store import Document, Store


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
        return bool(self.document["ipcbench"]["stopped_by"] == "interrupted")


def measure_and_store(
    plan: Plan,
    interpreters: Iterable[Interpreter],
    store: Store,
    *,
    progress: Progress,
    trial_s: float = TRIAL_S,
    clock: Callable[[], float] = time.monotonic,
) -> RunResult:
    """Measure a plan and store its document; what was measured is kept even where this is cut off.

    Raises UsageError where the plan or the folder cannot be used, before anything is measured.
    """
    store.prepare()
    when = stamp()
    cases = [case for group in plan.groups for case in group.cases]
    makers = makers_of(cases, interpreters)
    with Journal(store.journal_path(when)) as journal:
        Run(plan, makers, journal, progress, clock, trial_s).measure()
    stored, document = store_journal(journal.path, store, when)
    return RunResult(document, stored)
