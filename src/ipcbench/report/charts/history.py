"""A history: each cell's time from run to run, with bands and the changes that were found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ipcbench.analysis.history import Series, Stretch
from ipcbench.plan import defaults
from ipcbench.plan.coordinates import COORDINATES, captions, name_parts
from ipcbench.plan.units import format_size
from ipcbench.report.charts.canvas import (
    SHOWN_ELSEWHERE,
    Conditions,
    label,
    line_style,
    new_figure,
    title_panel,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import label_ends
from ipcbench.report.file_names import file_name
from ipcbench.report.tables.history import Z_95
from ipcbench.statistics.changes import Change
from ipcbench.statistics.median import median

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "A point is a stored run; a dashed line is a change, a dotted one another environment."

COLUMNS = 2
PANEL_INCHES = 2.1
MOST_TICKS = 8


def draw_history(series: Sequence[Series]) -> Iterator[tuple[str, Figure]]:
    """Draw one figure for series that differ in channel and size only, by machine; yield it with its name.

    A panel shows one size: each channel's time a message in units of its own median, as the axis says.
    """
    families: dict[tuple[object, ...], list[Series]] = {}
    for each in series:
        place = tuple(axis.of(each.key) for axis in COORDINATES if axis.name not in ("channel", "size"))
        families.setdefault((each.machine, *place), []).append(each)
    for number, family in enumerate(families.values(), 1):
        slug = file_name("-".join(name_parts(family[0].key, leave_out=("channel", "size"))))
        yield f"history-{slug}-{number}", _figure(family)


def _figure(family: Sequence[Series]) -> Figure:
    by_size: dict[int, list[Series]] = {}
    for each in sorted(family, key=lambda series: series.key.payload_bytes):
        by_size.setdefault(each.key.payload_bytes, []).append(each)
    key = family[0].key
    rows = math.ceil(len(by_size) / COLUMNS)
    text = " · ".join([*captions([key], SHOWN_ELSEWHERE), family[0].machine])
    conditions = Conditions(text, "" if key.payload_kind == defaults.PAYLOAD else key.payload_kind)
    title = _title(family)
    figure, axes = new_figure(
        title,
        conditions,
        panels=min(COLUMNS, len(by_size)),
        rows=rows,
        height_inches=1.2 + PANEL_INCHES * rows,
        caption_pad=20,
    )
    runs = list(dict.fromkeys(point.run.name for each in family for point in each.points))
    channels = list(dict.fromkeys(each.key.channel for each in family))
    for axis, (size, shown) in zip(axes, by_size.items(), strict=False):
        _panel(axis, shown, runs, channels)
        title_panel(axis, format_size(size), 3)
    for axis in axes[len(by_size) :]:
        axis.set_visible(False)
    # The panels' titles take part in no layout.
    figure.set_layout_engine("constrained", hspace=0.12)
    for axis in axes[: len(by_size) : COLUMNS]:
        axis.set_ylabel("to each one's median", fontsize=8)
    for axis in axes[max(0, len(by_size) - COLUMNS) : len(by_size)]:
        axis.set_xlabel("stored run; dashes: a change, dots: another environment", fontsize=8)
    return figure


def _title(family: Sequence[Series]) -> str:
    """Return the largest change with its interval, and how many more there are."""
    found = [
        (each, stretch, change)
        for each in family
        for stretch in each.stretches
        for change in stretch.changes
        if stretch.is_decided(change)
    ]
    what = f"{family[0].key.workload} from run to run"
    if not found:
        runs = len({point.run.name for each in family for point in each.points})
        return f"{what}: no change found in {runs} runs"
    each, stretch, change = max(found, key=lambda one: abs(one[2].size))
    ratio, low, high = (math.exp(size) for size in (change.size, change.low, change.high))
    beside = " beside its loop" if stretch.heeds_loop else ""
    run = stretch.points[change.index].run.name.split("_")[0]
    told = (
        f"{each.key.channel} {format_size(each.key.payload_bytes)} takes {ratio:.2f}× [{low:.2f}, {high:.2f}]"
    )
    more = f"; {len(found) - 1} more" if len(found) > 1 else ""
    return f"{what}: {told}{beside} from {run} on{more}"


def change_text(stretch: Stretch, change: Change) -> str:
    """Return by how much what is drawn changed; where only the loop beside it did, a question mark."""
    text = f"{math.expm1(stretch.measured(change)):+.0%}"
    return text if stretch.is_decided(change) else f"{text}?"


def _panel(axis: Axes, shown: Sequence[Series], runs: Sequence[str], channels: Sequence[str]) -> None:
    from matplotlib.ticker import MaxNLocator, NullLocator

    places = {run: place for place, run in enumerate(runs)}
    for row, each in enumerate(shown):
        style = line_style(each.key.channel, channels)
        colour = style["color"]
        middle = median([point.log for point in each.points])
        for stretch in each.stretches:
            at = [places[point.run.name] for point in stretch.points]
            logs = np.array([point.log for point in stretch.points]) - middle
            errors = Z_95 * np.array([point.error for point in stretch.points])
            # Its name stands where its last stretch ends.
            name = label(each.key.channel, channels) if stretch is each.stretches[-1] else None
            axis.plot(at, np.exp(logs), label=name, **{**style, "markersize": 3, "linewidth": 1.3})
            axis.fill_between(at, np.exp(logs - errors), np.exp(logs + errors), color=colour, alpha=0.15)
            if stretch is not each.stretches[0]:
                axis.axvline(at[0] - 0.5, color="#999999", linewidth=1.5, linestyle=(0, (1, 1)))
            for change in stretch.changes:
                where = (at[change.index - 1] + at[change.index]) / 2
                axis.axvline(where, color=colour, linewidth=1.2, linestyle="--")
                axis.annotate(
                    change_text(stretch, change), (where, 1), xycoords=("data", "axes fraction"),
                    xytext=(3, -9 - 11 * row), textcoords="offset points", color=colour, fontsize=8,
                    bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.8, "alpha": 0.6},
                )  # fmt: skip
    axis.set_yscale("log")
    # Changes are written above the lines.
    axis.margins(y=0.2)
    # A logarithmic axis marks powers of ten by itself: these are ratios near 1.
    axis.yaxis.set_major_locator(MaxNLocator(6, steps=[1, 2, 2.5, 5, 10]))
    axis.yaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter(value_formatter(lambda value: f"{value:.4g}×"))
    axis.tick_params(axis="both", which="both", labelsize=7.5)
    step = max(1, math.ceil(len(runs) / MOST_TICKS))
    axis.set_xticks(range(0, len(runs), step), [verbatim(name.split("_")[0]) for name in runs[::step]])
    axis.set_xlim(-0.5, len(runs) - 0.5)
    label_ends(axis, channels, ())
