"""The record of a comparison (`ab`, or a self-test): each launch's log ratio, from which all else follows.

It stands in the folder of stored runs, so it has `benchmarks`, which pytest-benchmark reads: none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.record.schema import CaseRow
from ipcbench.record.store import Document, decode_document
from ipcbench.words import UNKNOWN

SCHEMA = 2
KIND, SELF_TEST = "comparison", "self-test"
#: Times that differ by more than e to this are none that a clock gave.
MOST_LOG = 100.0


class ArmRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One side: what its user wrote, and facts of its interpreter (none where it did not start)."""

    label: str
    text: str
    facts: dict[str, Any] = {}


class ComparedRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cell for one arm, which is compared with the first."""

    cell: str
    arm: str
    #: Without a channel where the arms name theirs.
    case: CaseRow
    #: Each launch's log of the arm's time to the first arm's.
    logs: list[float]
    #: What its launches took, those of all arms of the cell together.
    seconds: float
    failure: str | None = None


class ComparisonRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is recorded of one `ab`."""

    schema: int
    kind: str
    seed: int
    max_time_s: float
    threshold: float
    alpha: float
    #: `mean`, or a percentile of single messages: `p99`.
    metric: str
    conditions: str
    #: The first is what the others are compared with.
    arms: list[ArmRow]
    rows: list[ComparedRow]
    #: What slowed messages, with the labels of the arms that it slowed.
    slowdowns: dict[str, list[str]]
    host: dict[str, Any]
    elapsed_s: float
    #: `decided`, `time`, `interrupted`, or `unknown` (a recovered journal).
    stopped_by: str


class ComparisonDocument(msgspec.Struct, frozen=True):
    """What we read of a stored comparison."""

    datetime: str
    commit_info: dict[str, Any]
    ipcbench: ComparisonRecord


def build_comparison(entries: list[dict[str, Any]]) -> Document:
    """Return the document of a comparison's journal."""
    head, end = entries[0], entries[-1] if entries[-1]["kind"] == "end" else {}
    rows = [{**row, "logs": [], "seconds": 0.0} for row in head["rows"]]
    facts: dict[str, Any] = {}
    slowdowns: dict[str, list[str]] = {}
    for entry in entries:
        if entry["kind"] == "launch":
            row = rows[entry["row"]]
            row["seconds"] += entry["seconds"]
            row["failure"] = entry["failure"]
            row["logs"] += [] if entry["log"] is None else [entry["log"]]
        elif entry["kind"] == "facts":
            facts[entry["arm"]] = entry["facts"]
        elif entry["kind"] == "slowdown":
            slowdowns.setdefault(entry["what"], []).append(entry["arm"])
    record = {
        "schema": SCHEMA,
        "kind": head["kind"],
        **{name: head[name] for name in ("seed", "max_time_s", "threshold", "alpha", "metric", "conditions")},
        "arms": [{**arm, "facts": facts.get(arm["label"], {})} for arm in head["arms"]],
        "rows": rows,
        "slowdowns": slowdowns,
        "host": head["host"],
        "elapsed_s": end.get("elapsed_s", sum(row["seconds"] for row in rows)),
        "stopped_by": end.get("stopped_by", UNKNOWN),
    }
    return {
        "machine_info": head["machine_info"],
        "commit_info": head["commit_info"],
        "benchmarks": [],
        "datetime": head["datetime"],
        "version": head["version"],
        "ipcbench": msgspec.to_builtins(msgspec.convert(record, ComparisonRecord)),
    }


def read_comparison(path: Path, kind: str = KIND) -> ComparisonDocument:
    """Return a stored comparison; raise DocumentError, naming file and reason, for anything that is none."""
    document = decode_document(path, kind, ComparisonDocument)
    if document.ipcbench.schema != SCHEMA:
        raise DocumentError(f"{path}: schema {document.ipcbench.schema}; this version reads schema {SCHEMA}")
    if len(document.ipcbench.arms) < 2:
        raise DocumentError(f"{path}: a comparison of fewer than two arms")
    for row in document.ipcbench.rows:
        if not all(abs(log) <= MOST_LOG for log in row.logs):
            raise DocumentError(f"{path}: {row.cell}: a log ratio that is none")
    return document
