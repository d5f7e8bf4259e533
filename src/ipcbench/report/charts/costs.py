"""CPU time of sender and receiver at a few sizes: which end is busy, in Python or in the kernel."""

from __future__ import annotations

from collections.abc import Sequence
from operator import itemgetter
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
from ipcbench.words import ROLES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "What one message costs either end: CPU time, waits, page faults."

#: What user and system time are called, their colours and hatches.
_PARTS = (
    ("in Python and libraries (user)", "#56B4E9", ""),
    ("in the kernel (system)", "#E69F00", "///"),
)
#: Where it was measured, this size stands between the smallest and the largest: a full pipe for most kernels.
MIDDLE_BYTES = 64 << 10
#: From one channel's sender to the next one's, in widths of a bar.
_STRIDE = 2.5


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
        panels=len(groups), caption_pad=24, height_inches=2.4 + 0.5 * len(shown),
    )  # fmt: skip
    share_y(panels)
    _name_rows(panels[0], shown, asked)
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
    spent = [
        (sum(costs.cpu_s for costs in case.costs.values()), case.label, PRIORITIES["cpu"].seconds(case))
        for case in group.asked
        if case.costs
    ]
    spent.sort(key=itemgetter(0))
    told = ", ".join(
        f"{name} {wording.seconds(seconds)}{wording.margin(by_launch) if by_launch else ''}"
        for seconds, name, by_launch in spent[:3]
    )
    size = format_size(group.reference.case.payload_bytes)
    return f"CPU time a {unit} of {size}, both ends together: {told}" if told else f"CPU time a {unit}"


def representative(groups: Sequence[GroupResult]) -> list[GroupResult]:
    """Return the smallest, a middle and the largest size, smallest first; all where there are fewer."""
    by_bytes = {group.reference.case.payload_bytes: group for group in groups}
    sizes = sorted(by_bytes)
    if len(sizes) < 3:
        return list(groups)
    middle = MIDDLE_BYTES if MIDDLE_BYTES in sizes[1:-1] else sizes[len(sizes) // 2]
    return [by_bytes[size] for size in (sizes[0], middle, sizes[-1])]


def _row(place: int, role: str) -> float:
    return _STRIDE * place + ROLES.index(role)


def _name_rows(axis: Axes, shown: Sequence[str], asked: Sequence[str]) -> None:
    rows = [(place, role) for place in range(len(shown)) for role in ROLES]
    names = [f"{label(shown[place], asked)}  {role}" if role == ROLES[0] else role for place, role in rows]
    axis.set_yticks([_row(*row) for row in rows], names)
    axis.set_ylim(_row(*rows[-1]) + 0.7, -0.7)


def _draw_case(axis: Axes, case: CaseResult, place: int) -> None:
    for role in ROLES:
        if role in case.costs:
            _draw_bar(axis, case.costs[role], _row(place, role))


def _draw_bar(axis: Axes, costs: MessageCosts, row: float) -> None:
    left = 0.0
    for spent, (name, colour, hatch) in zip((costs.user_s, costs.system_s), _PARTS, strict=True):
        axis.barh(
            row, spent, left=left, color=colour, hatch=hatch, edgecolor="white", height=0.85, label=name
        )
        left += spent
    axis.text(left, row, f" {wording.seconds(left)}", va="center", fontsize=7.5)


def _write_seconds(axis: Axes, axis_label: str) -> None:
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
