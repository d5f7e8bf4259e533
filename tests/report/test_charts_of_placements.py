"""The placements of a run side by side, so that a reader sees how much they change."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from tests.support.charts import drawn, edited, moved, with_facts, without_histograms
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


def curves(panel: Axes, *, faint: bool) -> list[Line2D]:
    """Return the curves over the three sizes; marks and entries of the legend have fewer points."""
    lines = [line for line in panel.lines if len(values(line)) == 3]
    return [line for line in lines if (line.get_alpha() is not None) == faint]


def values(line: Line2D) -> list[float]:
    return list(line.get_ydata())  # type: ignore[arg-type]


def colours(panel: Axes) -> set[object]:
    return {line.get_color() for line in curves(panel, faint=False)}


def interval_bars(panel: Axes) -> int:
    return sum(len(bars.get_paths()) for bars in panel.collections if hasattr(bars, "get_segments"))


@pytest.mark.parametrize("workload", ["stream", "ping-pong"])
def test_a_run_at_several_placements_has_one_chart_of_them_a_workload(tmp_path: Path, workload: str) -> None:
    charts = drawn(document(*at_each_placement(workload, sizes=(64,))), tmp_path)
    assert [name for name in charts if name.startswith("placements")] == [f"placements-{workload}"]


def test_it_says_what_each_placement_means_in_one_order_and_how_it_was_measured(tmp_path: Path) -> None:
    text = drawn(document(*at_each_placement(sizes=(64,))), tmp_path)["placements-stream"]
    titles = ["split: a core each", "same: one core for both", "free: left to the scheduler"]
    assert sorted(titles, key=text.index) == titles
    for fact in ("placement split, same, free", "fork", "Python 3.11.7", "Imaginary 9000", "2026-11-23"):
        assert fact in text


def test_a_panel_has_the_asked_channels_in_front_and_the_other_placements_faintly_behind() -> None:
    for panel in panels(*at_each_placement()):
        assert len(curves(panel, faint=False)) == len(CHANNELS)
        assert len(curves(panel, faint=True)) == 2 * len(CHANNELS)


@pytest.mark.parametrize(
    ("workload", "expected"),
    [("stream", [size / 1e-5 / 1e6 for size in SIZES]), ("ping-pong", [1.2e-5] * 3)],
)
def test_values_are_megabytes_per_second_of_streams_and_median_round_trips(
    workload: str, expected: list[float]
) -> None:
    split, same, _ = (values(curves(panel, faint=False)[0]) for panel in panels(*at_each_placement(workload)))
    assert split == pytest.approx(expected, rel=0.01)
    slower = 0.5 if workload == "stream" else 2
    assert same == pytest.approx([slower * value for value in split], rel=0.01)


@pytest.mark.parametrize(("launches", "bars"), [(5, 3 * len(CHANNELS)), (3, 0)])
def test_intervals_stand_only_where_there_are_launches_enough(launches: int, bars: int) -> None:
    assert [interval_bars(panel) for panel in panels(*at_each_placement(launches=launches))] == [bars] * 3


def test_panels_share_their_axes() -> None:
    first, *others = panels(*at_each_placement())
    for panel in others:
        assert panel.get_ylim() == first.get_ylim()
        assert panel.get_xlim() == first.get_xlim()


def test_a_channel_that_failed_at_one_placement_looks_alike_at_the_others() -> None:
    cases = [
        one
        for one in at_each_placement()
        if not one.name.startswith("mine") or "split" not in placement_of(one)
    ]
    split, same, free = panels(*cases)
    assert colours(split) < colours(same) == colours(free)
    assert len(colours(free)) == len(CHANNELS)
    assert len(split.figure.legends[0].get_texts()) == len(CHANNELS) + 1


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


def test_a_placement_without_recorded_round_trips_has_no_panel() -> None:
    cases = at_each_placement("ping-pong", sizes=(64,))
    lacking = [edited(one, without_histograms) if placement_of(one) == "free" else one for one in cases]
    assert [words(panel) for panel in panels(*lacking)] == [
        ["split: a core each"],
        ["same: one core for both"],
    ]
    assert chart(document(*(edited(one, without_histograms) for one in cases))) is None


def test_names_are_drawn_as_they_are_and_escaped(tmp_path: Path) -> None:
    cases = [moved(case("my$x$<script>"), placement=place) for place in ("split", "same")]
    text = drawn(document(*cases), tmp_path)["placements-stream"]
    assert "my$x$&lt;script&gt;" in text
