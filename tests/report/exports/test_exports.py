"""Records in the formats of other programs, read back by those programs, or by what they document."""

from __future__ import annotations

import io
import json
import statistics
from collections.abc import Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import pyperf
import pytest
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from tests.support.runs import case, document, small_run

from ipcbench.analysis.groups import read_groups
from ipcbench.errors import DocumentError, UsageError
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.record.kinds import read_record
from ipcbench.record.run import RunDocument
from ipcbench.report.exports import EXPORTS

SEEDS = Path(__file__).parents[2] / "fuzz" / "seeds"
HOSTILE = '=cmd|"\x1b[31m</script>\n::error::'


def families_of(text: str) -> dict[str, Any]:
    """Return what Prometheus's own reader makes of a text."""
    return {each.name: each for each in text_string_to_metric_families(text)}  # type: ignore[no-untyped-call]


def written(name: str, *records: Any, part: str = "") -> Any:
    """Return what a format makes of these records."""
    return EXPORTS[name].write({Path(f"000{number}.json"): each for number, each in enumerate(records)}, part)


def table(*records: Any, part: str = "") -> Any:
    # Here, since every worker would import it to find the tests.
    import pandas as pd

    return pd.read_csv(io.StringIO(written("csv", *records, part=part)), dtype={"record": str})


def seed(kind: str) -> Any:
    return read_record(SEEDS / f"record-{kind}.json")[1]


def test_csv_has_a_row_a_case_and_metric_with_the_figures_of_the_tables() -> None:
    run = small_run(sizes=(64, 1024))
    frame = table(run)
    assert not frame.duplicated(["record", "name", "part", "metric"]).any()
    assert {each.name for each in COORDINATES} < set(frame.columns)
    for group in read_groups(run):
        for one in group.asked:
            (row,) = frame[
                (frame.channel == one.case.channel)
                & (frame.workload == one.case.workload)
                & (frame["size"] == {64: "64B", 1024: "1KiB"}[one.case.payload_bytes])
                & (frame.metric == "seconds")
            ].to_dict("records")
            assert one.seconds
            assert (row["value"], row["low"], row["high"]) == (
                one.seconds.value, one.seconds.low, one.seconds.high,
            )  # fmt: skip
            assert (row["unit"], row["better"], row["launches"], row["asked"]) == ("s", "smaller", 5, True)
    ratios = frame[(frame.metric == "ratio") & (frame.channel == "queue")]
    assert ratios.value.round(6).tolist() == [1.5] * 4
    assert set(frame[frame.workload == "ping-pong"].metric) > {"p50", "p99", "of_loop"}
    assert not frame[~frame.asked].empty


def test_csv_joins_records_of_several_kinds() -> None:
    frame = table(small_run(sizes=(64,)), seed("comparison"), seed("explanation"))
    assert set(frame.record) == {"0000", "0001", "0002"}
    compared = frame[frame.record == "0001"]
    assert set(compared.metric) == {"ratio"}
    assert compared.part.notna().all()
    explained = frame[frame.record == "0002"]
    assert {"header read", "body read"} < set(explained.part)
    assert set(explained.metric) == {"seconds", "p50", "p90", "mean"}


def test_csv_of_a_document_runs_nothing_in_a_spreadsheet_and_moves_no_cursor() -> None:
    text = written("csv", document(case(HOSTILE)))
    assert "\x1b" not in text
    assert all(name.startswith("'=cmd|") for name in table(document(case(HOSTILE))).channel)
    assert r"\u001b" in text


def test_pyperf_shows_a_benchmark_a_case_and_a_run_a_launch(tmp_path: Path) -> None:
    run = small_run(sizes=(64,))
    (tmp_path / "suite.json").write_text(written("pyperf", run), encoding="utf-8")
    suite = pyperf.BenchmarkSuite.load(str(tmp_path / "suite.json"))
    asked = {one.name: one for group in read_groups(run) for one in group.asked}
    assert len(suite) == len(asked) == 4
    for one in asked.values():
        name = f"{one.case.channel} {one.case.workload} 64B fork split 3.11.7"
        benchmark = suite.get_benchmark(name)
        assert benchmark.get_nrun() == 5
        assert list(benchmark.get_values()) == [
            seconds for launch in one.by_pass.values() for seconds in launch.tolist()
        ]
        assert benchmark.get_unit() == "second"
        assert benchmark.get_metadata()["ipcbench_channel"] == one.case.channel


def test_bencher_gets_nanoseconds_and_rates_with_their_ends() -> None:
    found = json.loads(written("bencher", small_run(sizes=(64,))))
    assert len(found) == 4, "what was measured beside is left out"
    for name, measures in found.items():
        assert measures.keys() == {"latency", "throughput"}, name
        for value in measures.values():
            assert value.keys() == {"value", "lower_value", "upper_value"}
            assert 0 < value["lower_value"] <= value["value"] <= value["upper_value"]
    latency = found["pipe stream 64B fork split 3.11.7"]["latency"]["value"]
    assert latency == pytest.approx(2 * (1e-6 + 64e-9) * 1e9, rel=0.01)


def test_github_action_benchmark_gets_a_list_of_what_is_better_when_smaller() -> None:
    found = json.loads(written("github-action-benchmark", small_run(sizes=(64,))))
    assert len(found) == 4
    for row in found:
        assert row.keys() == {"name", "unit", "value", "range", "extra"}
        low, high = map(float, row["range"].split(" to "))
        assert 0.99 * low <= row["value"] <= 1.01 * high
        assert row["unit"] == "µs"


def test_openmetrics_are_gauges_with_units_and_the_time_of_the_run() -> None:
    text = written("openmetrics", small_run(sizes=(64,)))
    families = families_of(text)
    assert {
        "ipcbench_message_seconds",
        "ipcbench_message_low_seconds",
        "ipcbench_message_high_seconds",
        "ipcbench_message_quantile_seconds",
        "ipcbench_messages_per_second",
        "ipcbench_payload_bytes_per_second",
        "ipcbench_time_to_reference_ratio",
    } <= families.keys()
    assert {each.type for each in families.values()} == {"gauge"}
    for sample in families["ipcbench_message_seconds"].samples:
        assert {"channel", "workload", "size", "placement", "python"} <= sample.labels.keys()
        assert float(sample.timestamp) == 1795435200.0  # 2026-11-23T12:00:00Z
    quantiles = {each.labels["quantile"] for each in families["ipcbench_message_quantile_seconds"].samples}
    assert {"0.5", "0.99"} <= quantiles


@pytest.mark.parametrize("name", ["openmetrics", "bencher", "github-action-benchmark", "pyperf"])
def test_names_of_a_document_stay_text(name: str) -> None:
    text = written(name, document(case(HOSTILE)))
    assert "\x1b" not in text
    if name == "openmetrics":
        first = families_of(text)["ipcbench_message_seconds"]
        assert first.samples[0].labels["channel"].startswith('=cmd|"\\u001b')
    else:
        assert r"\\u001b" in text
        json.loads(text)


def test_openmetrics_of_no_time_is_one_line() -> None:
    damaged = msgspec.structs.replace(document(case("pipe")), datetime="yesterday\n")
    with pytest.raises(DocumentError, match=r"'yesterday.*' is no time"):
        written("openmetrics", damaged)


def ends_of_slices(events: list[Mapping[str, Any]]) -> dict[tuple[int, int], list[Mapping[str, Any]]]:
    found: dict[tuple[int, int], list[Mapping[str, Any]]] = {}
    for event in events:
        if event["ph"] in "BE":
            found.setdefault((event["pid"], event["tid"]), []).append(event)
    return found


def test_a_trace_has_a_track_a_thread_whose_slices_end_before_the_next_begins() -> None:
    """To the last bit: what ends a rounding later is stacked on it, or lost, by speedscope 1.25."""
    events = json.loads(written("trace", seed("explanation")))["traceEvents"]
    names = {
        (event["pid"], event["tid"]): event["args"]["name"]
        for event in events
        if event["ph"] == "M" and event["name"] == "thread_name"
    }
    tracks = ends_of_slices(events)
    assert tracks.keys() == names.keys()
    assert {"sender", "receiver"} <= set(names.values())
    for track in tracks.values():
        begins, ends = track[::2], track[1::2]
        assert {each["ph"] for each in begins} == {"B"}
        assert {each["ph"] for each in ends} == {"E"}
        for begin, end in zip(begins, ends, strict=True):
            assert begin["name"] == end["name"]
        for before, after in pairwise(track):
            assert before["ts"] <= after["ts"]
    stages = {event["name"] for track in tracks.values() for event in track}
    assert {"header read", "body read", "receive returned"} <= stages


def test_a_trace_shows_the_way_of_each_message_from_send_to_receive() -> None:
    events = json.loads(written("trace", seed("explanation")))["traceEvents"]
    begins = {event["id"]: event["ts"] for event in events if event["ph"] == "s"}
    ends = {event["id"]: event["ts"] for event in events if event["ph"] == "f"}
    assert begins.keys() == ends.keys() != set()
    assert all(ends[message] > at for message, at in begins.items())
    assert min(begins.values()) == 0


def test_a_trace_has_no_pause_that_hides_its_messages() -> None:
    """A launch's trials are seconds apart, as others are measured between them."""
    document = seed("explanation")
    events = json.loads(written("trace", document))["traceEvents"]
    sends = sorted(event["ts"] for event in events if event["ph"] == "s" and event["pid"] == 1)
    distances = [after - before for before, after in pairwise(sends)]
    assert max(distances) <= 5 * statistics.median(distances)


def test_a_message_keeps_its_moments_where_a_pause_before_it_is_left_out() -> None:
    """A receiver that waits has stamped the message that it waits for before that is sent."""
    events = json.loads(written("trace", seed("explanation")))["traceEvents"]
    (receiver,) = (
        event["tid"] for event in events if event["ph"] == "M" and event["args"]["name"] == "receiver"
    )
    stages = [event["name"] for event in events if event["ph"] == "E" and event["tid"] == receiver]
    # The first slice ends with the second moment.
    whole = ["read lock held", *stages]
    messages = len(whole) // 6
    assert messages > 100
    assert whole == whole[:6] * messages


@pytest.mark.parametrize("name", [name for name, each in EXPORTS.items() if not each.joins])
def test_a_format_of_one_record_takes_no_two(name: str) -> None:
    one = seed("explanation") if "explanation" in EXPORTS[name].kinds else small_run(sizes=(64,))
    with pytest.raises(UsageError, match="2 records; accepted: one"):
        written(name, one, one)


@pytest.mark.parametrize("name", EXPORTS)
def test_a_case_that_is_not_there_is_one_line(name: str) -> None:
    one: RunDocument = seed("explanation") if "explanation" in EXPORTS[name].kinds else small_run(sizes=(64,))
    with pytest.raises(UsageError, match="'telegraph' in its name; accepted: a part of"):
        written(name, one, part="telegraph")
