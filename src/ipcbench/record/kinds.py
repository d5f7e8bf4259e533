"""Every kind of record: what becomes of its journal, and how it is read."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ipcbench.errors import DocumentError
from ipcbench.record import comparison, counts, explanation, tuning
from ipcbench.record.comparison import ComparisonDocument, ComparisonRecord, SelfTestRecord
from ipcbench.record.counts import CountsDocument, CountsRecord
from ipcbench.record.explanation import ExplanationDocument, ExplanationRecord
from ipcbench.record.head import Document
from ipcbench.record.reading import RUN, kind_of
from ipcbench.record.run import RunDocument, RunRecord, build_run, read_run
from ipcbench.record.tuning import TuningDocument, TuningRecord

#: One record or the other: `kind` says which.
Record = RunRecord | ComparisonRecord | SelfTestRecord | CountsRecord | ExplanationRecord | TuningRecord
AnyDocument = RunDocument | ComparisonDocument | CountsDocument | ExplanationDocument | TuningDocument


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
    tuning.KIND: Kind(tuning.build_tuning, tuning.read_tuning),
}


def read_record(path: Path) -> tuple[str, AnyDocument]:
    """Return the kind of a stored record, and the record; raise DocumentError for anything that is none."""
    kind = kind_of(path)
    if kind not in KINDS:
        raise DocumentError(f"{path}: a record of a kind that this version does not know")
    return kind, KINDS[kind].read(path)
