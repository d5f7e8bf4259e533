"""Round trips as HdrHistogram's percentile distributions (.hgrm), which the field's plotters read."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.errors import DocumentError, UsageError
from ipcbench.plan.coordinates import whole_name
from ipcbench.record.histogram import Counts, counts_of, empty_histogram, record_counts, together
from ipcbench.record.run import RunDocument
from ipcbench.record.schema import CaseRow
from ipcbench.report.file_names import file_name
from ipcbench.report.metrics import is_named

if TYPE_CHECKING:
    from hdrh.histogram import HdrHistogram

#: Values are written in µs.
UNIT_NS = 1000
TICKS_PER_HALF_DISTANCE = 5


def named_round_trips(runs: Mapping[Path, RunDocument], part: str = "") -> dict[str, HdrHistogram]:
    """Return all round trips of each case that `part` names, by a name that a file can have.

    Equal cases are summed over launches and runs. A part begins where a word of the case's name does: `pipe`
    is not `duplex-pipe`. Raises UsageError for a run without round trips or a part of no name,
    DocumentError, naming file and case, for a histogram that is none.
    """
    sums: dict[CaseRow, Counts] = {}
    for path, document in runs.items():
        stored = list(_stored_round_trips(document))
        if not stored:
            raise UsageError(f"{path}: no round trips are recorded; accepted: a run with ping-pong cases")
        for case, text in stored:
            try:
                counted = counts_of(text)
            except ValueError as error:
                raise DocumentError(f"{path}: {whole_name(case)!r}: {error}") from error
            sums[case] = together([sums[case], counted]) if case in sums else counted
    # Named before they are chosen, so that a case's file has the same name whatever is chosen.
    names = _file_names(sums).items()
    chosen = {name: _histogram(sums[case]) for case, name in names if is_named(part, whole_name(case))}
    if not chosen:
        known = whole_name(next(iter(sums)))
        raise UsageError(f"no case with round trips has {part!r} in its name; accepted: a part of {known!r}")
    return chosen


def _histogram(counts: Counts) -> HdrHistogram:
    histogram = empty_histogram()
    record_counts(histogram, counts)
    return histogram


def _stored_round_trips(document: RunDocument) -> Iterator[tuple[CaseRow, str]]:
    for benchmark in document.benchmarks:
        record = benchmark.extra_info.ipcbench
        for launch in record.launches if record else ():
            if record and launch.round_trips_hdr:
                yield record.case, launch.round_trips_hdr


def _file_names(cases: Iterable[CaseRow]) -> dict[CaseRow, str]:
    """Return each case's own name as far as a file can have it, no two alike."""
    names: dict[CaseRow, str] = {}
    for case in cases:
        names[case] = file_name(whole_name(case).replace(" ", "-"), names.values())
    return names


def write(records: Mapping[Path, RunDocument], part: str = "") -> dict[str, str]:
    """Return the distributions of all cases that `part` names, by a name that a file can have."""
    return {name: percentile_text(each) for name, each in named_round_trips(records, part).items()}


def percentile_text(histogram: HdrHistogram) -> str:
    """Return the percentile distribution in µs, five ticks for each halving of the distance to 100 %.

    The format is that of HdrHistogram's `outputPercentileDistribution`.
    """
    text = io.BytesIO()
    histogram.output_percentile_distribution(text, UNIT_NS, TICKS_PER_HALF_DISTANCE)
    rows, _, last_lines = text.getvalue().decode("ascii").partition("#[")
    return rows + _corrected(last_lines)


def _corrected(last_lines: str) -> str:
    """Return the package's last lines as they should be: it forgets the unit of the deviation."""
    figures = map(float, re.findall(r"= +([\d.]+)", last_lines))
    mean, deviation_ns, largest, count, buckets, sub_buckets = figures
    return (
        f"#[Mean    = {mean:12.3f}, StdDeviation   = {deviation_ns / UNIT_NS:12.3f}]\n"
        f"#[Max     = {largest:12.3f}, Total count    = {count:12.0f}]\n"
        f"#[Buckets = {buckets:12.0f}, SubBuckets     = {sub_buckets:12.0f}]\n"
    )
