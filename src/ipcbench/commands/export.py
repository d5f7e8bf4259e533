"""The export of records: in the format of another program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipcbench.commands.find import find_all
from ipcbench.errors import UsageError
from ipcbench.record.kinds import read_record
from ipcbench.record.run import RunDocument
from ipcbench.record.store import Store
from ipcbench.report.exports import EXPORTS
from ipcbench.report.metrics import is_named


@dataclass(frozen=True, slots=True)
class Exported:
    """What a format makes of records."""

    #: The text; or texts by the names of their files.
    written: str | Mapping[str, str]
    #: Where the first record is, beside which files go unless something else is wanted.
    folder: Path
    #: Why cases that were named are not in it.
    left_out: Sequence[str] = ()


def export(store: Store, name: str, asked: Sequence[str], part: str = "") -> Exported:
    """Return these records (`latest` without any) in a format of `EXPORTS`.

    Raises UsageError, with what is accepted, DocumentError for a record that is damaged.
    """
    if name not in EXPORTS:
        raise UsageError(f"unknown format {name!r}; accepted: {', '.join(EXPORTS)}")
    format_ = EXPORTS[name]
    paths = find_all(store, asked, format_.kinds)
    records = {}
    for path in paths:
        kind, records[path] = read_record(path)
        if kind not in format_.kinds:
            raise UsageError(f"{path}: a {kind}; accepted: {' or '.join(format_.kinds)}")
    written = format_.write(records, part)
    left_out = [] if format_.has_failed else list(_failed(records.values(), part))
    if isinstance(written, str):
        return Exported(written, paths[0].parent, left_out)
    more = f"-and-{len(paths) - 1}-more" if len(paths) > 1 else ""
    files = {f"{paths[0].stem}{more}-{each}{format_.suffix}": text for each, text in written.items()}
    return Exported(files, paths[0].parent, left_out)


def _failed(documents: Iterable[Any], part: str) -> Iterator[str]:
    """Yield why cases that `part` names failed."""
    for document in documents:
        if isinstance(document, RunDocument) and document.ipcbench:
            yield from (why for name, why in document.ipcbench.failures.items() if is_named(part, name))
