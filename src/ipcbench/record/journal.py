"""The append-only journal of a run in progress: what was measured survives a crash of the measuring side.

One JSON object a line. The first describes what is measured, the last (if it got there) how it ended.
"""

from __future__ import annotations

import errno
import json
import os
import tempfile
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import Any, Self

import msgspec

from ipcbench.errors import DocumentError, IpcbenchError
from ipcbench.record.files import MOST_BYTES, read_bytes, texts_of, with_visible_texts
from ipcbench.record.head import Entry, Head
from ipcbench.record.privacy import with_short_paths

#: A journal has more words than the record that it becomes.
MOST_JOURNAL_BYTES = 4 * MOST_BYTES


class Journal:
    """Appends entries, each safely on disk before the next is measured.

    Where the file can no longer be written or has been removed, it goes on in the temporary folder with all
    that it held: `path` is where it is.
    """

    def __init__(self, path: Path) -> None:
        """Begin a journal; raise OSError where it cannot be."""
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = path.open("x+b", buffering=0)
        #: How much of it is whole entries.
        self._whole_bytes = 0
        self._kinds: set[object] = set()

    def append(self, entry: Head | Entry) -> None:
        """Write an entry, with the paths in it shortened (`privacy`).

        Raises IpcbenchError where neither its folder nor the temporary one takes it, or where the reader of
        records would not take it; all before it is kept.
        """
        line = _line(entry)
        self._kinds.add(type(entry).__struct_config__.tag)
        self._heal()
        try:
            if not os.fstat(self._file.fileno()).st_nlink:
                raise FileNotFoundError(errno.ENOENT, "it was removed")
            self._write(line)
        except OSError as error:
            self._move(line, error)

    def holds(self, kinds: Collection[str]) -> bool:
        """Return whether there is an entry of one of these kinds."""
        return not self._kinds.isdisjoint(kinds)

    def _write(self, line: bytes) -> None:
        self._file.seek(self._whole_bytes)
        rest = memoryview(line)
        while rest:
            rest = rest[self._file.write(rest) :]
        os.fsync(self._file.fileno())
        self._whole_bytes += len(line)

    def _heal(self) -> None:
        """Keep what an interrupted append (Ctrl-C) had written whole, and cut off what it had begun."""
        size = os.fstat(self._file.fileno()).st_size
        if size > self._whole_bytes:
            self._file.seek(size - 1)
            if self._file.read(1) == b"\n":
                self._whole_bytes = size
            else:
                self._file.truncate(self._whole_bytes)

    def _move(self, line: bytes, why: OSError) -> None:
        """Go on in the temporary folder."""
        self._file.seek(0)
        content = self._file.read(self._whole_bytes)
        new = Path(tempfile.gettempdir()) / f"ipcbench-{self.path.name}"
        try:
            file = new.open("x+b", buffering=0)
        except OSError as error:
            raise self._full(why) from error
        old, self._file, self._whole_bytes = self._file, file, 0
        try:
            self._write(content)
            self._write(line)
        except OSError as error:
            file.close()
            new.unlink()
            self._file, self._whole_bytes = old, len(content)
            raise self._full(why) from error
        old.close()
        with suppress(OSError):
            self.path.unlink()
        self.path = new

    def _full(self, why: OSError) -> IpcbenchError:
        with suppress(OSError):
            self._file.truncate(self._whole_bytes)
        return IpcbenchError(f"{self.path}: {why.strerror}, and {tempfile.gettempdir()} takes no more either")

    def close(self) -> None:
        """End it as it stands."""
        self._file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _line(entry: Head | Entry) -> bytes:
    """Return the line of an entry as the reader takes it; raise IpcbenchError where there is none."""
    plain = with_short_paths(msgspec.to_builtins(entry))
    try:
        line = msgspec.json.encode(plain)
    except UnicodeEncodeError:
        # Texts from elsewhere, as folders' names, may hold what is no character.
        line = json.dumps(plain).encode()
    try:
        msgspec.json.decode(with_visible_texts(line.decode()), type=type(entry))
    except msgspec.MsgspecError as error:
        raise IpcbenchError(f"what came cannot be stored: {error}") from error
    return line + b"\n"


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
