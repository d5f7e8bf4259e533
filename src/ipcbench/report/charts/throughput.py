"""Throughput against message size: bytes and messages a second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.results import GroupResult
from ipcbench.report import wording
from ipcbench.report.charts.canvas import STEPS, Caption, mark_steps, new_figure, size_axis, value_formatter
from ipcbench.report.charts.curves import add_legend, draw_curves

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(family: Sequence[GroupResult], caption: Caption) -> Figure | None:
    """Return the chart of a stream's family; None for other workloads, whose rate is a latency."""
    if family[0].reference.case.workload != "stream":
        return None
    figure, (volume, rate) = new_figure("Throughput by message size", caption, panels=2)
    draw_curves(volume, family, lambda _, case: case.megabytes_per_s)
    volume.set_ylabel("payload delivered, MB/s (10⁶ bytes)")
    draw_curves(rate, family, lambda _, case: case.rate)
    rate.set_ylabel("messages/s")
    for axis in (volume, rate):
        axis.set_yscale("log")
        axis.yaxis.set_major_formatter(value_formatter(wording.tick))
        size_axis(axis, family)
        mark_steps(axis, family, STEPS)
    add_legend(rate)
    return figure
