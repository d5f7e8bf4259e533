"""Round-trip percentiles against message size: the median, and beside it the tail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts import ranking
from ipcbench.report.charts.canvas import (
    LOOPS,
    Conditions,
    channels,
    new_figure,
    notes,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import HOLLOW, EstimateOf, any_kept, draw_curves, label_ends
from ipcbench.report.charts.size_axis import size_axis

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = "Lower is faster. Of a channel, the median and what one message in 100 takes longer than."

TYPICAL, TAIL = 50.0, 99.0
_PERCENTILES: dict[str, EstimateOf] = {
    "median": lambda _, case: case.round_trips.get(TYPICAL),
    "99th percentile": lambda _, case: case.round_trips.get(TAIL),
}


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family whose messages were timed one by one."""
    from matplotlib.ticker import LogLocator

    unit = family[0].reference.workload.unit
    title = _title(family, unit)
    if ranking.is_crowded(*family):
        panels = ranking.by_size(family, _PERCENTILES, wording.seconds, wording.seconds_tick)
        return ranking.draw(panels, channels(family), (title, conditions), f"time of a {unit}")
    figure, (typical, tail) = new_figure(title, conditions, panels=2)
    asked, loops = channels(family)
    draw_curves(typical, family, _PERCENTILES["median"], with_kept=True)
    typical.set_ylabel(verbatim(f"time of a {unit}, median"))
    draw_curves(tail, family, _PERCENTILES["99th percentile"])
    tail.set_ylabel("99th percentile")
    for axis in (typical, tail):
        axis.set_yscale("log")
        # Round trips rarely span a decade or two: a tick at each power of ten would be hardly any.
        axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
        axis.yaxis.set_major_formatter(value_formatter(wording.seconds_tick))
        size_axis(axis, family, conditions)
        axis.set_xlim(typical.get_xlim())
    # One scale, so that the eye can carry a height over; where nothing reaches the tail, its own is empty.
    if tail.lines:
        limits = [limit for axis in (typical, tail) for limit in axis.get_ylim()]
        typical.set_ylim(min(limits), max(limits))
        tail.set_ylim(min(limits), max(limits))
    for axis in (typical, tail):
        label_ends(axis, asked, loops)
    notes(
        figure,
        [HOLLOW if any_kept(family) else "", LOOPS if channels(family)[1] else "", _without_tail(family)],
    )
    return figure


def _title(family: Sequence[GroupResult], unit: str) -> str:
    """Return the medians at the smallest size: means, which other charts compare, may be of two modes."""
    size = format_size(family[0].reference.case.payload_bytes)
    known = [
        (case.label, case.round_trips[TYPICAL])
        for case in family[0].comparable
        if TYPICAL in case.round_trips
    ]
    if not known:
        return f"Median {unit} by message size"
    return f"Median {unit} of {size}: {wording.best(known, 4)}"


def _without_tail(family: Sequence[GroupResult]) -> str:
    """Return why the tail ends before the median does."""
    sizes = [
        group.reference.case.payload_bytes
        for group in family
        if any(TYPICAL in case.round_trips and TAIL not in case.round_trips for case in group.asked)
    ]
    if not sizes:
        return ""
    return f"too few messages were timed for a 99th percentile at {', '.join(map(format_size, sizes))}"
