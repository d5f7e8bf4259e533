"""What every command that measures does with its record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ipcbench.errors import DocumentError
from ipcbench.measure.head import stamp
from ipcbench.record.head import Document
from ipcbench.record.journal import Journal, read_journal
from ipcbench.record.kinds import KINDS
from ipcbench.record.reading import DAMAGED
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


def store_journal(path: Path, store: Store, stamp: str) -> tuple[Path, Document]:
    """Turn a journal into a stored document, read that, then remove the journal; return where, and what.

    Raises DocumentError, and keeps the journal, where there is any doubt.
    """
    entries = read_journal(path)
    if entries[0]["kind"] not in KINDS:
        raise DocumentError(f"{path}: not a journal of ipcbench")
    try:
        document = KINDS[entries[0]["kind"]].build(entries)
    except DAMAGED as error:
        raise DocumentError(f"{path}: not a journal of ipcbench: {error}") from error
    stored = store.save(document, stamp)
    try:
        KINDS[entries[0]["kind"]].read(stored)
    except DocumentError as error:
        stored.unlink()
        raise DocumentError(f"{path}: kept, since what came of it could not be read: {error}") from error
    path.unlink()
    return stored, document
