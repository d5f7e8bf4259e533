from pathlib import Path

import pytest
from tests.support.charts import drawn
from tests.support.runs import case, document

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.report.tables.run import run_table


def busy(channel: str, interval: str, seconds: float, **more: bool) -> object:
    return case(channel, f"busy-producer:{interval}", seconds=seconds, reference_loop="os-pipe", **more)  # type: ignore[arg-type]


RUN = document(
    *(
        busy(channel, interval, seconds, asked=channel != "os-pipe")  # type: ignore[arg-type]
        for interval, waits in (("5ms", 5e-3), ("0.1ms", 1e-4))
        for channel, seconds in (("pipe", 2e-5), ("queue", waits + 1e-4), ("os-pipe", 1e-5))
    )
)


def test_parameters_of_one_workload_stand_in_one_family_in_the_order_asked() -> None:
    (family,) = by_size(read_groups(RUN)).values()
    assert [group.reference.workload.parameter for group in family] == ["5ms", "0.1ms"]
    assert {group.reference.workload_name for group in family} == {"busy-producer"}


def test_a_sweep_has_one_table_of_durations_without_rates() -> None:
    table = run_table(read_groups(RUN))
    assert table.count("busy-producer, fork, split, Python 3.11.7") == 1
    assert "size, switch interval" in table
    assert "accepted" in table
    assert "/s" not in table
    row = next(line for line in table.splitlines() if "64B 5ms  queue" in line)
    assert "5.11 ms" in row
    assert "51.0 µs" in row
    assert "255×" in row


def test_a_sweep_has_one_chart_with_a_place_for_each_parameter(tmp_path: Path) -> None:
    charts = drawn(RUN, tmp_path)
    assert set(charts) == {"durations-busy-producer"}
    text = charts["durations-busy-producer"]
    for words in (
        "busy-producer: how long a message takes, by switch interval",
        ">5ms<",
        ">0.1ms<",
        "the switch interval",
        "hollow: until send returned",
        "loop os-pipe",
        "5.11 ms",
    ):
        assert words in text


def test_one_group_without_a_parameter_has_a_place_for_each_duration(tmp_path: Path) -> None:
    run = document(case("pipe", "first-put"), case("queue", "first-put", seconds=3e-5))
    text = drawn(run, tmp_path)["durations-first-put"]
    for words in (">accepted<", ">second message<", ">second accepted<", "64B messages"):
        assert words in text


def test_several_sizes_of_a_sweep_are_told_apart(tmp_path: Path) -> None:
    run = document(*(case("pipe", f"burst:{count}", size) for size in (64, 1024) for count in (1, 16)))
    text = drawn(run, tmp_path)["durations-burst"]
    for words in (">64B 1<", ">64B 16<", ">1KiB 1<", ">1KiB 16<"):
        assert words in text


def test_a_backlog_says_what_each_channel_holds(tmp_path: Path) -> None:
    cases = [
        case(channel, "backlog", size, seconds=size * 1e-8, backlog=held, reference_loop="os-pipe")
        for size in (64, 1024)
        for channel, held in (("pipe", 784 if size == 64 else 0), ("queue-16", 16), ("queue", None))
    ]
    run = document(*cases)
    table = run_table(read_groups(run))
    assert "784 (49 KiB)" in table
    assert "no limit found" in table
    text = drawn(run, tmp_path)["backlog-backlog"]
    assert "no limit found: queue" in text
    assert "payload received, MB/s" in text


def test_a_duration_that_took_no_time_is_told(tmp_path: Path) -> None:
    run = document(case("pipe", "close:1"), case("queue", "close:1"))
    table = run_table(read_groups(run))
    assert "  0 s  " in next(line for line in table.splitlines() if " pipe " in line)
    assert drawn(run, tmp_path)


@pytest.mark.parametrize("workload", ["backlog", "burst:1", "first-put", "nonsense:<b>"])
def test_a_case_without_the_recorded_extras_is_still_drawn(tmp_path: Path, workload: str) -> None:
    text = next(iter(drawn(document(case("pipe", workload, launches=2)), tmp_path).values()))
    assert "<b>" not in text
