"""Throughput against message size: bytes and messages a second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, value_formatter, verbatim
from ipcbench.report.charts.curves import add_legend, draw_curves
from ipcbench.report.charts.size_axis import size_axis

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = "Higher is faster. Where lines lie on one another, the chart of ratios tells them apart."


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
    if note := _beaten_loops(family):
        rate.plot([], [], linestyle="none", label=note)
    add_legend(rate)
    return figure


def _beaten_loops(family: Sequence[GroupResult]) -> str:
    """Return who is faster than the raw loop beside it, at which sizes, and why."""
    beating = [(case, group) for group in family for case in group.asked if group.beats_loop(case)]
    sizes: dict[str, list[str]] = {}
    for case, _ in beating:
        sizes.setdefault(case.label, []).append(format_size(case.case.payload_bytes))
    if not sizes:
        return ""
    told = "; ".join(f"{label} at {', '.join(at)}" for label, at in sizes.items())
    awake = all(
        (loop := group.loop(case)) and (loop.waits or 0) > (case.waits or 0) for case, group in beating
    )
    return verbatim(
        f"faster than the loop beside it{', as its ends sleep less often' if awake else ''}: {told}"
    )
