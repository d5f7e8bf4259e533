"""Round-trip percentiles against message size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ipcbench.analysis.groups import GroupResult
from ipcbench.report import wording
from ipcbench.report.charts.canvas import (
    Conditions,
    channels,
    line_style,
    new_figure,
    present,
    value_formatter,
)
from ipcbench.report.charts.curves import add_legend, draw_curves
from ipcbench.report.charts.sizes import size_axis

if TYPE_CHECKING:
    from matplotlib.figure import Figure

TYPICAL, TAIL = 50.0, 99.0
_TAIL_STYLE: Any = {"markersize": 3.5, "markerfacecolor": "white", "linewidth": 0.9, "linestyle": ":"}


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a ping-pong's family; None for other workloads."""
    if family[0].reference.workload != "ping-pong":
        return None
    figure, (axis,) = new_figure("Round trip by message size: median and 99th percentile", conditions)
    draw_curves(axis, family, lambda _, case: case.round_trips.get(TYPICAL))
    asked, _ = channels(family)
    for channel in asked:
        points = [
            (case.case.payload_bytes, case.round_trips[TAIL].value)
            for _, case in present(family, channel)
            if TAIL in case.round_trips
        ]
        style = line_style(channel, asked)
        sizes, times = [size for size, _ in points], [time for _, time in points]
        axis.plot(sizes, times, color=style["color"], marker=style["marker"], **_TAIL_STYLE)
    axis.plot([], [], color="black", linewidth=1.8, label="p50, with its interval")
    axis.plot([], [], color="black", marker="o", label="p99, where measured", **_TAIL_STYLE)
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter(value_formatter(wording.seconds_tick))
    axis.set_ylabel("round-trip time of a message and its echo")
    size_axis(axis, family, conditions)
    add_legend(axis)
    return figure
