"""Throughput against message size: bytes and messages a second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, value_formatter, verbatim
from ipcbench.report.charts.curves import add_legend, draw_curves
from ipcbench.report.charts.sizes import size_axis

if TYPE_CHECKING:
    from matplotlib.figure import Figure


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family whose messages follow one another."""
    figure, (volume, rate) = new_figure("Throughput by message size", conditions, panels=2)
    draw_curves(volume, family, lambda _, case: case.megabytes_per_s, with_kept=True)
    volume.set_ylabel("payload delivered, MB/s (10⁶ bytes)")
    draw_curves(rate, family, lambda _, case: case.rate, with_kept=True)
    rate.set_ylabel(verbatim(f"{family[0].reference.workload.unit}s/s"))
    for axis in (volume, rate):
        axis.set_yscale("log")
        axis.yaxis.set_major_formatter(value_formatter(wording.tick))
        size_axis(axis, family, conditions)
    add_legend(rate)
    return figure
