"""Time per message relative to `pipe` (or the first channel), block by block in the same launches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.plan import defaults
from ipcbench.report.charts.canvas import Conditions, new_figure, value_formatter, verbatim
from ipcbench.report.charts.curves import add_legend, draw_curves
from ipcbench.report.charts.size_axis import size_axis

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = "Below 1 a channel is faster than the one that all are compared with; bars are 95 % intervals."


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family; None where there is nothing to compare."""
    reference = _common_reference(family)
    # Where the reference failed, a group's ratios are to another channel, and belong to no line here.
    family = [group for group in family if group.reference.case.channel == reference]
    if all(len(group.asked) < 2 for group in family):
        return None
    unit = family[0].reference.workload.unit
    figure, (axis,) = new_figure(f"Time a {unit} relative to {reference}: lower is faster", conditions)
    draw_curves(axis, family, lambda group, case: group.ratio(case))
    axis.axhline(1, color="black", linewidth=1)
    axis.annotate(
        verbatim(f"{reference} = 1"), (1, 1), xycoords=("axes fraction", "data"), xytext=(4, -3),
        textcoords="offset points", fontsize=8, annotation_clip=False,
    )  # fmt: skip
    axis.set_yscale("log", base=2)
    axis.yaxis.set_major_formatter(value_formatter(lambda value: f"{value:g}×"))
    axis.set_ylabel(verbatim(f"time a {unit} / {reference}'s, paired, with 95 % interval"))
    size_axis(axis, family, conditions)
    add_legend(axis)
    return figure


def _common_reference(family: Sequence[GroupResult]) -> str:
    names = [group.reference.case.channel for group in family]
    return defaults.REFERENCE if defaults.REFERENCE in names else names[0]
