import re
from pathlib import Path

import pytest
from tests.support.charts import drawn, moved
from tests.support.runs import case, document, small_run, varied

from ipcbench.analysis.history import read_history
from ipcbench.errors import UsageError
from ipcbench.plan.case import Case
from ipcbench.report.charts import draw_charts
from ipcbench.report.charts.canvas import save, title_of
from ipcbench.report.charts.heat_map import draw_verdicts
from ipcbench.report.charts.history import draw_history
from ipcbench.report.verdicts import Comparisons, Row
from ipcbench.statistics.decision import Decision, Rule, Verdict


def test_every_chart_comes_as_svg_and_png(tmp_path: Path) -> None:
    paths = draw_charts(small_run(), tmp_path, "run")
    names = sorted(path.name for path in paths)
    charts = [
        "distribution-ping-pong",
        "latency-ping-pong",
        "ratio-ping-pong",
        "ratio-stream",
        "throughput-stream",
    ]
    assert names == sorted(f"run-{chart}.{ending}" for chart in charts for ending in ("png", "svg"))
    assert all(path.stat().st_size > 1000 for path in paths)


def test_every_chart_says_where_with_what_and_when_it_was_measured(tmp_path: Path) -> None:
    for text in drawn(small_run(), tmp_path).values():
        for fact in ("placement split", "fork", "Python 3.11.7", "Imaginary 9000", "2 cores", "2026-11-23"):
            assert fact in text


def test_axes_carry_their_units_and_loops_their_name(tmp_path: Path) -> None:
    charts = drawn(small_run(), tmp_path)
    assert "MB/s" in charts["throughput-stream"]
    assert "time a message / pipe's" in charts["throughput-stream"]
    assert "µs" in charts["latency-ping-pong"]
    assert "message size" in charts["ratio-stream"]
    for name, text in charts.items():
        # Ratios are among the asked: a loop would stretch their axis.
        assert ("loop os-pipe" in text) == (not name.startswith("ratio"))
        assert ">null<" not in text


def test_a_channel_alone_is_drawn_by_volume_and_by_messages(tmp_path: Path) -> None:
    text = drawn(document(*(case("pipe", size=size) for size in (64, 1024))), tmp_path)["throughput-stream"]
    assert "messages/s" in text
    assert "Throughput: pipe takes 10.0 µs" in text


def test_titles_say_what_was_found_with_its_interval(tmp_path: Path) -> None:
    charts = drawn(small_run(), tmp_path)
    first = "pipe first at every size; queue takes 1.50× [1.50, 1.50] of its time at 64B"
    # Titles are wrapped.
    assert f"Throughput: {first}" in " ".join(re.findall(r">([^<>]+)</text>", charts["throughput-stream"]))
    assert "Median round trip of 64B: pipe " in charts["latency-ping-pong"]
    assert "Round trip of 64B, median and 99th percentile: pipe" in charts["distribution-ping-pong"]


def test_where_each_size_has_another_first_the_title_says_whose_it_is(tmp_path: Path) -> None:
    """What carries small messages only has no size at which another becomes better."""
    run = document(
        case("small-only", seconds=1e-6),
        *(case("pipe", size=size, seconds=1e-5) for size in (64, 1 << 20)),
        *(case("queue", size=size, seconds=3e-5) for size in (64, 1 << 20)),
    )
    told = " ".join(re.findall(r">([^<>]+)</text>", drawn(run, tmp_path)["throughput-stream"]))
    assert (
        "small-only at 64B (then pipe, 10.00× [10.00, 10.00] of its time), pipe at 1MiB (then queue, " in told
    )


def test_a_workload_that_was_not_measured_has_no_chart(tmp_path: Path) -> None:
    assert set(drawn(document(case("pipe"), case("queue")), tmp_path)) == {
        "throughput-stream",
        "ratio-stream",
    }


def test_a_channel_alone_has_no_ratio(tmp_path: Path) -> None:
    assert set(drawn(document(case("pipe")), tmp_path)) == {"throughput-stream"}


def test_names_from_documents_are_drawn_as_they_are_and_escaped(tmp_path: Path) -> None:
    name = "my$channel$<script>alert(1)</script>"
    text = drawn(document(case(name), case("pipe")), tmp_path)["throughput-stream"]
    assert "<script" not in text
    assert "my$channel$&lt;script&gt;" in text


def test_too_few_launches_for_an_interval_still_draw_a_line(tmp_path: Path) -> None:
    with_bands = drawn(small_run(), tmp_path)["throughput-stream"]
    without = drawn(small_run(launches=3), tmp_path)["throughput-stream"]
    assert "FillBetweenPolyCollection" in with_bands or "PolyCollection" in with_bands
    assert without.count("<path") < with_bands.count("<path")


def test_charts_are_chosen_by_the_beginning_of_their_names(tmp_path: Path) -> None:
    names = [path.name for path in draw_charts(small_run(), tmp_path, "run", "ratio-stream")]
    assert sorted(names) == ["run-ratio-stream.png", "run-ratio-stream.svg"]
    with pytest.raises(
        UsageError, match=r"no chart is named 'pie'; accepted: the beginning of one of .*ratio"
    ):
        draw_charts(small_run(), tmp_path, "run", "pie")


def test_more_charts_than_anybody_looks_at_are_not_drawn_at_once(tmp_path: Path) -> None:
    many = document(*(moved(case("pipe"), payload_kind=f"kind-{number}") for number in range(40)))
    with pytest.raises(UsageError, match=r"charts; accepted: up to 30 at once, with --only"):
        draw_charts(many, tmp_path, "run")
    assert not list(tmp_path.iterdir())


def test_the_same_run_gives_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    first = [path.read_bytes() for path in draw_charts(small_run(), tmp_path / "a", "run")]
    second = [path.read_bytes() for path in draw_charts(small_run(), tmp_path / "b", "run")]
    assert first == second


def test_one_size_alone_is_drawn(tmp_path: Path) -> None:
    assert len(drawn(small_run(sizes=(64,)), tmp_path)) == 5


def test_of_very_many_sizes_only_some_are_labelled(tmp_path: Path) -> None:
    many = document(*(case("pipe", size=size) for size in range(1, 200)))
    text = drawn(many, tmp_path)["throughput-stream"]
    # Each size stands below two panels.
    assert 12 < len(re.findall(r">\d+B<", text)) <= 2 * 10


def test_an_empty_message_is_drawn(tmp_path: Path) -> None:
    drawn(document(case("pipe", size=0), case("pipe", size=64), case("queue", size=0)), tmp_path)


def test_a_size_at_which_a_channel_failed_is_left_out(tmp_path: Path) -> None:
    run = document(case("pipe", size=64), case("queue", size=64), case("pipe", size=256))
    assert "queue" in drawn(run, tmp_path)["ratio-stream"]


def test_handoffs_of_all_start_methods_stand_in_one_chart(tmp_path: Path) -> None:
    cases = [case("pipe", "handoff", seconds=0.01, start_method=m) for m in ("fork", "spawn")]
    charts = drawn(document(*cases), tmp_path)
    assert set(charts) == {"handoff"}
    for words in ("fork  pipe", "spawn  pipe", "start both processes", "10.0 ms"):
        assert words in charts["handoff"]


@pytest.mark.parametrize(("launches", "promised"), [(3, False), (5, True)])
def test_a_handoff_promises_an_interval_only_where_there_is_one(
    tmp_path: Path, launches: int, *, promised: bool
) -> None:
    text = drawn(document(case("pipe", "handoff", launches=launches)), tmp_path)["handoff"]
    assert ("95 % interval" in text) == promised
    assert "±" in text or not promised


@pytest.mark.parametrize("axis", ["fork", "spawn"])
def test_runs_of_several_start_methods_have_a_chart_of_each(tmp_path: Path, axis: str) -> None:
    charts = drawn(document(case("pipe"), case("pipe", start_method="spawn")), tmp_path)
    assert f"throughput-stream-{axis}" in charts


def test_a_history_has_a_chart_for_each_workload_with_its_changes(tmp_path: Path) -> None:
    factors = [1.0, 1.01, 0.99, 1.0, 1.01, 1.0, 1.4, 1.41, 1.39, 1.4, 1.41, 1.4]
    runs = [
        (f"{number:04}_x", document(*(case("pipe", "stream", size, 1e-5 * f) for size in (64, 128, 256))))
        for number, f in enumerate(factors)
    ]
    runs += [("0099_x", varied(runs[0][1], kernel="7.0"))]
    ((name, figure),) = draw_history(read_history(runs).series)
    (svg, _) = save(figure, tmp_path / name)
    text = svg.read_text()
    assert name == "history-stream-fork-split-3.11-1"
    assert text.count("+40%") == 3
    assert re.match(
        r"stream from run to run: pipe \S+ takes 1\.40× \[1\.\d\d, 1\.\d\d\] from 0006 on; 2 more$",
        title_of(figure),
    )
    for fact in ("64B", "256B", "placement split", "Python 3.11", "Imaginary 9000", "stored run"):
        assert fact in text


def test_a_history_without_a_change_says_so_in_its_title() -> None:
    runs = [(f"{number:04}_x", document(case("pipe"))) for number in range(8)]
    ((_, figure),) = draw_history(read_history(runs).series)
    assert title_of(figure) == "stream from run to run: no change found in 8 runs"


def test_verdicts_are_a_heat_map_with_a_panel_for_each_arm(tmp_path: Path) -> None:
    rows = [
        Row(
            "",
            arm,
            decision,
            1.0,
            None if decision else "no",
            case=Case(
                channel="pipe",
                workload=workload,
                payload_bytes=size,
                start_method="fork",
                placement="split",
                python="",
            ),
        )
        for arm in ("b", "c")
        for workload in ("stream", "ping-pong")
        for size, decision in (
            (64, Decision(Verdict.REGRESSED, 1.25, 1.2, 1.3, 6)),
            (1024, Decision(Verdict.INCONCLUSIVE, 1.01, 0.9, 1.2, 6)),
            (1 << 20, None),
        )
    ]
    arms = [("a", "python=python3.11"), ("b", "python=python3.12"), ("c", "python=python3.13")]
    figure = draw_verdicts(Comparisons(rows, Rule(0.05, 0.01), arms, "Imaginary 9000, 2 cores"))
    (svg, png) = save(figure, tmp_path / "map")
    text = svg.read_text()
    for fact in (
        "python3.11",
        "python3.13",
        "1.25",
        "1.20 – 1.30",
        "1.01",
        "n/a",
        "64B",
        "1MiB",
        "Imaginary 9000",
    ):
        assert fact in text
    assert "pipe ping-pong split" in text
    assert title_of(figure).endswith("; most: pipe stream split 64B with python3.12 1.25× [1.20, 1.30]")
    assert png.stat().st_size > 1000
