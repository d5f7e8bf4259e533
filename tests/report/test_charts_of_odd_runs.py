"""Charts of runs that are incomplete, or whose documents were written by somebody else."""

from itertools import pairwise
from pathlib import Path

import pytest
from tests.support.charts import drawn, edited, moved, without_histograms
from tests.support.runs import case, document, small_run

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.record.run import RunDocument
from ipcbench.report.charts import draw_charts, throughput
from ipcbench.report.charts.canvas import Conditions


def interval_bars(run: RunDocument) -> int:
    """Return how many intervals stand as bars in the first panel of the throughput chart."""
    (family,) = by_size(read_groups(run)).values()
    figure = throughput.draw(family, Conditions.of(run, family))
    assert figure is not None
    return sum(
        len(drawn.get_paths()) for drawn in figure.axes[0].collections if hasattr(drawn, "get_segments")
    )


def test_an_interval_between_sizes_without_one_is_drawn() -> None:
    launches = {64: 3, 256: 5, 1024: 3}
    assert interval_bars(document(*(case("pipe", size=s, launches=n) for s, n in launches.items()))) == 1


def test_sizes_with_too_few_launches_have_no_interval() -> None:
    assert interval_bars(document(*(case("pipe", size=size, launches=3) for size in (64, 256)))) == 0


def test_ratios_to_another_channel_are_not_drawn_as_ratios_to_pipe(tmp_path: Path) -> None:
    at_first_without_pipe = [case("queue", size=64), case("duplex-pipe", size=64)]
    later = [case(name, size=size) for size in (256, 1024) for name in ("pipe", "queue", "duplex-pipe")]
    text = drawn(document(*at_first_without_pipe, *later), tmp_path)["ratio-stream"]
    assert "time a message / pipe's" in text
    assert "64B" not in text


@pytest.mark.parametrize("channels", [("queue",), ("pipe", "queue")])
def test_round_trips_without_a_histogram_are_left_out(tmp_path: Path, channels: tuple[str, ...]) -> None:
    cases = [case(name, "ping-pong") for name in ("pipe", "queue")]
    lacking = [edited(one, without_histograms) if one.name.split()[0] in channels else one for one in cases]
    assert ("distribution-ping-pong" in drawn(document(*lacking), tmp_path)) == (len(channels) == 1)


@pytest.mark.parametrize("name", ["_mine", "my$x$", "管道", r"a\$b$c"])
def test_any_printable_name_stands_in_the_legend(tmp_path: Path, name: str) -> None:
    assert name in drawn(document(case(name), case("pipe")), tmp_path)["throughput-stream"]


def test_control_characters_in_a_name_leave_the_svg_well_formed(tmp_path: Path) -> None:
    text = drawn(document(case("a\x1b[31m\x00b"), case("pipe")), tmp_path)["throughput-stream"]
    assert "a\ufffd[31m\ufffdb" in text


def test_nothing_in_a_document_leads_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "charts").mkdir()
    cases = [moved(case(name), placement=place) for name in ("pipe", "queue") for place in ("/a/../..", "b")]
    paths = draw_charts(document(*cases), tmp_path / "charts", "run")
    assert paths
    assert {path.resolve().parent for path in paths} == {(tmp_path / "charts").resolve()}


def test_families_whose_names_differ_only_in_what_files_cannot_hold_do_not_overwrite_each_other(
    tmp_path: Path,
) -> None:
    cases = [moved(case("pipe"), placement=place) for place in ("a/b", "a:b")]
    assert len(set(draw_charts(document(*cases), tmp_path, "run"))) == 4


def test_null_is_drawn_nowhere_even_if_it_was_asked_for(tmp_path: Path) -> None:
    for text in drawn(document(case("pipe"), case("queue"), case("null")), tmp_path).values():
        assert ">null<" not in text


def test_handoffs_of_several_placements_can_be_told_apart(tmp_path: Path) -> None:
    cases = [moved(case("pipe", "handoff", seconds=0.01), placement=place) for place in ("split", "same")]
    text = drawn(document(*cases), tmp_path)["handoff"]
    assert "fork  pipe split" in text
    assert "fork  pipe same" in text


def test_lines_are_named_at_their_ends_outside_of_the_panels_and_none_over_another() -> None:
    run = small_run()
    family = next(iter(by_size(read_groups(run)).values()))
    figure = throughput.draw(family, Conditions.of(run, family))
    assert figure is not None
    assert not figure.legends
    volume = figure.axes[0]
    ends = [text for text in volume.texts if text.get_text() in ("pipe", "queue", "loop os-pipe")]
    assert {text.get_text() for text in ends} == {"pipe", "queue", "loop os-pipe"}
    figure.draw_without_rendering()
    boxes = sorted((text.get_window_extent() for text in ends), key=lambda box: box.y0)
    assert all(box.x0 > volume.get_window_extent().x1 for box in boxes)
    assert all(upper.y0 > lower.y0 + 0.7 * lower.height for lower, upper in pairwise(boxes))
