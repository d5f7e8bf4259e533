from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest
from tests.support.charts import dots, drawn
from tests.support.runs import case, document

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.record.run import RunDocument
from ipcbench.report.charts import CHARTS
from ipcbench.report.charts.canvas import Conditions, title_of
from ipcbench.report.tables.run import run_table

if TYPE_CHECKING:
    from matplotlib.figure import Figure


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
        "busy-producer: time of a message, by switch interval: at 5ms pipe 20.0 µs",
        ">5ms<",
        ">0.1ms<",
        "the switch interval",
        "hollow: until send returned",
        "loop os-pipe",
        "5.11 ms",
    ):
        assert words in text


def chart(run: RunDocument) -> Figure:
    family = next(iter(by_size(read_groups(run)).values()))
    (drawing,) = (CHARTS[name].of_family for name in family[0].reference.workload.charts)
    assert drawing is not None
    figure = drawing(family, Conditions.of(run, family))
    assert figure is not None
    return figure


def test_numbers_stand_on_the_axis_where_their_size_puts_them() -> None:
    (axis,) = chart(RUN).axes
    assert axis.get_xscale() == "log"
    places = dict(zip([text.get_text() for text in axis.get_xticklabels()], axis.get_xticks(), strict=True))
    assert places == {"5ms": 5e-3, "0.1ms": 1e-4}


def test_of_a_burst_the_time_of_one_message_is_drawn() -> None:
    run = document(*(case("pipe", f"burst:{count}", seconds=count * 1e-5) for count in (1, 400)))
    figure = chart(run)
    (axis,) = figure.axes
    assert axis.get_ylabel() == "time of a message of a burst"
    (line,) = (line for line in axis.lines if line.get_label() == "pipe")
    assert np.asarray(line.get_ydata()) == pytest.approx([1e-5, 1e-5], rel=0.01)
    assert np.asarray(line.get_xdata()).tolist() == [1, 400]
    assert "at 400 pipe 10.0 µs" in title_of(figure)


def test_without_numbers_there_is_a_row_for_each_channel_with_a_dot_for_each_duration(tmp_path: Path) -> None:
    run = document(case("pipe", "first-put"), case("queue", "first-put", seconds=3e-5))
    text = drawn(run, tmp_path)["durations-first-put"]
    for words in (">accepted<", ">second message<", ">second accepted<", ">a message<"):
        assert words in text
    (axis,) = chart(run).axes
    assert [label.get_text() for label in axis.get_yticklabels()] == ["pipe", "queue"]
    assert sorted(dots(axis, 1)) == pytest.approx([1.5e-6, 6e-6, 1.8e-5, 3e-5], rel=0.01)


def test_several_sizes_of_a_sweep_are_told_apart(tmp_path: Path) -> None:
    run = document(*(case("pipe", f"burst:{count}", size) for size in (64, 1024) for count in (1, 16)))
    text = drawn(run, tmp_path)["durations-of-each-burst"]
    for words in (">64B 1  pipe<", ">64B 16  pipe<", ">1KiB 1  pipe<", ">1KiB 16  pipe<"):
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
