"""Round trips as HdrHistogram's percentile distributions (.hgrm), which the field's plotters read."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np

from ipcbench.errors import DocumentError, UsageError
from ipcbench.plan.coordinates import whole_name
from ipcbench.record.histogram import Counts, counts_of, empty_histogram, middle_values, together
from ipcbench.record.run import RunDocument
from ipcbench.record.schema import CaseRow
from ipcbench.report.file_names import file_name
from ipcbench.report.metrics import is_named

#: Values are written in µs.
UNIT_NS = 1000
TICKS_PER_HALF_DISTANCE = 5
#: Of 64 bits; a document may say that there were more.
MOST_MESSAGES = 2**62


def named_round_trips(runs: Mapping[Path, RunDocument], part: str = "") -> dict[str, Counts]:
    """Return all round trips of each case that `part` names, by a name that a file can have.

    Equal cases are summed over launches and runs. A part begins where a word of the case's name does: `pipe`
    is not `duplex-pipe`. Raises UsageError for a run without round trips or a part of no name,
    DocumentError, naming file and case, for a histogram that is none.
    """
    counted: dict[CaseRow, list[Counts]] = {}
    for path, document in runs.items():
        stored = list(_stored_round_trips(document))
        if not stored:
            raise UsageError(
                f"{path}: no round trips are recorded; accepted: a run with ping-pong cases that did not fail"
            )
        for case, text in stored:
            try:
                counted.setdefault(case, []).append(counts_of(text))
            except ValueError as error:
                raise DocumentError(f"{path}: {whole_name(case)!r}: {error}") from error
    # Named before they are chosen, so that a case's file has the same name whatever is chosen.
    names = _file_names(counted).items()
    chosen = {name: _sum(case, counted[case]) for case, name in names if is_named(part, whole_name(case))}
    if not chosen:
        known = whole_name(next(iter(counted)))
        raise UsageError(f"no case with round trips has {part!r} in its name; accepted: a part of {known!r}")
    return chosen


def _sum(case: CaseRow, counted: Sequence[Counts]) -> Counts:
    """Return the counts of a case's launches as one; DocumentError where a sum of them has no room."""
    if sum(float(counts.sum(dtype=float)) for _, counts in counted) >= MOST_MESSAGES:
        raise DocumentError(f"{whole_name(case)!r}: more round trips than can be counted")
    return together(counted)


def _stored_round_trips(document: RunDocument) -> Iterator[tuple[CaseRow, str]]:
    for benchmark in document.benchmarks:
        record = benchmark.extra_info.ipcbench
        for launch in record.launches if record and not record.failure else ():
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


def percentile_text(counts: Counts) -> str:
    """Return the percentile distribution in µs, five ticks for each halving of the distance to 100 %.

    The format and the ticks are those of HdrHistogram's `outputPercentileDistribution` in Java. Written from
    what was counted: the package for Python goes through each case's buckets one by one, of 31,744 (0.3 s).
    """
    values, upto = counts[0].tolist(), np.cumsum(counts[1]).tolist()
    total, level = upto[-1] if upto else 0, 0.0
    rows = [f"{'Value':>12} {'Percentile':>14} {'TotalCount':>10} {'1/(1-Percentile)':>14}", ""]
    for value, count in zip(values, upto, strict=True):
        while level <= 100 * count / total:
            rows.append(f"{_row(value, level, count)} {100 / (100 - level):14.2f}")
            if count == total:
                break
            halvings = int(math.log2(100 / (100 - level)) + 1e-9) + 1
            level += 100 / (TICKS_PER_HALF_DISTANCE * 2**halvings)
    last = [_row(value, 100.0, total) for value in values[-1:]]
    return "\n".join([*rows, *last, *_last_lines(counts), ""])


def _row(value_ns: int, level: float, count: int) -> str:
    return f"{value_ns / UNIT_NS:12.3f} {level / 100:2.12f} {count:10d}"


def _last_lines(counts: Counts) -> tuple[str, str, str]:
    """Return mean and deviation of the buckets' middles, and of how many buckets the histogram is."""
    values, of = counts
    mean = deviation = largest = 0.0
    if len(values):
        middles = middle_values(values)
        mean = np.average(middles, weights=of)
        deviation, largest = math.sqrt(np.average((middles - mean) ** 2, weights=of)), values[-1]
    empty = empty_histogram()
    return (
        f"#[Mean    = {mean / UNIT_NS:12.3f}, StdDeviation   = {deviation / UNIT_NS:12.3f}]",
        f"#[Max     = {largest / UNIT_NS:12.3f}, Total count    = {of.sum():12d}]",
        f"#[Buckets = {empty.bucket_count:12d}, SubBuckets     = {empty.sub_bucket_count:12d}]",
    )
