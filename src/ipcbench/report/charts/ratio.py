"""Time per message relative to `pipe` (or the first channel), block by block in the same launches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan import defaults
from ipcbench.report.charts import ranking
from ipcbench.report.charts.canvas import (
    Conditions,
    channels,
    label,
    new_figure,
    notes,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import HOLLOW, any_kept, draw_curves, label_ends
from ipcbench.report.charts.size_axis import size_axis
from ipcbench.report.findings import headline
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "Below 1 a channel is faster than the one that all are compared with; bars are 95 % intervals."

FEWEST_TICKS = 3
#: Ratios that are marked, where there are few enough of them: finer ones where all are near 1.
_COARSE = tuple(float(f"{2.0**power:.3g}") for power in range(-10, 11))
_FINE = (0.25, 0.35, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0)
_FINEST = tuple(round(0.8 + 0.05 * step, 2) for step in range(10))


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family; None where there is nothing to compare."""
    shown = compared(family)
    if not shown:
        return None
    title = headline(shown, f"Time a {shown[0].reference.workload.unit}")
    if ranking.is_crowded(*shown):
        panels = ranking.by_size(shown, {"": _ratio_or_1}, _beside, times, "not compared")
        return ranking.draw(panels, (channels(shown)[0], ()), (title, conditions), _axis_label(shown[0]))
    figure, (axis,) = new_figure(title, conditions)
    draw_ratios(axis, shown)
    size_axis(axis, shown, conditions)
    label_ends(axis, *channels(shown))
    notes(figure, [HOLLOW if any_kept(shown) else ""])
    return figure


def compared(family: Sequence[GroupResult]) -> Sequence[GroupResult]:
    """Return the groups whose ratios are to one reference; none where there is nothing to compare.

    Where the reference failed, a group's ratios are to another channel, and belong to no line here.
    """
    names = [group.reference.case.channel for group in family]
    name = defaults.REFERENCE if defaults.REFERENCE in names else names[0]
    shown = [group for group in family if group.reference.case.channel == name]
    return shown if any(len(group.asked) > 1 for group in shown) else []


def draw_ratios(axis: Axes, family: Sequence[GroupResult]) -> None:
    """Draw the asked channels' ratios to their one reference, with their scale."""
    reference = family[0].reference.case.channel
    _, loops = channels(family)
    draw_curves(axis, family, lambda group, case: group.ratio(case), skip=loops, with_kept=True)
    axis.axhline(1, color="black", linewidth=1, label=label(reference, [reference]))
    axis.set_yscale("log", base=2)
    axis.set_ylabel(_axis_label(family[0]))
    axis.set_yticks(_ticks(*axis.get_ylim()))
    axis.minorticks_off()
    axis.yaxis.set_major_formatter(value_formatter(times))


def _ratio_or_1(group: GroupResult, case: CaseResult) -> Estimate | None:
    return Estimate(1.0, None, None, 0) if case is group.reference else group.ratio(case)


def _axis_label(group: GroupResult) -> str:
    reference, unit = group.reference.case.channel, group.reference.workload.unit
    return verbatim(f"time a {unit} / {reference}'s, in turns, 95 % interval")


def times(value: float) -> str:
    """Return a ratio as a tick."""
    return f"{value:.3g}×"


def _beside(value: float) -> str:
    """Return a ratio beside its dot, with as many digits as the others'."""
    return f"{value:.0f}×" if value >= 99.95 else f"{value:#.3g}×"


def _ticks(low: float, high: float) -> list[float]:
    """Return the finest ratios that reach as far as the axis does."""
    for fine in (_FINEST, _FINE):
        inside = [tick for tick in fine if low <= tick <= high]
        if len(inside) >= FEWEST_TICKS and fine[0] <= low * 1.2 and high <= fine[-1] * 1.2:
            return inside
    return [tick for tick in _COARSE if low <= tick <= high]
