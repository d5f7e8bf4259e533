"""What every command that measures does with its record."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ipcbench.errors import DocumentError, IpcbenchError, UsageError
from ipcbench.launch.output import listening
from ipcbench.measure.head import stamp
from ipcbench.record.head import Document, Output
from ipcbench.record.journal import Journal, read_journal
from ipcbench.record.kinds import KINDS
from ipcbench.record.reading import DAMAGED
from ipcbench.record.store import Store

#: Entries of journals that hold what was measured; without one there is nothing to keep.
MEASURED = ("launch", "counted")


def record(store: Store, measure: Callable[[Journal], object]) -> tuple[Path, Document]:
    """Have it journal what it measures, and store what comes of the journal; return where, and what.

    Where it is killed, the journal stays, for `ipcbench recover`; where it fails or is interrupted, what it
    had measured is stored. Raises UsageError where the folder cannot be used, before anything is measured,
    and IpcbenchError, with where the journal is, where it could not be stored afterwards.
    """
    store.prepare()
    when = stamp()
    journal = _journal(store.journal_path(when))
    with _noting_where(journal), _keeping(KeyboardInterrupt, journal, store, when):
        with journal:
            with _keeping(IpcbenchError, journal, store, when), listening() as heard:
                measure(journal)
            for interpreter, written in heard.items():
                journal.append(Output(of=interpreter, text=written))
        try:
            # It may have been removed meanwhile.
            store.prepare()
        except UsageError as error:
            raise IpcbenchError(f"{error}; {_where(journal.path)}") from error
        return store_journal(journal.path, store, when)


@contextmanager
def _noting_where(journal: Journal) -> Iterator[None]:
    """Note where the journal is with a fault of ours, or where there is no memory to do more about it."""
    try:
        yield
    except Exception as error:
        if not isinstance(error, IpcbenchError) and journal.holds(MEASURED):
            error.add_note(_where(journal.path))
        raise


@contextmanager
def _keeping(what: type[BaseException], journal: Journal, store: Store, when: str) -> Iterator[None]:
    """Store what had been measured where this comes; it goes on."""
    try:
        yield
    except what as error:
        _keep(error, journal, store, when)
        raise


def _keep(error: BaseException, journal: Journal, store: Store, when: str) -> None:
    """Store what a command had measured that could not go on, if anything; note where with the error."""
    if not journal.path.exists():
        # All was stored before.
        return
    # Windows removes no file that is open.
    journal.close()
    if not journal.holds(MEASURED):
        journal.path.unlink(missing_ok=True)
        return
    try:
        path, _ = store_journal(journal.path, store, when)
    except IpcbenchError:
        error.add_note(_where(journal.path))
    else:
        error.add_note(f"what had been measured is stored: {path}")


def _where(journal: Path) -> str:
    return f"what had been measured is kept: ipcbench recover {journal}"


def _journal(path: Path) -> Journal:
    try:
        return Journal(path)
    except OSError as error:
        raise UsageError(
            f"journal {str(path)!r}: {error.strerror}; accepted: a folder of results that can be written"
        ) from error


def store_journal(path: Path, store: Store, stamp: str) -> tuple[Path, Document]:
    """Turn a journal into a stored document, read that, then remove the journal; return where, and what.

    Keeps the journal and raises DocumentError where there is any doubt, IpcbenchError where nothing can be
    written.
    """
    entries = read_journal(path)
    if entries[0]["kind"] not in KINDS:
        raise DocumentError(f"{path}: not a journal of ipcbench")
    try:
        document = KINDS[entries[0]["kind"]].build(entries)
    except DAMAGED as error:
        raise DocumentError(f"{path}: not a journal of ipcbench: {error}") from error
    try:
        stored = store.save(document, stamp)
    except OSError as error:
        raise IpcbenchError(
            f"results folder {str(store.folder)!r}: {error.strerror}; "
            f"the journal is kept: ipcbench recover {path}"
        ) from error
    try:
        KINDS[entries[0]["kind"]].read(stored)
    except DocumentError as error:
        stored.unlink()
        raise DocumentError(f"{path}: kept, since what came of it could not be read: {error}") from error
    path.unlink()
    return stored, document
