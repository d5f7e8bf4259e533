"""Round-trip percentiles against message size: the median, and beside it the tail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, value_formatter, verbatim
from ipcbench.report.charts.curves import add_legend, draw_curves
from ipcbench.report.charts.size_axis import size_axis

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = "Lower is faster. Of a channel, the median and what one message in 100 takes longer than."

TYPICAL, TAIL = 50.0, 99.0


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family whose messages were timed one by one."""
    from matplotlib.ticker import LogLocator

    unit = family[0].reference.workload.unit
    figure, (typical, tail) = new_figure(
        f"{unit.capitalize()} by message size: median and tail", conditions, panels=2
    )
    draw_curves(typical, family, lambda _, case: case.round_trips.get(TYPICAL), with_kept=True)
    typical.set_ylabel(verbatim(f"time of a {unit}, median"))
    draw_curves(tail, family, lambda _, case: case.round_trips.get(TAIL))
    tail.set_ylabel("99th percentile, where measured")
    for axis in (typical, tail):
        axis.set_yscale("log")
        # Round trips rarely span a decade or two: a tick at each power of ten would be hardly any.
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter(value_formatter(wording.seconds_tick))
        size_axis(axis, family, conditions)
    # One scale, so that the eye can carry a height over; where nothing reaches the tail, its own is empty.
    if tail.lines:
        limits = [limit for axis in (typical, tail) for limit in axis.get_ylim()]
        typical.set_ylim(min(limits), max(limits))
        tail.set_ylim(min(limits), max(limits))
    add_legend(typical)
    return figure
