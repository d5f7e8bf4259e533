"""One whole `ab`: arms measured in turns, every launch journaled, the comparison stored."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ipcbench.analysis.decision import Rule
from ipcbench.measure.ab import Ab, Metric, Told
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
    metric: Metric,
    import_path: Sequence[str] = (),
    told: Told | None = None,
) -> Path:
    """Compare until all is decided or the time is up, and store the record; nothing measured is lost.

    Raises UsageError where the folder cannot be used, before anything is measured.
    """
    store.prepare()
    when = stamp()
    with Journal(store.journal_path(when)) as journal:
        journal.append(
            KIND,
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
        comparison = Ab(
            asked.sides,
            asked.cells,
            rule,
            seed=seed,
            max_time_s=max_time_s,
            metric=metric,
            import_path=import_path,
            told=told,
            journal=journal,
        )
        comparison.run()
    stored, _ = store_journal(journal.path, store, when)
    return stored
