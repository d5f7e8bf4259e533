"""Latency by percentile for one size: the shape that a mean hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import (
    Conditions,
    channels,
    label,
    line_style,
    new_figure,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import add_legend

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = "How many of all messages took longer than what stands below."

_TICKS = (0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999)


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family at its smallest size; None where no message was timed by itself."""
    import numpy as np

    unit = family[0].reference.workload.unit
    group = min(family, key=lambda each: each.reference.case.payload_bytes)
    size = format_size(group.reference.case.payload_bytes)
    figure, (axis,) = new_figure(f"{unit.capitalize()} by percentile, {size} messages", conditions)
    asked, loops = channels([group])
    deepest = 0.0
    for channel in [*loops, *asked]:
        values, shares = group.cases[channel].distribution()
        if not len(values):
            continue
        # The slowest message stands at the share before it: its own percentile would be infinite.
        beyond = np.concatenate([[1.0], 1 - shares[:-1]])
        style = {**line_style(channel, asked), "marker": None}
        axis.step(1 / beyond, values, where="pre", label=label(channel, asked), **style)
        deepest = max(deepest, float(1 / beyond[-1]))
    if not deepest:
        return None
    axis.set_xscale("log")
    ticks = [percent for percent in _TICKS if 1 / (1 - percent / 100) <= deepest]
    axis.set_xticks([1 / (1 - percent / 100) for percent in ticks], [f"{percent:g} %" for percent in ticks])
    axis.minorticks_off()
    axis.set_xlabel("percentile of single messages, all launches together")
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter(value_formatter(wording.seconds_tick))
    axis.set_ylabel(verbatim(f"time of a {unit}"))
    add_legend(axis)
    return figure
