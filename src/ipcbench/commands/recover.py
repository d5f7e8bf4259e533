"""Make a record of the journal of a command that was cut off."""

from __future__ import annotations

from pathlib import Path

from ipcbench.commands.recording import store_journal
from ipcbench.record.store import Store


def recover(journal: Path, store: Store) -> Path:
    """Store what the command had measured, remove its journal, and return the record's file.

    Raises DocumentError for what is no journal.
    """
    store.prepare()
    path, _ = store_journal(journal, store, journal.name.split("-")[0])
    return path
