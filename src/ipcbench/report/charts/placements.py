"""What the placement changes: the same measurement at each, side by side on the same axes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts import ranking
from ipcbench.report.charts.canvas import (
    Conditions,
    channels,
    label,
    line_style,
    new_figure,
    notes,
    share_y,
    title_panel,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import label_ends
from ipcbench.report.charts.families import AXES, Family
from ipcbench.report.charts.ratio import times
from ipcbench.report.charts.size_axis import size_axis
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = (
    "The same channels with both ends on one core, on two, and as the scheduler has it: above 1 it is slower."
)

#: What a placement means, in the order of the panels.
MEANINGS = {
    "split": "split: a core each",
    "same": "same: one core for both",
    "free": "free: left to the scheduler",
}
#: In what sets of families over placements may differ from one another.
OTHER_AXES = tuple(axis for axis in AXES if axis.name != "placement")


def over_placements(families: Sequence[Family]) -> list[list[Family]]:
    """Return the families that differ in placement only, in the order of the panels, if there are several."""
    alike: dict[tuple[str, ...], dict[str, Family]] = {}
    for family in families:
        case = family[0].reference.case
        key = (case.workload, *(axis.label(axis.of(case)) for axis in OTHER_AXES))
        alike.setdefault(key, {})[case.placement] = family
    sets = [[by_place[place] for place in MEANINGS if place in by_place] for by_place in alike.values()]
    return [one for one in sets if len(one) > 1]


def draw(families: Sequence[Family], conditions: Conditions) -> Figure | None:
    """Return a chart of each placement's times in units of those at the first; None where there is one."""
    first, *others = families
    ratios = _compared(families)
    shown = [place for place, found in ratios.items() if found]
    if not shown:
        return None
    base = first[0].reference.case.placement
    unit = first[0].reference.workload.unit
    title, axis_label = _title(ratios, families, base), f"time a {unit} / that at {base}, 95 % interval"
    asked, _ = channels([group for family in families for group in family])
    if ranking.is_crowded(*first):
        rows = [_panel(others[place], ratios[place]) for place in shown]
        return ranking.draw(rows, (asked, ()), (title, conditions), axis_label)
    figure, panels = new_figure(title, conditions, panels=len(shown), caption_pad=32)
    share_y(panels)
    for axis, place in zip(panels, shown, strict=True):
        title_panel(axis, MEANINGS[others[place][0].reference.case.placement], pad=13)
        for channel in asked:
            _draw_ratios(axis, ratios[place].get(channel, {}), channel, asked)
        axis.axhline(1, color="black", linewidth=1)
        axis.set_yscale("log", base=2)
    panels[0].yaxis.set_major_formatter(value_formatter(times))
    panels[0].set_ylabel(verbatim(axis_label))
    for axis in panels:
        size_axis(axis, [group for one in families for group in one], conditions)
        label_ends(axis, asked, ())
    notes(
        figure,
        [f"1: {MEANINGS[base]}; placements are measured in runs of groups, not in turns with one another"],
    )
    return figure


def headline(families: Sequence[Family]) -> str:
    """Return what the placement changes most, with its interval, as the chart's title says it."""
    return _title(_compared(families), families, families[0][0].reference.case.placement)


def _compared(families: Sequence[Family]) -> dict[int, _Ratios]:
    first, *others = families
    return {place: _ratios(family, first) for place, family in enumerate(others)}


#: By channel and size, a time in units of that at the first placement.
_Ratios = dict[str, dict[int, Estimate]]


def _ratios(family: Family, first: Family) -> _Ratios:
    base = {group.reference.case.payload_bytes: group for group in first}
    found: _Ratios = {}
    for group in family:
        before = base.get(group.reference.case.payload_bytes)
        for case in group.asked if before else ():
            other = before.cases.get(case.label) if before else None
            if other and case.seconds and other.seconds:
                quotient = case.seconds.over(other.seconds)
                found.setdefault(case.label, {})[case.case.payload_bytes] = quotient
    return found


def _panel(family: Family, ratios: _Ratios) -> ranking.Panel:
    """Return what stands at one placement where there are many channels: their ratios at a few sizes."""
    sizes = [group.reference.case.payload_bytes for group in ranking.representative(family)]
    return ranking.Panel(
        title=MEANINGS[family[0].reference.case.placement],
        values={
            channel: {format_size(size): found.get(size) for size in sizes}
            for channel, found in ratios.items()
        },
        write=times,
        tick=times,
    )


def _title(ratios: dict[int, _Ratios], families: Sequence[Family], base: str) -> str:
    """Return what changes most, with its interval."""
    at_base, *known = (
        {(case.label, case.case.payload_bytes) for group in family for case in group.comparable}
        for family in families
    )
    told = [
        (abs(math.log(estimate.value)), channel, size, place, estimate)
        for place, found in ratios.items()
        for channel, by_size in found.items()
        for size, estimate in by_size.items()
        if estimate.value > 0 and (channel, size) in at_base & known[place]
    ]
    if not told:
        return f"What each placement changes, compared with {base}"
    _, channel, size, place, estimate = max(told, key=lambda each: each[0])
    where = families[1:][place][0].reference.case.placement
    what = f"a {channel} at {where} takes {wording.ratio(estimate)} its time at {base}"
    return f"Most at {format_size(size)}: {what}"


def _draw_ratios(axis: Axes, found: dict[int, Estimate], channel: str, asked: Sequence[str]) -> None:
    if not found:
        return
    style, sizes = line_style(channel, asked), list(found)
    axis.plot(sizes, [each.value for each in found.values()], label=label(channel, asked), **style)
    known = [(size, each.low, each.high) for size, each in found.items() if each.low and each.high]
    if known:
        axis.vlines(*zip(*known, strict=True), color=style["color"], linewidth=3, alpha=0.35)
