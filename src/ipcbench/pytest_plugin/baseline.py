"""The stored run that a session's cases are judged by."""

from __future__ import annotations

from pathlib import Path

import pytest

from ipcbench.analysis.run_comparison import ComparedCell, compare_runs
from ipcbench.commands.find import find
from ipcbench.errors import IpcbenchError
from ipcbench.plan.defaults import ALPHA, THRESHOLD
from ipcbench.record.run import RunDocument, read_run
from ipcbench.record.store import Store
from ipcbench.report.compare_verdicts import ab_command, run_verdicts, verdict_row
from ipcbench.report.tables.verdicts import verdicts_text
from ipcbench.report.verdicts import ADJUSTED
from ipcbench.statistics.decision import Rule, Verdict


class Baseline:
    """Reads the baseline before anything is measured; raises pytest's UsageError where it cannot be."""

    def __init__(self, store: Store, name: str) -> None:
        self._store = store
        try:
            self._path = find(store, name)
            self._base = read_run(self._path)
        except IpcbenchError as error:
            raise pytest.UsageError(f"--ipcbench-baseline: {error}") from None
        self._head: RunDocument | None = None
        self._rows: dict[str, ComparedCell] = {}
        #: All verdicts as a table; what is missing or undecided stands there too.
        self.summary = ""

    def judge(self, head: Path) -> None:
        """Compare the run that was just stored with the baseline."""
        self._head = read_run(head)
        history = (document for _, document in self._store.documents())
        compared = compare_runs(self._base, self._head, Rule(THRESHOLD, ALPHA), history)
        self._rows = {row.case_name: row for row in compared.rows}
        self.summary = verdicts_text(
            run_verdicts(compared, self._base, self._head, (self._path.stem, head.stem))
        )

    def regression(self, case_name: str) -> str | None:
        """Return why a case fails, in a line; None where it is not regressed.

        One that was slowed in one of the runs only fails, too: it would pass however slow it became.
        """
        row = self._rows.get(case_name)
        if row is not None and row.is_refused:
            return f"{case_name}: cannot be compared with baseline {self._path.stem}: {row.failure}"
        if row is None or row.decision is None or row.decision.verdict is not Verdict.REGRESSED:
            return None
        assert self._head is not None
        shown = verdict_row(row)
        adjusted = f" ({ADJUSTED} {shown.adjusted})" if shown.adjusted else ""
        return (
            f"{case_name}: regressed: time a message {shown.measured}{adjusted} to baseline "
            f"{self._path.stem}; see: {ab_command(self._base, self._head, row.key)}"
        )
