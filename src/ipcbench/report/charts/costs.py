"""CPU time of sender and receiver at a few sizes: which end is busy, in Python or in the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.costs import MessageCosts
from ipcbench.analysis.groups import GroupResult
from ipcbench.analysis.recommendation import PRIORITIES
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import (
    Conditions,
    channels,
    label,
    new_figure,
    present,
    share_y,
    title_panel,
    value_formatter,
)
from ipcbench.report.charts.curves import add_legend
from ipcbench.report.charts.ranking import representative
from ipcbench.statistics.estimates import Estimate
from ipcbench.words import ROLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "The CPU time that one message costs sender and receiver; beside it the sum, with its 95 % interval."

#: Each end's colour, and how its time in Python and libraries (user) and in the kernel (system) looks.
_COLOURS = {"sender": "#56B4E9", "receiver": "#E69F00"}
_PARTS = (("in Python", 1.0), ("in the kernel", 0.45))


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return a chart with a panel for each of three sizes; None where no costs were recorded."""
    groups = representative([group for group in family if any(case.costs for case in group.cases.values())])
    asked, loops = channels(groups)
    shown = [*asked, *loops]
    if not shown:
        return None
    unit = groups[0].reference.workload.unit
    figure, panels = new_figure(
        _title(groups[0], unit), conditions,
        panels=len(groups), caption_pad=24, height_inches=2.4 + 0.36 * len(shown),
    )  # fmt: skip
    share_y(panels)
    panels[0].set_yticks(range(len(shown)), [label(channel, asked) for channel in shown])
    panels[0].set_ylim(len(shown) - 0.4, -0.6)
    for axis, group in zip(panels, groups, strict=True):
        title_panel(axis, f"{format_size(group.reference.case.payload_bytes)} messages", pad=5)
        for place, channel in enumerate(shown):
            for _, case in present([group], channel):
                _draw_case(axis, case, place)
        _write_seconds(axis, f"CPU time a {unit}, mean")
    add_legend(*panels)
    return figure


def _title(group: GroupResult, unit: str) -> str:
    """Return what a message costs both ends together at the smallest size, the cheapest channel first."""
    known = [(case.label, _both_ends(case)) for case in group.asked if case.costs]
    told = wording.best(known, 3)
    size = format_size(group.reference.case.payload_bytes)
    return f"CPU time a {unit} of {size}, both ends together: {told}" if told else f"CPU time a {unit}"


def _both_ends(case: CaseResult) -> Estimate:
    """Return the CPU seconds of both ends by launch; where launches do not tell, their mean."""
    mean_s = sum(costs.cpu_s for costs in case.costs.values())
    return PRIORITIES["cpu"].seconds(case) or Estimate(mean_s, None, None, 0)


def _draw_case(axis: Axes, case: CaseResult, place: int) -> None:
    left = 0.0
    for role in ROLES:
        if role in case.costs:
            left = _draw_end(axis, case.costs[role], role, (left, place))
    if left:
        _draw_sum(axis, _both_ends(case), left, place)


def _draw_sum(axis: Axes, whole: Estimate, end: float, place: int) -> None:
    """Draw the interval of both ends' sum over the bar's end, and write it beside them."""
    if whole.low is not None and whole.high is not None:
        limits = [whole.low, whole.high]
        axis.plot(limits, [place, place], color="black", linewidth=1, marker="|", markersize=6)
        end = max(end, whole.high)
    axis.annotate(
        wording.seconds(whole.value) + wording.margin(whole), (end, place), xytext=(4, 0),
        textcoords="offset points", va="center", fontsize=7.5,
    )  # fmt: skip


def _draw_end(axis: Axes, costs: MessageCosts, role: str, start: tuple[float, int]) -> float:
    left, place = start
    for spent, (name, alpha) in zip((costs.user_s, costs.system_s), _PARTS, strict=True):
        axis.barh(
            place, spent, left=left, color=_COLOURS[role], alpha=alpha, edgecolor="white", height=0.7,
            label=f"{role}, {name}",
        )  # fmt: skip
        left += spent
    return left


def _write_seconds(axis: Axes, axis_label: str) -> None:
    # Bars are inside the axes: to ask hundreds of them for their room takes seconds.
    for artist in (*axis.patches, *axis.lines):
        artist.set_in_layout(False)
    # Room for the figures beside the bars.
    axis.margins(x=0.3)
    axis.set_xlim(left=0)
    axis.locator_params(axis="x", nbins=5)
    # A tick at the panel's end would run into the first one of the next panel.
    end = 0.93 * axis.get_xlim()[1]
    axis.set_xticks([tick for tick in axis.get_xticks() if 0 <= tick < end])
    axis.xaxis.set_major_formatter(value_formatter(wording.seconds_tick))
    axis.tick_params(axis="x", labelsize=8)
    axis.grid(visible=False, axis="y")
    axis.set_xlabel(axis_label)
