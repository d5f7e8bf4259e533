"""The marks on the axis of message sizes come from what the run's kernel said."""

from typing import Any

import pytest
from tests.support.charts import with_facts
from tests.support.runs import small_run

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.record.run import RunDocument
from ipcbench.report.charts import throughput
from ipcbench.report.charts.canvas import Conditions

SIZES = (64, 1024, 65536, 1 << 20)


def marks(run: RunDocument) -> dict[str, tuple[float, str]]:
    """Return size and alignment of each mark in the first panel of the throughput chart."""
    family = next(iter(by_size(read_groups(run)).values()))
    figure = throughput.draw(family, Conditions.of(run, family))
    assert figure is not None
    return {
        text.get_text(): (text.xy[0], text.get_horizontalalignment())  # type: ignore[attr-defined]
        for text in figure.axes[0].texts
        # The others name lines at their ends.
        if text.get_verticalalignment() == "bottom"
    }


def test_the_full_pipe_is_marked_where_the_target_said_that_it_is() -> None:
    run = with_facts(small_run(SIZES), pipe_buffer_bytes=1 << 17)
    assert marks(run) == {"header and body apart →": (16384, "right"), "pipe full": (1 << 17, "left")}


def test_marks_are_written_away_from_each_other() -> None:
    run = with_facts(small_run(SIZES), pipe_buffer_bytes=4096)
    assert marks(run) == {"header and body apart →": (16384, "left"), "pipe full": (4096, "right")}


@pytest.mark.parametrize("facts", [{}, {"pipe_buffer_bytes": None}, {"pipe_buffer_bytes": "64KiB"}])
def test_no_full_pipe_is_marked_where_the_run_does_not_say_when_it_is(facts: dict[str, Any]) -> None:
    assert set(marks(with_facts(small_run(SIZES), **facts))) == {"header and body apart →"}


@pytest.mark.parametrize("size", [0, -1, 64, 1 << 20, 10**400])
def test_a_pipe_that_is_full_outside_of_the_chart_is_not_marked(size: int) -> None:
    assert "pipe full" not in marks(with_facts(small_run(SIZES), pipe_buffer_bytes=size))


def test_facts_of_another_interpreter_mark_nothing() -> None:
    run = with_facts(small_run(SIZES), pipe_buffer_bytes=65536)
    assert run.ipcbench is not None
    run.ipcbench.targets["3.13.0"] = run.ipcbench.targets.pop("3.11.7")
    assert "pipe full" not in marks(run)
