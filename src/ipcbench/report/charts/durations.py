"""How long things take where nothing is sent as fast as it can be: a place for each parameter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
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
from ipcbench.report.tables.layout import size_label
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "How long one of them takes, with its 95 % interval."

#: The share of a place that its channels' points take.
_SPREAD = 0.7
#: A parameter that is itself a duration is drawn too.
_MILLISECONDS = re.compile(r"(\d{1,6}(?:\.\d{1,6})?)ms")


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family; None where nothing was measured."""
    reference = family[0].reference
    asked, loops = channels(family)
    if not asked:
        return None
    unit, by = reference.workload.unit, reference.workload.parameter_name
    noun = f"{reference.workload_name}: how long a {unit} takes" + (f", by {by}" if by else "")
    figure, (axis,) = new_figure(_title(family, noun), conditions)
    several = len(family) > 1 or bool(by)
    places = _over_groups(axis, family) if several else _over_durations(axis, family[0])
    shown = [*asked, *loops]
    for number, channel in enumerate(shown):
        shift = _SPREAD * ((number + 0.5) / len(shown) - 0.5)
        for place, values in enumerate(places):
            if channel in values:
                _draw_point(axis, place + shift, values[channel], channel, asked, write=channel in asked)
        axis.plot([], [], label=label(channel, asked), **_marker(channel, asked))
    if several and any(case.also("accepted") for group in family for case in group.asked):
        axis.plot([], [], color="#444444", label="hollow: until send returned", **_hollow("o"))
    axis.set_yscale("log")
    axis.yaxis.set_major_formatter(value_formatter(wording.seconds_tick))
    axis.set_ylabel(verbatim(f"time of a {unit}, with 95 % interval"))
    axis.grid(visible=False, axis="x")
    axis.margins(y=0.12)
    add_legend(axis)
    return figure


def _title(family: Sequence[GroupResult], noun: str) -> str:
    """Return what the first place shows, in figures."""
    told = [
        f"{case.label} {wording.seconds(case.seconds.value)}{wording.margin(case.seconds)}"
        for case in family[0].asked
        if case.seconds
    ]
    return f"{noun}; at {size_label(family[0].reference)} {wording.some(told, 3)}" if told else noun


#: What is drawn at one place: by channel, the duration and the one drawn hollow.
_Place = dict[str, tuple[Estimate | None, Estimate | None]]


def _over_groups(axis: Axes, family: Sequence[GroupResult]) -> list[_Place]:
    """Make a place for each group: its size and parameter."""
    sizes = {group.reference.case.payload_bytes for group in family}
    names = [_place_name(group.reference, several_sizes=len(sizes) > 1) for group in family]
    axis.set_xticks(range(len(family)), [verbatim(name) for name in names])
    axis.set_xlabel(family[0].reference.workload.parameter_name or "message size")
    for place, group in enumerate(family):
        itself = _MILLISECONDS.fullmatch(group.reference.workload.parameter)
        if itself:
            seconds = float(itself[1]) / 1e3
            name = None if place else f"the {group.reference.workload.parameter_name}"
            axis.plot([place - 0.45, place + 0.45], [seconds] * 2, color="black", linewidth=0.8, label=name)
    return [
        {
            name: (case.seconds, case.also("accepted"))
            for name, case in ((case.label, case) for case in group.plain)
        }
        for group in family
    ]


def _place_name(case: CaseResult, *, several_sizes: bool) -> str:
    return size_label(case) if several_sizes or not case.workload.parameter else case.workload.parameter


def _over_durations(axis: Axes, group: GroupResult) -> list[_Place]:
    """Make a place for each duration of the one group that there is."""
    also = group.reference.also_names
    axis.set_xticks(range(1 + len(also)), [verbatim(name) for name in [group.reference.workload.unit, *also]])
    axis.set_xlabel(f"{size_label(group.reference)} messages")
    places: list[_Place] = [
        {name: (case.seconds, None) for name, case in ((case.label, case) for case in group.plain)}
    ]
    for one in also:
        places.append(
            {name: (case.also(one), None) for name, case in ((case.label, case) for case in group.plain)}
        )
    return places


def _draw_point(
    axis: Axes,
    place: float,
    values: tuple[Estimate | None, Estimate | None],
    channel: str,
    asked: Sequence[str],
    *,
    write: bool,
) -> None:
    seconds, hollow = values
    style = _marker(channel, asked)
    if seconds and seconds.value > 0:
        axis.plot([place], [seconds.value], **style)
        if seconds.low is not None and seconds.high is not None and seconds.low > 0:
            axis.vlines([place], [seconds.low], [seconds.high], color=style["color"], linewidth=1.5)
        if write:
            axis.annotate(
                wording.seconds(seconds.value), (place, max(seconds.value, seconds.high or 0)), xytext=(0, 7),
                textcoords="offset points", fontsize=7.5, ha="center", color="#333333",
            )  # fmt: skip
    if hollow and hollow.value > 0:
        axis.plot([place], [hollow.value], color=style["color"], **_hollow(style["marker"]))


def _marker(channel: str, asked: Sequence[str]) -> dict[str, Any]:
    style = line_style(channel, asked)
    return {
        "color": style["color"],
        "marker": style.get("marker", "_"),
        "markersize": 7 if channel in asked else 9,
        "linestyle": "none",
    }


def _hollow(marker: str) -> dict[str, Any]:
    return {"marker": marker, "markersize": 4.5, "markerfacecolor": "white", "linestyle": "none"}
