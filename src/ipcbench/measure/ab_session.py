"""One whole `ab`: arms measured in turns, every launch journaled, the comparison stored."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ipcbench.analysis.decision import Comparison, Rule
from ipcbench.measure.ab import MEAN, Ab, Metric, Told
from ipcbench.measure.ab_request import AbRequest
from ipcbench.measure.head import head, stamp
from ipcbench.record.comparison import KIND
from ipcbench.record.document import store_journal
from ipcbench.record.journal import Journal
from ipcbench.record.privacy import without_private
from ipcbench.record.store import Store


def compare_and_store(
    asked: AbRequest,
    rule: Rule,
    store: Store,
    *,
    seed: int,
    max_time_s: float,
    metric: Metric = MEAN,
    told: Told | None = None,
    kind: str = KIND,
    comparison: Callable[[Rule], Comparison] = Comparison,
) -> Path:
    """Compare until all is decided or the time is up, and store the record; nothing measured is lost.

    What is measured of a `comparison` with itself that begins anew is another `kind` of record.
    Raises UsageError where the folder cannot be used, before anything is measured.
    """
    store.prepare()
    when = stamp()
    with Journal(store.journal_path(when)) as journal:
        journal.append(
            kind,
            seed=seed,
            max_time_s=max_time_s,
            threshold=rule.threshold,
            alpha=rule.alpha,
            metric=str(metric),
            conditions=asked.conditions,
            arms=without_private([{"label": side.label, "text": str(side.arm)} for side in asked.sides]),
            rows=[
                {"cell": asked.name(cell), "arm": side.label, "case": asked.told(cell).as_record()}
                for cell in asked.cells
                for side in asked.sides[1:]
            ],
            **head(),
        )
        ab = Ab(
            asked.sides,
            asked.cells,
            rule,
            seed=seed,
            max_time_s=max_time_s,
            metric=metric,
            told=told,
            comparison=comparison,
            journal=journal,
        )
        ab.run()
    stored, _ = store_journal(journal.path, store, when)
    return stored
