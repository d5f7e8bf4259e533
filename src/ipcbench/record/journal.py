"""The append-only journal of a run in progress: what was measured survives a crash of the measuring side.

One JSON object a line. The first describes what is measured, the last (if it got there) how it ended.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Self

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.record.files import MOST_BYTES, read_bytes, texts_of
from ipcbench.record.head import Entry, Head
from ipcbench.record.privacy import with_short_paths

#: A journal has more words than the record that it becomes.
MOST_JOURNAL_BYTES = 4 * MOST_BYTES


class Journal:
    """Appends entries, each safely on disk before the next is measured."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("xb")

    def append(self, entry: Head | Entry) -> None:
        """Write an entry, with the paths in it shortened (`privacy`)."""
        self._file.write(msgspec.json.encode(with_short_paths(msgspec.to_builtins(entry))) + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())

    def close(self) -> None:
        """End it as it stands."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def read_journal(path: Path) -> list[dict[str, Any]]:
    """Return the entries of a journal as plain values; a last line cut short by a crash is left out."""
    whole, _, _ = read_bytes(path, MOST_JOURNAL_BYTES).rpartition(b"\n")
    lines = texts_of(path, whole).split("\n") if whole else []
    entries: list[dict[str, Any]] = []
    for number, line in enumerate(lines, 1):
        try:
            entry = msgspec.json.decode(line)
        except (msgspec.MsgspecError, ValueError, RecursionError) as error:
            raise DocumentError(f"{path}: line {number} is not a journal entry: {error}") from error
        if not isinstance(entry, dict) or not isinstance(entry.get("kind"), str):
            raise DocumentError(f"{path}: line {number} is not a journal entry")
        entries.append(entry)
    if not entries:
        raise DocumentError(f"{path}: not a journal of ipcbench")
    return entries
