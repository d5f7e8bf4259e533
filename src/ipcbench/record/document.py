"""From a journal to a run document: the same way for a finished run and for one that was cut off."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.record import comparison, counts, explanation
from ipcbench.record.journal import read_journal
from ipcbench.record.schema import (
    SCHEMA,
    CaseRecord,
    CaseRow,
    LaunchRow,
    ModuleRow,
    RunRecord,
    WorkloadRow,
)
from ipcbench.record.store import Document, Store
from ipcbench.words import UNKNOWN


def build_document(entries: list[dict[str, Any]]) -> Document:
    """Return the pytest-benchmark document of a journal's entries."""
    run, end = entries[0], entries[-1] if entries[-1]["kind"] == "end" else {}
    cases: dict[str, dict[str, Any]] = {entry["name"]: entry for entry in entries if entry["kind"] == "case"}
    launches: dict[str, list[dict[str, Any]]] = {name: [] for name in cases}
    failures: dict[str, str] = {}
    order: list[str] = []
    for entry in entries:
        if entry["kind"] == "launch":
            launches[entry["name"]].append(entry)
        elif entry["kind"] == "failure":
            failures[entry["name"]] = entry["why"]
        elif entry["kind"] == "group":
            order.append(entry["name"])
    record = RunRecord(
        schema=SCHEMA,
        seed=run["seed"],
        passes=run["passes"],
        max_time_s=run["max_time_s"],
        precision=run.get("precision"),
        elapsed_s=end.get("elapsed_s", 0.0),
        stopped_by=end.get("stopped_by", UNKNOWN),
        stopped=end.get("stopped", {}),
        targets=run["targets"],
        host=run["host"],
        order=order,
        failures=failures,
    )
    return {
        "machine_info": run["machine_info"],
        "commit_info": run["commit_info"],
        "benchmarks": [
            _benchmark(entry, launches[name], failures.get(name))
            for name, entry in cases.items()
            if launches[name]
        ],
        "datetime": run["datetime"],
        "version": run["version"],
        "ipcbench": _as_json(record),
    }


#: What becomes of a journal, by what it begins with.
_BUILDERS = {
    "run": build_document,
    comparison.KIND: comparison.build_comparison,
    comparison.SELF_TEST: comparison.build_comparison,
    counts.KIND: counts.build_counts,
    explanation.KIND: explanation.build_explanation,
}


def store_journal(path: Path, store: Store, stamp: str) -> tuple[Path, Document]:
    """Turn a journal into a stored document, then remove the journal; return where, and what."""
    entries = read_journal(path)
    if entries[0]["kind"] not in _BUILDERS:
        raise DocumentError(f"{path}: not a journal of ipcbench")
    document = _BUILDERS[entries[0]["kind"]](entries)
    stored = store.save(document, stamp)
    path.unlink()
    return stored, document


def _benchmark(entry: dict[str, Any], launches: list[dict[str, Any]], failure: str | None) -> dict[str, Any]:
    case = msgspec.convert(entry["case"], CaseRow)
    record = CaseRecord(
        schema=SCHEMA,
        case=case,
        unit=entry["unit"],
        asked=entry["asked"],
        reference_loop=entry.get("reference_loop", entry.get("floor")),
        copies=entry.get("copies"),
        parameter_name=entry.get("parameter_name", ""),
        workload=msgspec.convert(entry["workload"], WorkloadRow) if "workload" in entry else None,
        delivers=entry.get("delivers"),
        modules=msgspec.convert(launches[0].get("modules", {}), dict[str, ModuleRow]),
        launches=[msgspec.convert(launch["row"], LaunchRow) for launch in launches],
        failure=failure,
    )
    data = [seconds for launch in launches for seconds in launch["data"]]
    return {
        "group": entry["group"],
        "name": entry["name"],
        "fullname": entry["name"],
        "params": _as_json(case),
        "param": None,
        "extra_info": {"ipcbench": _as_json(record)},
        "options": {},
        "stats": summary(data),
    }


def summary(data: list[float]) -> dict[str, Any]:
    """Return pytest-benchmark's own statistics of the samples, by its own code."""
    from pytest_benchmark.stats import Stats

    stats = Stats()
    for seconds in data:
        stats.update(seconds)
    fields: dict[str, Any] = stats.as_dict()
    return {**fields, "data": data, "iterations": 1}


def _as_json(record: msgspec.Struct) -> Any:
    """Return it as it is read again: tuples are lists."""
    return msgspec.json.decode(msgspec.json.encode(record))
