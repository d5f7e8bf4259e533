"""The folder of records: numbered documents, written whole or not at all, read with suspicion."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import msgspec

from ipcbench.errors import DocumentError, UsageError
from ipcbench.record.head import Document
from ipcbench.record.numbered import number_of, numbered
from ipcbench.record.reading import RUN, commit_info, kind_of
from ipcbench.record.run import RunDocument, read_run
from ipcbench.record.writing import require_writable, scratch_file


class Store:
    """A folder of records, as `pytest-benchmark --storage` reads it too."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def prepare(self) -> None:
        """Make sure that a run can be stored here before anything is measured; raise UsageError if not."""
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            require_writable(self.folder)
        except OSError as error:
            raise UsageError(
                f"results folder {str(self.folder)!r}: {error.strerror}; accepted: a writable folder"
            ) from error

    def records(self) -> list[Path]:
        """Return the stored records of every kind, oldest first."""
        return numbered(self.folder)

    def find(self, name: str, kinds: Sequence[str] = (RUN,)) -> Path:
        """Return the document that `latest`, `latest~1`, a number or a path names.

        `latest` is the newest of these kinds.
        """
        runs = self.records()
        if match := re.fullmatch(r"latest(?:~(\d{1,9}))?", name):
            back = int(match[1] or 0)
            alike = (path for path in reversed(runs) if kind_of(path) in kinds)
            if found := next(islice(alike, back, None), None):
                return found
        elif name.isdecimal() and len(name) < 10:
            for path in runs:
                if number_of(path) == int(name):
                    return path
        elif os.path.isfile(name):  # noqa: PTH113  (a name too long is no file)
            return Path(name)
        raise UsageError(
            f"record {name!r} is not in {str(self.folder)!r} ({len(runs)} stored records); "
            "accepted: latest, latest~1, a record's number, or a file"
        )

    def documents(
        self, unread: Callable[[str], object] = lambda _why: None
    ) -> Iterator[tuple[Path, RunDocument]]:
        """Yield all runs that this version can read with their files, oldest first, one at a time.

        `unread` hears, file and reason, of those that it cannot.
        """
        for path in (path for path in self.records() if kind_of(path) == RUN):
            try:
                document = read_run(path)
            except DocumentError as error:
                unread(str(error))
            else:
                yield path, document

    def of_commit(self, commit: str, kinds: Sequence[str] = (RUN,)) -> Path | None:
        """Return the newest of these kinds of a commit, one of a clean working tree first; None without."""
        runs = (path for path in reversed(self.records()) if kind_of(path) in kinds)
        found = [(info, path) for path in runs if (info := commit_info(path))]
        of_it = [(info, path) for info, path in found if info.get("id") == commit]
        clean = [path for info, path in of_it if not info.get("dirty")]
        return next(iter([*clean, *(path for _, path in of_it)]), None)

    def journal_path(self, stamp: str) -> Path:
        """Return where a command that begins now journals."""
        return self.folder / "journal" / f"{stamp}-{os.getpid()}.journal.jsonl"

    def save(self, document: Document, stamp: str) -> Path:
        """Write a document under the next number, atomically; never overwrite another."""
        content = msgspec.json.encode(document) + b"\n"
        with scratch_file(self.folder, content) as scratch:
            return self._claim(scratch, stamp)

    def _claim(self, scratch: Path, stamp: str) -> Path:
        runs = self.records()
        number = number_of(runs[-1]) + 1 if runs else 1
        while True:
            claim = self.folder / f".claimed-{number:04}"
            try:
                claim.touch(exist_ok=False)
            except FileExistsError:
                number += 1
                continue
            try:
                # Whoever had it before has let go of it with a record in its place.
                if not any(self.folder.glob(f"{number:04}_*.json")):
                    return scratch.rename(self.folder / f"{number:04}_{stamp}.json")
            finally:
                claim.unlink()
            number += 1
