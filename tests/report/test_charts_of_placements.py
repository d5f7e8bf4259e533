"""The placements of a run side by side, so that a reader sees how much they change."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.charts import drawn, moved, with_facts
from tests.support.runs import case, document

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.record.run import Benchmark, RunDocument
from ipcbench.report.charts import placements
from ipcbench.report.charts.canvas import Conditions

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

SLOWER_BY = {"free": 1.2, "same": 2.0, "split": 1.0}
SIZES = (64, 1024, 1 << 20)
CHANNELS = ("pipe", "queue", "mine", "yours")


def at_each_placement(
    workload: str = "stream", sizes: Sequence[int] = SIZES, launches: int = 5
) -> list[Benchmark]:
    """Return four channels and a loop at each placement, in another order than that of the panels."""
    return [
        moved(case(name, workload, size, factor * 1e-5, asked=asked, launches=launches), placement=place)
        for place, factor in SLOWER_BY.items()
        for size in sizes
        for name, asked in [*((name, True) for name in CHANNELS), ("os-pipe", False)]
    ]


def placement_of(one: Benchmark) -> str:
    record = one.extra_info.ipcbench
    assert record is not None
    return record.case.placement


def chart(run: RunDocument) -> Figure | None:
    (families,) = placements.over_placements(list(by_size(read_groups(run)).values()))
    return placements.draw(families, Conditions.of(run, *families))


def panels(*cases: Benchmark, **facts: int) -> list[Axes]:
    figure = chart(with_facts(document(*cases), **facts))
    assert figure is not None
    return figure.axes


def words(panel: Axes) -> list[str]:
    return [text.get_text() for text in panel.texts]


def curves(panel: Axes) -> list[Line2D]:
    """Return the curves over the three sizes; the line at 1 has two points."""
    return [line for line in panel.lines if len(values(line)) == 3]


def values(line: Line2D) -> list[float]:
    return list(line.get_ydata())  # type: ignore[arg-type]


def colours(panel: Axes) -> set[object]:
    return {line.get_color() for line in curves(panel)}


def interval_bars(panel: Axes) -> int:
    return sum(len(bars.get_paths()) for bars in panel.collections if hasattr(bars, "get_segments"))


@pytest.mark.parametrize("workload", ["stream", "ping-pong"])
def test_a_run_at_several_placements_has_one_chart_of_them_a_workload(tmp_path: Path, workload: str) -> None:
    charts = drawn(document(*at_each_placement(workload, sizes=(64,))), tmp_path)
    assert [name for name in charts if name.startswith("placements")] == [f"placements-{workload}"]


def test_it_says_what_each_placement_means_in_one_order_and_how_it_was_measured(tmp_path: Path) -> None:
    text = drawn(document(*at_each_placement(sizes=(64,))), tmp_path)["placements-stream"]
    titles = ["same: one core for both", "free: left to the scheduler", "1: split: a core each"]
    assert sorted(titles, key=text.index) == titles
    for fact in ("placement split, same, free", "fork", "Python 3.11.7", "Imaginary 9000", "2026-11-23"):
        assert fact in text


def test_its_title_says_what_changes_most(tmp_path: Path) -> None:
    text = drawn(document(*at_each_placement(sizes=(64,))), tmp_path)["placements-stream"]
    most = max(SLOWER_BY.items(), key=lambda each: abs(math.log(each[1] / SLOWER_BY["split"])))
    assert re.search(rf"Most at 64B: a \w+ at {most[0]} takes {most[1] / SLOWER_BY['split']:.2f}× \[", text)


def test_a_panel_has_the_asked_channels() -> None:
    for panel in panels(*at_each_placement()):
        assert len(curves(panel)) == len(CHANNELS)


@pytest.mark.parametrize("workload", ["stream", "ping-pong"])
def test_values_are_times_in_units_of_those_at_the_first_placement(workload: str) -> None:
    shown = panels(*at_each_placement(workload))
    for place, panel in zip(("same", "free"), shown, strict=True):
        for line in curves(panel):
            assert values(line) == pytest.approx([SLOWER_BY[place] / SLOWER_BY["split"]] * 3, rel=0.02)


@pytest.mark.parametrize(("launches", "bars"), [(5, 3 * len(CHANNELS)), (3, 0)])
def test_intervals_stand_only_where_there_are_launches_enough(launches: int, bars: int) -> None:
    assert [interval_bars(panel) for panel in panels(*at_each_placement(launches=launches))] == [bars] * 2


def test_panels_share_their_axes() -> None:
    first, *others = panels(*at_each_placement())
    for panel in others:
        assert panel.get_ylim() == first.get_ylim()
        assert panel.get_xlim() == first.get_xlim()


def test_a_channel_that_failed_at_one_placement_looks_alike_at_the_others() -> None:
    cases = [
        one
        for one in at_each_placement()
        if not one.name.startswith("mine") or "same" not in placement_of(one)
    ]
    same, free = panels(*cases)
    assert colours(same) < colours(free)
    assert len(colours(free)) == len(CHANNELS)


def test_the_full_pipe_is_marked_in_every_panel() -> None:
    for panel in panels(*at_each_placement(), pipe_buffer_bytes=65536):
        assert "pipe full" in words(panel)


def test_one_placement_has_no_chart_of_placements(tmp_path: Path) -> None:
    cases = [one for one in at_each_placement(sizes=(64,)) if placement_of(one) == "same"]
    assert set(drawn(document(*cases), tmp_path)) == {"throughput-stream", "ratio-stream"}


def test_start_methods_are_not_thrown_together(tmp_path: Path) -> None:
    cases = [moved(case("pipe"), placement=place) for place in SLOWER_BY]
    spawned = [moved(one, start_method="spawn") for one in cases if placement_of(one) != "split"]
    charts = drawn(document(*cases, *spawned), tmp_path)
    assert {name for name in charts if name.startswith("placements")} == {
        "placements-stream-fork",
        "placements-stream-spawn",
    }
    assert "split: a core each" not in charts["placements-stream-spawn"]


def test_placements_that_we_do_not_know_have_no_panel(tmp_path: Path) -> None:
    cases = [moved(case("pipe"), placement=place) for place in ("split", "same", "../$x$<script>")]
    text = drawn(document(*cases), tmp_path)["placements-stream"]
    assert "script" not in text
    assert "same: one core for both" in text


def test_a_placement_at_which_no_channel_was_measured_has_no_panel() -> None:
    cases = [
        one
        for one in at_each_placement(sizes=(64,))
        if placement_of(one) != "free" or one.name.startswith("os-pipe")
    ]
    (same,) = panels(*cases)
    assert "same: one core for both" in words(same)


def test_names_are_drawn_as_they_are_and_escaped(tmp_path: Path) -> None:
    cases = [moved(case("my$x$<script>"), placement=place) for place in ("split", "same")]
    text = drawn(document(*cases), tmp_path)["placements-stream"]
    assert "my$x$&lt;script&gt;" in text
