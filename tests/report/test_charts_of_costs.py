"""What a message costs either end: bars of user and system time, where a run recorded them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest
from tests.support.charts import drawn, edited
from tests.support.runs import TRIALS, case, document, small_run

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.costs import MessageCosts
from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.record.run import RunDocument
from ipcbench.record.schema import CaseRecord
from ipcbench.report.charts import costs
from ipcbench.report.charts.canvas import Conditions
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KIB = 1024
Recorded = Callable[[CaseResult], dict[str, MessageCosts]]


def spent(user_us: float, system_us: float) -> MessageCosts:
    return MessageCosts(user_us / 1e6, system_us / 1e6, 0.0, 0.0, 0.0, 1 << 20)


def of_both_ends(one: CaseResult) -> dict[str, MessageCosts]:
    """Return 3 µs of the sender and 6 µs of the receiver, and a microsecond more for each KiB."""
    more = one.case.payload_bytes / KIB
    return {"sender": spent(1, 2 + more), "receiver": spent(2, 4 + more)}


@pytest.fixture
def record(monkeypatch: pytest.MonkeyPatch) -> Callable[[Recorded], None]:
    """Return what lets every case of a run have costs."""

    def have(recorded: Recorded) -> None:
        monkeypatch.setattr(CaseResult, "costs", property(recorded))
        monkeypatch.setattr(CaseResult, "cpu", both_ends)

    return have


def both_ends(one: CaseResult) -> Estimate | None:
    spent_s = sum(costs.cpu_s for costs in one.costs.values())
    return Estimate(spent_s, None, None, 5) if one.costs else None


@pytest.fixture
def _recorded(record: Callable[[Recorded], None]) -> None:
    record(of_both_ends)


def chart(run: RunDocument) -> Figure | None:
    family = next(iter(by_size(read_groups(run)).values()))
    return costs.draw(family, Conditions.of(run, family))


def bars(figure: Figure | None, panel: int) -> list[tuple[float, float]]:
    """Return start and width of each bar of a panel in microseconds, from above."""
    assert figure is not None
    patches = sorted(figure.axes[panel].patches, key=lambda bar: (bar.get_y(), bar.get_x()))  # type: ignore[attr-defined]
    return [(round(bar.get_x() * 1e6, 6), round(bar.get_width() * 1e6, 6)) for bar in patches]  # type: ignore[attr-defined]


def panel_titles(figure: Figure | None) -> list[str]:
    assert figure is not None
    return [axis.texts[0].get_text() for axis in figure.axes]


def test_a_run_without_costs_has_no_chart_of_them(tmp_path: Path) -> None:
    assert not any(name.startswith("costs") for name in drawn(small_run(), tmp_path))


@pytest.mark.usefixtures("_recorded")
def test_streams_and_round_trips_have_a_chart_each(tmp_path: Path) -> None:
    charts = drawn(small_run(sizes=(64,)), tmp_path)
    assert "CPU time a message of 64B, both ends together: " in charts["costs-stream"]
    assert "CPU time a round trip of 64B, both ends together: " in charts["costs-ping-pong"]
    for name in ("costs-stream", "costs-ping-pong"):
        for words in (
            ">pipe<",
            ">loop os-pipe<",
            "sender, in Python",
            "receiver, in the kernel",
            "placement split",
            "9.12 µs",
        ):
            assert words in charts[name]
        assert "null" not in charts[name]


@pytest.mark.usefixtures("_recorded")
def test_handoffs_have_no_chart_of_costs(tmp_path: Path) -> None:
    assert set(drawn(document(case("pipe", "handoff")), tmp_path)) == {"handoff"}


@pytest.mark.usefixtures("_recorded")
def test_each_channel_has_a_bar_of_its_sender_then_its_receiver_user_before_system() -> None:
    figure = chart(document(case("pipe", size=KIB), case("queue", size=KIB)))
    assert bars(figure, 0) == [(0, 1), (1, 3), (4, 2), (6, 5)] * 2


def test_the_sum_of_both_ends_stands_with_its_interval_over_the_end_of_its_bar() -> None:
    benchmark = case("pipe", faults=1)

    def uneven(record: CaseRecord) -> CaseRecord:
        launches = [
            msgspec.structs.replace(
                launch,
                costs={
                    role: msgspec.structs.replace(usage, user_s=usage.user_s * (1 + number / 100))
                    for role, usage in launch.costs.items()
                },
            )
            for number, launch in enumerate(record.launches)
        ]
        return msgspec.structs.replace(record, launches=launches)

    figure = chart(document(edited(benchmark, uneven)))
    assert figure is not None
    (axis,) = figure.axes
    end = max(left + width for left, width in bars(figure, 0)) / 1e6
    (interval,) = (limits for line in axis.lines if len(limits := np.asarray(line.get_xdata())) == 2)
    low, high = interval.tolist()
    assert low < end < high
    assert any(" ±" in text.get_text() for text in axis.texts)
    # What each launch's ends spent on all of its messages: 10 ms in Python and in the kernel, of either end.
    spent_s = sum(2 * (0.01 * (1 + number / 100) + 0.01) for number in range(5)) / 5
    # Warm-up is spent on messages too, so that there are more of them than those that were timed.
    assert 0 < end < spent_s / (100 * TRIALS) * 1.001


@pytest.mark.usefixtures("_recorded")
@pytest.mark.parametrize(
    ("sizes", "titles"),
    [
        ((64, 256, 64 * KIB, 256 * KIB, KIB * KIB), ["64B", "64KiB", "1MiB"]),
        ((64, 256, 1024, 4096), ["64B", "1KiB", "4KiB"]),
        ((64 * KIB, 128 * KIB, 256 * KIB), ["64KiB", "128KiB", "256KiB"]),
        ((256, 64), ["64B", "256B"]),
        ((64,), ["64B"]),
    ],
)
def test_panels_are_the_smallest_a_middle_and_the_largest_size(
    sizes: tuple[int, ...], titles: list[str]
) -> None:
    figure = chart(document(*(case("pipe", size=size) for size in sizes)))
    assert panel_titles(figure) == [f"{title} messages" for title in titles]


@pytest.mark.usefixtures("_recorded")
def test_each_panel_has_its_own_scale_and_all_have_the_same_rows() -> None:
    figure = chart(document(case("pipe", size=64), case("pipe", size=KIB * KIB)))
    assert figure is not None
    small, large = figure.axes
    assert small.get_xlim()[1] * 50 < large.get_xlim()[1]
    assert small.get_ylim() == large.get_ylim()


def test_an_end_whose_costs_are_unknown_has_no_bar(record: Callable[[Recorded], None]) -> None:
    record(lambda one: {"sender": spent(1, 2)} if one.case.channel == "pipe" else {})
    figure = chart(document(case("pipe"), case("queue")))
    assert bars(figure, 0) == [(0, 1), (1, 2)]


def test_sizes_without_costs_have_no_panel(record: Callable[[Recorded], None]) -> None:
    record(lambda one: of_both_ends(one) if one.case.payload_bytes > 64 else {})
    figure = chart(document(case("pipe", size=64), case("pipe", size=256)))
    assert panel_titles(figure) == ["256B messages"]


@pytest.mark.usefixtures("_recorded")
def test_names_are_drawn_as_they_are_and_escaped(tmp_path: Path) -> None:
    text = drawn(document(case("my$x$<script>")), tmp_path)["costs-stream"]
    assert "my$x$&lt;script&gt;" in text


def test_roles_that_we_do_not_know_are_not_drawn(record: Callable[[Recorded], None]) -> None:
    record(lambda one: {**of_both_ends(one), "$x$": spent(1, 1)})
    assert len(bars(chart(document(case("pipe"))), 0)) == 4
