"""CPU time of sender and receiver at a few sizes: which end is busy, in Python or in the kernel."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.costs import MessageCosts
from ipcbench.analysis.groups import GroupResult
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
from ipcbench.report.charts.dots import NOT_MEASURED, intervals, write_absent
from ipcbench.report.charts.ranking import NO_FIGURE, representative
from ipcbench.statistics.estimates import Estimate
from ipcbench.words import ROLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "The CPU time that one message costs sender and receiver; beside it the sum, with its 95 % interval."

#: Each end's colour, and how its time in Python and libraries (user) and in the kernel (system) looks.
_COLOURS = {"sender": "#56B4E9", "receiver": "#E69F00"}
_PARTS: tuple[tuple[str, Callable[[MessageCosts], float], float], ...] = (
    ("in Python", lambda costs: costs.user_s, 1.0),
    ("in the kernel", lambda costs: costs.system_s, 0.45),
)


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
        found = ((place, present([group], channel)) for place, channel in enumerate(shown))
        cases = {place: case for place, of in found for _, case in of}
        _draw_cases(axis, cases)
        for place in {*range(len(shown))} - {*cases}:
            write_absent(axis, place, NOT_MEASURED)
        for place in (place for place, case in cases.items() if not case.costs):
            write_absent(axis, place, NO_FIGURE)
        _write_seconds(axis, f"CPU time a {unit}, mean")
    add_legend(*panels)
    return figure


def _title(group: GroupResult, unit: str) -> str:
    """Return what a message costs both ends together at the smallest size, the cheapest channel first."""
    known = [(case.label, cpu) for case in group.comparable if (cpu := case.cpu())]
    told = wording.best(known, 3)
    size = format_size(group.reference.case.payload_bytes)
    return f"CPU time a {unit} of {size}, both ends together: {told}" if told else f"CPU time a {unit}"


def _draw_cases(axis: Axes, cases: Mapping[int, CaseResult]) -> None:
    """Draw the bar of each case at its place, one part of all after the other, and what they add up to."""
    ends = dict.fromkeys(cases, 0.0)
    for role in ROLES:
        for name, of, alpha in _PARTS:
            spent = {place: of(case.costs[role]) for place, case in cases.items() if role in case.costs}
            if spent:
                axis.barh(
                    list(spent), list(spent.values()), left=[ends[place] for place in spent],
                    color=_COLOURS[role], alpha=alpha, edgecolor="white", height=0.7,
                    label=f"{role}, {name}",
                )  # fmt: skip
            ends |= {place: ends[place] + seconds for place, seconds in spent.items()}
    _draw_sums(axis, {place: cpu for place, end in ends.items() if end and (cpu := cases[place].cpu())}, ends)


def _draw_sums(axis: Axes, sums: Mapping[int, Estimate], ends: Mapping[int, float]) -> None:
    """Draw the interval of both ends' sum over each bar's end, and write it beside them."""
    if known := intervals(sums):
        places, lows, highs = zip(*known, strict=True)
        axis.hlines(places, lows, highs, color="black", linewidth=1, zorder=2)
        axis.plot([*lows, *highs], [*places, *places], "|", color="black", markersize=6)
    for place, each in sums.items():
        axis.annotate(
            wording.seconds(each.value) + wording.margin(each), (max(ends[place], each.high or 0.0), place),
            xytext=(4, 0), textcoords="offset points", va="center", fontsize=7.5,
        )  # fmt: skip


def _write_seconds(axis: Axes, axis_label: str) -> None:
    # Bars are inside the axes: to ask hundreds of them for their room takes seconds.
    for artist in (*axis.patches, *axis.lines, *axis.collections):
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
