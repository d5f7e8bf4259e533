"""The record of counts: what one message takes from the kernel, by case."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.record.schema import CaseRow
from ipcbench.record.store import Document, decode_document

SCHEMA = 2
KIND = "counts"
#: By end and by what is counted: the fewest and the most of the repetitions.
Counted = dict[str, dict[str, tuple[int, int]]]


class CountsRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The counts of one case."""

    case: CaseRow
    counts: Counted
    #: System calls by end and name; None where they could not be watched.
    calls: Counted | None = None
    slowdowns: list[str] = []


class CountsRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is recorded of one `count`."""

    schema: int
    kind: str
    rows: list[CountsRow]
    host: dict[str, Any]


class CountsDocument(msgspec.Struct, frozen=True):
    """What we read of stored counts."""

    datetime: str
    ipcbench: CountsRecord


def build_counts(entries: list[dict[str, Any]]) -> Document:
    """Return the document of a count's journal."""
    head = entries[0]
    rows = [entry["row"] for entry in entries if entry["kind"] == "counted"]
    record = {"schema": SCHEMA, "kind": KIND, "rows": rows, "host": head["host"]}
    return {
        **{name: head[name] for name in ("machine_info", "commit_info", "datetime", "version")},
        "benchmarks": [],
        "ipcbench": msgspec.to_builtins(msgspec.convert(record, CountsRecord)),
    }


def read_counts(path: Path) -> CountsDocument:
    """Return stored counts; raise DocumentError, naming file and reason, for anything that is none."""
    document = decode_document(path, KIND, CountsDocument)
    if document.ipcbench.schema != SCHEMA:
        raise DocumentError(f"{path}: schema {document.ipcbench.schema}; this version reads schema {SCHEMA}")
    return document
