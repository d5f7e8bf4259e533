"""Every kind of record: what becomes of its journal, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ipcbench.errors import DocumentError
from ipcbench.record import comparison, counts, explanation
from ipcbench.record.comparison import ComparisonDocument
from ipcbench.record.counts import CountsDocument
from ipcbench.record.explanation import ExplanationDocument
from ipcbench.record.head import Document
from ipcbench.record.journal import read_journal
from ipcbench.record.reading import DAMAGED, RUN, kind_of
from ipcbench.record.run import build_run, read_run
from ipcbench.record.schema import RunDocument
from ipcbench.record.store import Store

AnyDocument = RunDocument | ComparisonDocument | CountsDocument | ExplanationDocument


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record."""

    #: From a journal's entries as plain values; raises msgspec's ValidationError for what they are not.
    build: Callable[[list[dict[str, Any]]], Document]
    #: From a file; raises DocumentError.
    read: Callable[[Path], AnyDocument]


#: By what a journal begins with and a document says that it is.
KINDS = {
    RUN: Kind(build_run, read_run),
    **{
        kind: Kind(comparison.build_comparison, partial(comparison.read_comparison, kind=kind))
        for kind in (comparison.KIND, comparison.SELF_TEST)
    },
    counts.KIND: Kind(counts.build_counts, counts.read_counts),
    explanation.KIND: Kind(explanation.build_explanation, explanation.read_explanation),
}


def read_record(path: Path) -> tuple[str, AnyDocument]:
    """Return the kind of a stored record, and the record; raise DocumentError for anything that is none."""
    kind = kind_of(path)
    if kind not in KINDS:
        raise DocumentError(f"{path}: a record of a kind that this version does not know")
    return kind, KINDS[kind].read(path)


def store_journal(path: Path, store: Store, stamp: str) -> tuple[Path, Document]:
    """Turn a journal into a stored document, then remove the journal; return where, and what."""
    entries = read_journal(path)
    if entries[0]["kind"] not in KINDS:
        raise DocumentError(f"{path}: not a journal of ipcbench")
    try:
        document = KINDS[entries[0]["kind"]].build(entries)
    except DAMAGED as error:
        raise DocumentError(f"{path}: not a journal of ipcbench: {error}") from error
    stored = store.save(document, stamp)
    path.unlink()
    return stored, document
