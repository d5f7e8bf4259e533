"""`history`: every stored run, and after which one a figure changed."""

from __future__ import annotations

from collections.abc import Mapping

from ipcbench.analysis.history import History, read_history, select
from ipcbench.record.store import Store


def history(store: Store, asked: Mapping[str, object]) -> History:
    """Return the runs that can be read and the series at these coordinates, as a user writes them.

    None is any. Raises UsageError for what is no coordinate.
    """
    found = read_history((path.stem, document) for path, document in store.documents())
    return History(found.runs, select(found.series, asked))
