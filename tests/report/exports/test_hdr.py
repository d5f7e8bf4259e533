"""The percentile distributions that other tools read, parsed as those do."""

from __future__ import annotations

import math
import re
from pathlib import Path

import msgspec
import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.support.runs import case, document

from ipcbench.errors import DocumentError, UsageError
from ipcbench.record.histogram import counts_of, empty_histogram, encode, record_all
from ipcbench.record.run import Benchmark, RunDocument
from ipcbench.report.exports.hdr import named_round_trips, percentile_text

NUMBER = r" *(\d+(?:\.\d+)?)"
ROW = re.compile(rf"{NUMBER} {NUMBER} {NUMBER}(?: {NUMBER})?")
LAST_LINES = re.compile(
    rf"#\[Mean    ={NUMBER}, StdDeviation   ={NUMBER}\]\n"
    rf"#\[Max     ={NUMBER}, Total count    ={NUMBER}\]\n"
    rf"#\[Buckets ={NUMBER}, SubBuckets     ={NUMBER}\]\n"
)


Row = tuple[float, float, int, float]


def parsed(text: str) -> tuple[list[Row], list[float]]:
    """Return the rows and the figures of the last lines; every line must be one of the format."""
    before, mark, after = text.partition("#[")
    header, empty, *rows, end = before.split("\n")
    assert header.split() == ["Value", "Percentile", "TotalCount", "1/(1-Percentile)"]
    assert empty == end == ""
    last = LAST_LINES.fullmatch(mark + after)
    assert last is not None
    return [parsed_row(row) for row in rows], [float(figure) for figure in last.groups()]


def parsed_row(line: str) -> Row:
    match = ROW.fullmatch(line)
    assert match is not None, line
    return float(match[1]), float(match[2]), int(match[3]), float(match[4] or math.inf)


def moved(benchmark: Benchmark, **coordinates: str | int) -> Benchmark:
    """Return the case at other coordinates."""
    record = benchmark.extra_info.ipcbench
    assert record is not None
    row = msgspec.structs.replace(record.case, **coordinates)
    info = msgspec.structs.replace(benchmark.extra_info, ipcbench=msgspec.structs.replace(record, case=row))
    return msgspec.structs.replace(benchmark, extra_info=info)


def ping_pong(*channels: str, round_trips: int = 2000) -> RunDocument:
    return document(*(case(channel, "ping-pong", round_trips=round_trips) for channel in channels))


@settings(max_examples=15)
@given(st.lists(st.integers(min_value=0, max_value=10**10), min_size=1, max_size=300))
def test_rows_and_last_lines_agree_with_the_histogram(values: list[int]) -> None:
    histogram = empty_histogram()
    record_all(histogram, np.array(values, dtype=np.int64).tobytes())
    value_ns, messages = counts_of(encode(histogram))
    rows, (mean, deviation, largest, count, buckets, sub_buckets) = parsed(
        percentile_text((value_ns, messages))
    )
    up_to = np.cumsum(messages)
    for value, share, total, distance in rows:
        here = np.argmax(up_to >= share * len(values) * (1 - 1e-9))
        assert value == pytest.approx(value_ns[here] / 1000, abs=1e-3)
        assert total == up_to[here]
        assert distance == math.inf or distance == pytest.approx(1 / (1 - share), rel=1e-2)
    assert [share for _, share, _, _ in rows] == sorted({share for _, share, _, _ in rows})
    assert rows[-1][1:] == (1.0, len(values), math.inf)
    assert (count, buckets, sub_buckets) == (len(values), histogram.bucket_count, 2048)
    assert largest == rows[-1][0] == histogram.get_max_value() / 1000
    assert mean == pytest.approx(histogram.get_mean_value() / 1000, abs=1e-3)
    assert deviation == pytest.approx(histogram.get_stddev() / 1000, abs=1e-3)
    assert mean == pytest.approx(np.mean(values) / 1000, rel=1e-3, abs=2e-3)
    assert deviation == pytest.approx(np.std(values) / 1000, rel=2e-3, abs=1e-3 * largest + 2e-3)


def test_launches_without_a_round_trip_have_no_row_as_the_package_has_none() -> None:
    rows, figures = parsed(percentile_text(counts_of(encode(empty_histogram()))))
    assert rows == []
    assert figures[:4] == [0, 0, 0, 0]


def test_more_messages_than_can_be_counted_are_refused_by_case() -> None:
    histogram = empty_histogram()
    histogram.record_value(1000, 2**54)
    run = ping_pong("pipe")
    record = run.benchmarks[0].extra_info.ipcbench
    assert record is not None
    launch = msgspec.structs.replace(record.launches[0], round_trips_hdr=encode(histogram))
    info = msgspec.structs.replace(
        run.benchmarks[0].extra_info, ipcbench=msgspec.structs.replace(record, launches=[launch] * 600)
    )
    benchmark = msgspec.structs.replace(run.benchmarks[0], extra_info=info)
    with pytest.raises(DocumentError, match=r"^'pipe ping-pong.* more round trips than can be counted"):
        named_round_trips({Path("a.json"): document(benchmark)})


def test_five_rows_stand_for_each_halving_of_the_distance() -> None:
    (counts,) = named_round_trips({Path("a.json"): ping_pong("pipe")}).values()
    shares = [share for _, share, _, _ in parsed(percentile_text(counts))[0]]
    assert shares[:11] == pytest.approx([0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75])


def test_launches_of_a_case_are_summed() -> None:
    round_trips = named_round_trips({Path("a.json"): ping_pong("pipe", "queue", round_trips=300)})
    assert [counts.sum() for _, counts in round_trips.values()] == [5 * 300, 5 * 300]


def test_equal_cases_of_several_runs_are_summed_and_others_kept_apart() -> None:
    runs = {
        Path("a.json"): ping_pong("pipe", "queue", round_trips=300),
        Path("b.json"): ping_pong("pipe", round_trips=70),
    }
    totals = {name: counts.sum() for name, (_, counts) in named_round_trips(runs).items()}
    assert totals == {
        "pipe-ping-pong-64B-fork-split-3.11.7": 5 * 370,
        "queue-ping-pong-64B-fork-split-3.11.7": 5 * 300,
    }


def test_a_sum_has_the_percentiles_of_all_messages_together() -> None:
    run = ping_pong("pipe", round_trips=500)
    record = run.benchmarks[0].extra_info.ipcbench
    assert record is not None
    (total,) = named_round_trips({Path("a.json"): run, Path("b.json"): run}).values()
    for launch in record.launches:
        alone = HdrHistogram.decode(launch.round_trips_hdr or "")
        for percentile in (50, 90, 99):
            assert np.percentile(np.repeat(*total), percentile, method="inverted_cdf") == (
                alone.get_value_at_percentile(percentile)
            )


@pytest.mark.parametrize(
    ("part", "channels"),
    [
        ("pipe", ["pipe"]),
        ("duplex", ["duplex-pipe"]),
        ("64B", ["pipe", "duplex-pipe"]),
        ("ping-pong 64B", None),
    ],
)
def test_a_part_of_a_name_begins_with_a_word(part: str, channels: list[str] | None) -> None:
    found = named_round_trips({Path("a.json"): ping_pong("pipe", "duplex-pipe")}, part)
    assert [name.partition("-ping")[0] for name in found] == (channels or ["pipe", "duplex-pipe"])


def test_a_part_of_no_name_says_what_names_are_like() -> None:
    with pytest.raises(UsageError, match="accepted: a part of 'pipe ping-pong 64B fork"):
        named_round_trips({Path("a.json"): ping_pong("pipe")}, "telegraph")


def test_a_run_without_round_trips_is_named() -> None:
    runs = {Path("a.json"): ping_pong("pipe"), Path("b.json"): document(case("pipe"))}
    with pytest.raises(UsageError, match=r"b\.json: no round trips"):
        named_round_trips(runs)


@pytest.mark.parametrize("channel", ["../../etc/passwd", "/root", "..", "a\0b\n\x1b[31m", "管道", "x" * 5000])
def test_no_name_in_a_document_leads_out_of_the_folder_or_is_refused_by_it(
    tmp_path: Path, channel: str
) -> None:
    run = document(moved(case("pipe", "ping-pong"), channel=channel))
    (name,) = named_round_trips({Path("a.json"): run})
    (tmp_path / f"run-{name}").write_text("")
    assert [path.name for path in tmp_path.iterdir()] == [f"run-{name}"]


def test_cases_whose_names_differ_only_in_what_files_cannot_hold_stay_apart() -> None:
    placements = ("a/b", "a:b", "A:B", "a_b-2")
    run = document(*(moved(case("pipe", "ping-pong"), placement=place) for place in placements))
    names = {name.lower() for name in named_round_trips({Path("a.json"): run})}
    assert len(names) == len(placements)


def test_a_case_has_the_same_name_whatever_is_chosen() -> None:
    run = document(*(moved(case("pipe", "ping-pong"), placement=place) for place in ("a/b", "a:b")))
    everything, chosen = (named_round_trips({Path("a.json"): run}, part) for part in ("", "a:b"))
    assert list(chosen) == list(everything)[1:]


@pytest.mark.parametrize("text", ["nonsense", "HISTFAAAAB14nJNp", "é"])
def test_a_corrupt_histogram_is_refused_by_file_and_case(text: str) -> None:
    run = ping_pong("pipe")
    encoded = msgspec.json.encode(run)
    record = run.benchmarks[0].extra_info.ipcbench
    assert record is not None
    whole = record.launches[0].round_trips_hdr or ""
    damaged = msgspec.json.decode(encoded.replace(whole.encode(), text.encode()), type=RunDocument)
    with pytest.raises(DocumentError, match=r"a\.json: 'pipe ping-pong 64B.*': not an HdrHistogram"):
        named_round_trips({Path("a.json"): damaged})


def test_a_histogram_of_values_beyond_our_range_is_refused_by_file_and_case() -> None:
    foreign = HdrHistogram(1, 2**62, 3)
    foreign.record_value(2**61)
    run = ping_pong("pipe")
    record = run.benchmarks[0].extra_info.ipcbench
    assert record is not None
    launches = [msgspec.structs.replace(record.launches[0], round_trips_hdr=foreign.encode().decode())]
    info = msgspec.structs.replace(
        run.benchmarks[0].extra_info, ipcbench=msgspec.structs.replace(record, launches=launches)
    )
    benchmark = msgspec.structs.replace(run.benchmarks[0], extra_info=info)
    with pytest.raises(DocumentError, match=r"a\.json: 'pipe ping-pong"):
        named_round_trips({Path("a.json"): document(benchmark)})
