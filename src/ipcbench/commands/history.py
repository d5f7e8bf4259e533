"""`history`: every stored run, and after which one a figure changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from ipcbench.analysis.history import RunHistory, read_history, select
from ipcbench.record.store import Store


def history(
    store: Store, asked: Mapping[str, object], unread: Callable[[str], object] = lambda _why: None
) -> RunHistory:
    """Return the runs that can be read and the series at these coordinates, as a user writes them.

    None is any; `unread` hears, file and reason, of runs that cannot be read. Raises UsageError for what is
    no coordinate.
    """
    found = read_history((path.stem, document) for path, document in store.documents(unread))
    return RunHistory(found.runs, select(found.series, asked))
