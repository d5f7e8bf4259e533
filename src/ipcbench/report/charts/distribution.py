"""Latency by percentile for one size: the shape that a mean hides."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts import ranking
from ipcbench.report.charts.canvas import (
    LOOPS,
    Conditions,
    channels,
    label,
    line_style,
    new_figure,
    notes,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import label_ends
from ipcbench.report.charts.latency import TAIL, TYPICAL

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "How long all but so many messages took at most; where the line is thin, it rests on single ones."

#: A percentile rests on at least so many messages beyond it.
FEW = 10
_TICKS = (0.0, 50.0, 90.0, 99.0, 99.9, 99.99, 99.999)


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family at its smallest size; None where no message was timed by itself."""
    from matplotlib.ticker import LogLocator

    unit = family[0].reference.workload.unit
    group = min(family, key=lambda each: each.reference.case.payload_bytes)
    size = format_size(group.reference.case.payload_bytes)
    asked, loops = channels([group])
    if ranking.is_crowded(group):
        return _draw_percentiles(group, (_title(group, unit, size), conditions))
    figure, (axis,) = new_figure(_title(group, unit, size), conditions)
    deepest = max((_draw(axis, group.cases[name], asked, name) for name in [*loops, *asked]), default=0.0)
    if not deepest:
        return None
    axis.set_xscale("log")
    ticks = [percent for percent in _TICKS if 1 / (1 - percent / 100) <= deepest]
    axis.set_xticks([1 / (1 - percent / 100) for percent in ticks], [f"{percent:g} %" for percent in ticks])
    axis.minorticks_off()
    axis.set_xlabel("percentile of single messages, all launches together")
    axis.set_yscale("log")
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 5)))
    axis.yaxis.set_major_formatter(value_formatter(wording.seconds_tick))
    axis.set_ylabel(verbatim(f"time of a {unit}"))
    label_ends(axis, asked, loops)
    counted = [f"{name} {group.cases[name].round_trips_count:,}" for name in [*asked, *loops]]
    notes(
        figure,
        [
            f"messages: {', '.join(counted)}; thin: fewer than {FEW} are slower; bars: 95 % intervals of "
            "percentiles, by launches",
            LOOPS if loops else "",
        ],
    )
    return figure


def _draw_percentiles(group: GroupResult, figure_of: tuple[str, Conditions]) -> Figure | None:
    """Draw the percentiles only, where the lines of many channels would run into one another."""
    known = sorted({percent for case in group.plain for percent in case.round_trips})
    if not known:
        return None
    panel = ranking.Panel(
        title="",
        values={
            case.label: {f"{percent:g} %": case.round_trips.get(percent) for percent in known}
            for case in group.plain
            if case.delivers
        },
        write=wording.seconds,
        tick=wording.seconds_tick,
    )
    what = f"time of a {group.reference.workload.unit}, percentiles of single messages"
    return ranking.draw([panel], channels([group]), figure_of, what)


def _draw(axis: Axes, case: CaseResult, asked: Sequence[str], channel: str) -> float:
    """Draw a case and return how far it goes, as 1 / (1 - share); 0 where it has no single messages."""
    values, shares = case.distribution()
    if not len(values):
        return 0.0
    # The slowest message stands at the share before it: its own percentile would be infinite.
    deep = 1 / np.concatenate([[1.0], 1 - shares[:-1]])
    style = {**line_style(channel, asked), "marker": None}
    known = deep <= max(1.0, case.round_trips_count / FEW)
    name = label(channel, asked)
    axis.step(deep, values, where="pre", label=name, **{**style, "linewidth": 0.8, "alpha": 0.6})
    axis.step(deep[known], values[known], where="pre", **style)
    for percent, estimate in case.round_trips.items():
        if estimate.low is not None and estimate.high is not None:
            at = 1 / (1 - percent / 100)
            axis.vlines(at, estimate.low, estimate.high, color=style["color"], linewidth=3, alpha=0.35)
    return float(deep[-1])


def _title(group: GroupResult, unit: str, size: str) -> str:
    """Return how the tail compares with the median, in figures."""
    known = [
        (
            median.value,
            f"{case.label} {wording.seconds(median.value)}{wording.margin(median)} and "
            f"{wording.seconds(tail.value)}{wording.margin(tail)}",
        )
        for case in group.comparable
        if (median := case.round_trips.get(TYPICAL)) and (tail := case.round_trips.get(TAIL))
    ]
    told = [text for _, text in (sorted(known) if ranking.is_crowded(group) else known)]
    if not told:
        return f"{unit.capitalize()} by percentile, {size} messages"
    return f"{unit.capitalize()} of {size}, median and 99th percentile: {wording.some(told, 3)}"
