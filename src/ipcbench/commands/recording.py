"""What every command that measures does with its record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ipcbench.measure.head import stamp
from ipcbench.record.document import store_journal
from ipcbench.record.head import Document
from ipcbench.record.journal import Journal
from ipcbench.record.store import Store


def record(store: Store, measure: Callable[[Journal], object]) -> tuple[Path, Document]:
    """Have it journal what it measures, and store what comes of the journal; return where, and what.

    Where it is cut off, the journal stays, for `ipcbench recover`. Raises UsageError where the folder cannot
    be used, before anything is measured.
    """
    store.prepare()
    when = stamp()
    with Journal(store.journal_path(when)) as journal:
        measure(journal)
    return store_journal(journal.path, store, when)
