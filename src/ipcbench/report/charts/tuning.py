"""A tuning as a chart: what each knob makes of a message's time, with its interval, best first."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from ipcbench.analysis.tuning import Tried, TuningResult, Worth
from ipcbench.plan.units import format_size
from ipcbench.report.charts.canvas import Conditions, new_figure, value_formatter, verbatim
from ipcbench.report.tuning import headline

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "What a change makes of a message's time: below 1 it gains; lines are intervals."

#: Okabe and Ito's colours; what is undecided is grey.
COLOURS = {
    Worth.WORTH_IT: "#009E73",
    Worth.EXCLUDED: "#0072B2",
    Worth.HARMFUL: "#D55E00",
    Worth.UNDECIDED: "#7a7a7a",
}
MARKERS = {Worth.WORTH_IT: "o", Worth.EXCLUDED: "s", Worth.HARMFUL: "^", Worth.UNDECIDED: "D"}
_TICKS = (0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 10, 20, 50, 100)
ROW_INCHES = 0.34


def draw_tuning(tuning: TuningResult) -> Figure:
    """Return the chart, a row for each knob that was tried, the combination first."""
    rows = [tried for _, tried in tuning.in_order() if tried.decision and math.isfinite(tried.ratio)]
    if tuning.confirmed and tuning.confirmed.decision and "+" in tuning.confirmed.name:
        rows = [tuning.confirmed, *rows]
    conditions = f"{tuning.case.name} · {tuning.conditions}"
    figure, (axis,) = new_figure(
        headline(tuning), Conditions(conditions), height_inches=2.1 + ROW_INCHES * max(1, len(rows))
    )
    low, high = _scale(axis, rows)
    for place, tried in enumerate(rows):
        _row(axis, place, tried, low, high)
    axis.axvline(1, color="black", linewidth=0.8)
    axis.set_yticks(range(len(rows)), [verbatim(tried.name) for tried in rows])
    axis.set_ylim(max(1, len(rows)) - 0.4, -0.8)
    size = format_size(tuning.case.payload_bytes)
    axis.set_xlabel(
        verbatim(f"time a message of {size}, in units of that as it is; 95 % interval"),
        fontsize=9,
    )
    _legend(axis, {tried.finding for tried in rows})
    return figure


def _row(axis: Axes, place: int, tried: Tried, low: float, high: float) -> None:
    colour, (ratio, below, above) = COLOURS[tried.finding], tried.estimate
    axis.plot([ratio], [place], MARKERS[tried.finding], color=colour, markersize=6, clip_on=False)
    axis.hlines(place, max(below, low), min(above, high), color=colour, linewidth=2)
    axis.annotate(
        f"{ratio:.2f}", (ratio, place), xytext=(0, 6),
        textcoords="offset points", ha="center", fontsize=8,
    )  # fmt: skip


def _scale(axis: Axes, rows: list[Tried]) -> tuple[float, float]:
    ratios = [*(tried.ratio for tried in rows), 1.0]
    ends = [tried.estimate[2] for tried in rows if math.isfinite(tried.estimate[2])]
    low, high = min(ratios) / 1.5, min(max([*ratios, *ends]), 3 * max(ratios)) * 1.25
    axis.set_xscale("log")
    axis.set_xlim(low, high)
    axis.set_xticks([tick for tick in _TICKS if low <= tick <= high])
    axis.minorticks_off()
    axis.xaxis.set_major_formatter(value_formatter(lambda value: f"{value:g}×"))
    axis.grid(visible=True, axis="x", alpha=0.3)
    return low, high


def _legend(axis: Axes, found: set[Worth]) -> None:
    from matplotlib.lines import Line2D

    handles = [
        Line2D([], [], marker=MARKERS[each], color=COLOURS[each], linewidth=2, label=each.value)
        for each in Worth
        if each in found
    ]
    if handles:
        axis.legend(handles=handles, fontsize=8, loc="best", frameon=False)
