"""Thirty channels: a row for each, as lines would run into one another."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from tests.support.charts import dots, moved
from tests.support.runs import case, document

from ipcbench.record.run import Benchmark, RunDocument
from ipcbench.report.charts import draw_named

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: The slowest first: no chart may take the order of the document for a ranking.
NAMES = [f"channel-{number}" for number in range(30, 0, -1)]
SIZES = (64, 64 << 10, 1 << 20)


def seconds(name: str) -> float:
    return int(name.removeprefix("channel-")) * 1e-5


def cases(workload: str, sizes: tuple[int, ...] = SIZES) -> list[Benchmark]:
    loops = [
        case("os-pipe", workload, size, 1e-6, asked=False, reference_loop="os-pipe", faults=1)
        for size in sizes
    ]
    return loops + [
        case(name, workload, size, seconds(name), reference_loop="os-pipe", faults=1, backlog=100)
        for size in sizes
        for name in NAMES
    ]


def drawn(run: RunDocument, name: str) -> Figure:
    (figure,) = (figure for _, figure in draw_named(run, name))
    return figure


def rows(axis: Axes) -> list[str]:
    return [text.get_text() for text in axis.get_yticklabels()]


FASTEST_FIRST = [f"channel-{number}" for number in range(1, 31)]
LOOP = ["loop os-pipe"]


@pytest.mark.parametrize(
    ("chart", "workload", "below"),
    [
        ("throughput", "stream", LOOP),
        ("ratio", "stream", []),
        ("latency", "ping-pong", LOOP),
        ("distribution", "ping-pong", LOOP),
    ],
)
def test_each_channel_has_a_row_the_fastest_first_and_loops_below(
    chart: str, workload: str, below: list[str]
) -> None:
    figure = drawn(document(*cases(workload)), chart)
    panels = 1 if chart == "distribution" else len(SIZES)
    assert len(figure.axes) == panels
    assert rows(figure.axes[0]) == FASTEST_FIRST + below
    for axis in figure.axes:
        assert all(dots(axis, row) for row in range(30))
        assert axis.get_xscale() == "log"


def test_a_dot_stands_at_its_channels_figure_and_the_figure_beside_it() -> None:
    small, *_ = drawn(document(*cases("stream")), "throughput").axes
    (fastest,) = dots(small, 0)
    assert fastest == pytest.approx(64 / 1e-5 / 1e6, rel=0.01)
    assert "6.39" in {text.get_text() for text in small.texts}


def test_ratios_beside_dots_have_as_many_digits_as_one_another() -> None:
    run = document(*(case(name, size=64, seconds=seconds(name)) for name in NAMES))
    (axis,) = drawn(run, "ratio").axes
    told = {text.get_text() for text in axis.texts}
    # To the slowest, which stands first in the document.
    assert {"1.00×", "0.0333×", "0.333×"} <= told


def test_median_and_tail_of_a_channel_stand_in_one_row() -> None:
    figure = drawn(document(*cases("ping-pong")), "latency")
    median, tail = dots(figure.axes[0], 29)
    assert median < tail
    assert {text.get_text() for legend in figure.legends for text in legend.get_texts()} == {
        "median",
        "99th percentile",
    }


def test_a_burst_has_a_panel_for_each_number_of_messages() -> None:
    run = document(*(each for count in (1, 16) for each in cases(f"burst:{count}", (64,))))
    figure = drawn(run, "durations")
    titles = [axis.texts[0].get_text() for axis in figure.axes]
    assert titles == ["messages a burst: 1", "messages a burst: 16"]
    received, accepted = dots(figure.axes[1], 0)
    assert received == pytest.approx(1e-5 / 16, rel=0.01)
    assert accepted < received


def test_placements_have_a_panel_each_with_the_ratio_to_the_first() -> None:
    split = cases("stream")
    same = [
        moved(case(name, "stream", size, 3 * seconds(name), reference_loop="os-pipe"), placement="same")
        for size in SIZES
        for name in NAMES
    ]
    (axis,) = drawn(document(*split, *same), "placements").axes
    assert dots(axis, 0) == pytest.approx([3.0] * len(SIZES), rel=0.01)


def test_what_is_held_without_a_limit_or_not_at_all_has_no_dot_but_a_note() -> None:
    run = document(
        *cases("backlog", (64,)),
        case("endless", "backlog", 64, 1e-5, reference_loop="os-pipe"),
        case("none", "backlog", 64, 1e-5, reference_loop="os-pipe", backlog=0),
    )
    figure = drawn(run, "backlog")
    held = figure.axes[0]
    assert [dots(held, rows(held).index(name)) for name in ("endless", "none", "channel-3")] == [
        [],
        [],
        [100],
    ]
    told = figure.get_supxlabel()
    assert "no limit found: endless" in told
    assert "holds nothing: none" in told
