"""The record of a run: entries of its journal, the document that comes of them, and how that is read.

The document is a valid file of pytest-benchmark. `stats.data` holds seconds a message (a round trip, a
handoff: the workload's `unit`), one value a trial, in order of launches and their blocks. Our own record is
in `extra_info["ipcbench"]` of each benchmark and, for the run as a whole, in the top-level key `ipcbench`.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.plan.matrix import MOST_CASES, MOST_LAUNCHES_OF_ALL
from ipcbench.record.head import (
    Document,
    End,
    Entry,
    FailureEntry,
    Head,
    Output,
    as_plain,
    end_of,
    failures_of,
    output_of,
)
from ipcbench.record.histogram import MOST_BYTES_OF_ALL, unpacked_bytes
from ipcbench.record.reading import RUN, decode_document
from ipcbench.record.schema import (
    SCHEMA,
    CaseRecord,
    CaseRow,
    LaunchRow,
    ModuleRow,
    WorkloadRow,
)
from ipcbench.record.upgrade import upgraded_case
from ipcbench.record.values import Count, Duration, Facts, FewNamed, Name, Seconds, Share, Text
from ipcbench.words import UNKNOWN


class RunRecord(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=RUN
):
    """What is recorded of the run as a whole."""

    schema: int
    seed: int
    passes: Count
    max_time_s: Duration
    #: Half-width of the intervals that was asked for, as a share: 0.05 is 5 %. None in old documents.
    precision: Share | None = None
    elapsed_s: Duration
    #: `precision`, `time`, `launches`, `failures`, `interrupted` or `unknown` (a recovered journal).
    stopped_by: Name
    #: The same for each group by its name.
    stopped: dict[Text, Name] = {}
    #: Facts of each target interpreter by its label in the cases.
    targets: FewNamed[Facts]
    #: Facts of the machine and its kernel.
    host: Facts
    #: The groups' names in the order they were launched.
    order: list[Text] = []
    #: Why a case stopped being measured, by its name; what it gave before is in its benchmark.
    failures: dict[Text, Text] = {}
    #: Why a case that was asked for was not measured at all, by its name: no channel of this size, say.
    left_out: dict[Text, Text] = {}
    #: What probes wrote to their standard streams, by interpreter: the beginning of it.
    output: FewNamed[Text] = {}


class CaseInfo(msgspec.Struct, frozen=True):
    """What we add to a benchmark of a pytest-benchmark file."""

    ipcbench: CaseRecord | None = None


class Samples(msgspec.Struct, frozen=True):
    """A benchmark's samples, in seconds a message."""

    data: list[Seconds] = []


class Benchmark(msgspec.Struct, frozen=True):
    """What we read of one benchmark of a pytest-benchmark file."""

    name: Text
    extra_info: CaseInfo
    stats: Samples


class RunDocument(msgspec.Struct, frozen=True):
    """What we read of a stored run."""

    datetime: str
    machine_info: dict[str, Any]
    commit_info: dict[str, Any]
    benchmarks: Annotated[list[Benchmark], msgspec.Meta(max_length=MOST_CASES)]
    ipcbench: RunRecord | None = None


class RunHead(Head, tag=RUN, frozen=True, kw_only=True):
    """What was asked for; `RunRecord` says what each field is."""

    seed: int
    passes: int
    max_time_s: float
    precision: float | None = None
    targets: FewNamed[Facts]
    left_out: dict[Text, Text] = msgspec.field(default_factory=dict)


class CaseEntry(Entry, tag="case", frozen=True, kw_only=True):
    """A case that will be measured, with what readers ask of its channel and workload."""

    name: Text
    case: CaseRow
    group: Text
    asked: bool
    workload: WorkloadRow
    delivers: bool
    lossy: bool = False
    reference_loop: Name | None = None
    copies: int | None = None


class GroupEntry(Entry, tag="group", frozen=True, kw_only=True):
    """A group that is about to be launched."""

    name: Text
    pass_number: int


class LaunchEntry(Entry, tag="launch", frozen=True, kw_only=True):
    """One launch of a case, and its samples in seconds a message."""

    name: Text
    row: LaunchRow
    data: list[Seconds]
    modules: FewNamed[ModuleRow] = msgspec.field(default_factory=dict)


RunEntry = RunHead | CaseEntry | GroupEntry | LaunchEntry | FailureEntry | Output | End


def build_run(plain: list[dict[str, Any]]) -> Document:
    """Return the pytest-benchmark document of a journal's entries, those of older versions included."""
    entries = msgspec.convert([_upgraded(entry) for entry in plain], list[RunEntry])
    head, last = entries[0], end_of(entries)
    assert isinstance(head, RunHead)
    launches: dict[str, list[LaunchEntry]] = {}
    for entry in entries:
        if isinstance(entry, LaunchEntry):
            launches.setdefault(entry.name, []).append(entry)
    cases = {entry.name: entry for entry in entries if isinstance(entry, CaseEntry)}
    if unknown := launches.keys() - cases.keys():
        raise ValueError(f"launches of a case that is not described: {min(unknown)}")
    if any(isinstance(entry, RunHead) for entry in entries[1:]):
        raise ValueError("two journals in one")
    failures = failures_of(entries)
    record = RunRecord(
        schema=SCHEMA,
        seed=head.seed,
        passes=head.passes,
        max_time_s=head.max_time_s,
        precision=head.precision,
        elapsed_s=last.elapsed_s if last else 0.0,
        stopped_by=last.stopped_by if last else UNKNOWN,
        stopped=last.stopped if last else {},
        targets=head.targets,
        host=head.host,
        order=[entry.name for entry in entries if isinstance(entry, GroupEntry)],
        failures=failures,
        left_out=head.left_out,
        output=output_of(entries),
    )
    return head.document(
        record,
        [
            _benchmark(case, launches[name], failures.get(name))
            for name, case in cases.items()
            if name in launches
        ],
    )


def _upgraded(entry: dict[str, Any]) -> dict[str, Any]:
    return upgraded_case(entry) if entry["kind"] == "case" and "unit" in entry else entry


def _benchmark(entry: CaseEntry, launches: list[LaunchEntry], failure: str | None) -> Document:
    record = CaseRecord(
        schema=SCHEMA,
        case=entry.case,
        workload=entry.workload,
        delivers=entry.delivers,
        lossy=entry.lossy,
        asked=entry.asked,
        reference_loop=entry.reference_loop,
        copies=entry.copies,
        modules=launches[0].modules,
        launches=[launch.row for launch in launches],
        failure=failure,
    )
    return {
        "group": entry.group,
        "name": entry.name,
        "fullname": entry.name,
        "params": as_plain(entry.case),
        "param": None,
        "extra_info": {"ipcbench": as_plain(record)},
        "options": {},
        "stats": summary([seconds for launch in launches for seconds in launch.data]),
    }


def summary(data: list[float]) -> dict[str, Any]:
    """Return pytest-benchmark's own statistics of the samples, by its own code."""
    from pytest_benchmark.stats import Stats

    stats = Stats()
    for seconds in data:
        stats.update(seconds)
    fields: dict[str, Any] = stats.as_dict()
    return {**fields, "data": data, "iterations": 1}


def read_run(path: Path) -> RunDocument:
    """Return a stored run; raise DocumentError, naming file and reason, for anything that is none."""
    document = decode_document(path, RUN, RunDocument)
    if document.ipcbench is None:
        raise DocumentError(f"{path}: a pytest-benchmark file without an ipcbench record")
    records = [benchmark.extra_info.ipcbench for benchmark in document.benchmarks]
    if sum(len(record.launches) for record in records if record) > MOST_LAUNCHES_OF_ALL:
        raise DocumentError(f"{path}: more than {MOST_LAUNCHES_OF_ALL:,} launches, so no record")
    texts = [row.round_trips_hdr for record in records if record for row in record.launches]
    if sum(unpacked_bytes(text) for text in texts if text) > MOST_BYTES_OF_ALL:
        raise DocumentError(f"{path}: more than {MOST_BYTES_OF_ALL >> 20} MiB of histograms, so no record")
    for benchmark, record in zip(document.benchmarks, records, strict=True):
        if record and len({launch.pass_number for launch in record.launches}) != len(record.launches):
            raise DocumentError(f"{path}: {benchmark.name}: two launches of one pass")
        if record and sum(launch.trials for launch in record.launches) != len(benchmark.stats.data):
            raise DocumentError(f"{path}: {benchmark.name}: samples and launches do not agree")
    return document
