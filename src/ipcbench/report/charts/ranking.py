"""Many channels, a row for each, the best first: a panel for each size, placement or whatever there is."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import LOSSY, GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report.charts.canvas import (
    LOOP_COLOUR,
    Conditions,
    channels,
    label,
    new_figure,
    share_y,
    title_panel,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import EstimateOf, add_legend
from ipcbench.report.charts.dots import NOT_MEASURED, draw_dots, mark, write_absent
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: Lines of more channels are not told apart: each has a row then.
MOST_LINES_APART = 8
#: Where it was measured, this size stands between the smallest and the largest: a full pipe for most kernels.
MIDDLE_BYTES = 64 << 10
NO_FIGURE = "no figure"
#: How what loses messages is drawn.
HOLLOW_MARK: Mapping[str, Any] = {"markerfacecolor": "white"}


@dataclass(frozen=True, slots=True)
class Panel:
    """What is drawn in one panel: by channel, its values by what they are called.

    Channels are ranked by the first value of the first panel; `write` gives it in words, `tick` those of the
    axis.
    """

    title: str
    values: Mapping[str, Mapping[str, Estimate | None]]
    write: Callable[[float], str]
    tick: Callable[[float], str]
    #: What stands where a channel was measured, but has no such value.
    no_value: str = NO_FIGURE


def is_crowded(*family: GroupResult) -> bool:
    """Whether there are so many channels that their lines would run into one another."""
    return len(channels(family)[0]) > MOST_LINES_APART


def representative(groups: Sequence[GroupResult]) -> list[GroupResult]:
    """Return the smallest, a middle and the largest size, smallest first; all where there are fewer."""
    by_bytes = {group.reference.case.payload_bytes: group for group in groups}
    sizes = sorted(by_bytes)
    if len(sizes) < 3:
        return list(groups)
    middle = MIDDLE_BYTES if MIDDLE_BYTES in sizes[1:-1] else sizes[len(sizes) // 2]
    return [by_bytes[size] for size in (sizes[0], middle, sizes[-1])]


def by_size(
    family: Sequence[GroupResult],
    shown: Mapping[str, EstimateOf],
    write: Callable[[float], str],
    tick: Callable[[float], str],
    no_value: str = NO_FIGURE,
) -> list[Panel]:
    """Return a panel for each of three sizes, with what is shown of each case."""

    def of(group: GroupResult, case: CaseResult) -> dict[str, Estimate | None]:
        return {name: estimate(group, case) for name, estimate in shown.items()}

    return [
        Panel(
            title=f"{format_size(group.reference.case.payload_bytes)} messages",
            values={case.label: of(group, case) for case in group.plain if case.delivers},
            write=write,
            tick=tick,
            no_value=no_value,
        )
        for group in representative(family)
    ]


def draw(
    panels: Sequence[Panel],
    named: tuple[Sequence[str], Sequence[str]],
    figure_of: tuple[str, Conditions],
    axis_label: str,
    *,
    highest_first: bool = False,
) -> Figure:
    """Return a figure of these panels, with a row for each channel of `named`, asked ones and loops.

    `figure_of` has its title and conditions. The best is the lowest value, or the highest.
    """
    asked, loops = named
    ranked = _ranked(asked, panels[0], highest_first=highest_first)
    rows = [*ranked, *loops]
    looks = _looks(ranked, loops)
    title, conditions = figure_of
    figure, axes = new_figure(
        title, conditions, panels=len(panels), caption_pad=24, height_inches=2.2 + 0.24 * len(rows)
    )
    share_y(axes)
    axes[0].set_yticks(range(len(rows)), [label(channel, asked) for channel in rows], fontsize=8.5)
    axes[0].set_ylim(len(rows) - 0.4, -0.6)
    names = list(dict.fromkeys(name for panel in panels for of in panel.values.values() for name in of))
    for axis, panel in zip(axes, panels, strict=True):
        title_panel(axis, panel.title, pad=5)
        for drawn, look in looks:
            _draw_rows(axis, panel, names, {channel: rows.index(channel) for channel in drawn}, look)
        _scale(axis, panel)
        # All of it is inside the axes: to ask hundreds of marks and texts for their room takes seconds.
        for artist in (*axis.lines, *axis.collections, *axis.texts):
            artist.set_in_layout(False)
    # Once: panels side by side are narrower than what it says.
    axes[len(axes) // 2].set_xlabel(verbatim(axis_label), fontsize=9)
    if len(names) > 1:
        for place, name in enumerate(names):
            axes[0].plot([], [], label=name, linestyle="none", **mark(place, 5))
        add_legend(axes[0])
    return figure


def _looks(ranked: Sequence[str], loops: Sequence[str]) -> list[tuple[Sequence[str], Mapping[str, Any]]]:
    """Return how rows are drawn: what loses messages is no better for being faster, so it is hollow."""
    lossy = [channel for channel in ranked if channel.endswith(LOSSY)]
    compared = [channel for channel in ranked if channel not in lossy]
    return [(compared, {}), (lossy, HOLLOW_MARK), (loops, {"color": LOOP_COLOUR})]


def _ranked(asked: Sequence[str], panel: Panel, *, highest_first: bool) -> list[str]:
    def key(channel: str) -> tuple[bool, float]:
        first = next(iter(panel.values.get(channel, {}).values()), None)
        if first is None:
            return channel.endswith(LOSSY), math.inf
        return channel.endswith(LOSSY), -first.value if highest_first else first.value

    return sorted(asked, key=key)


def _draw_rows(
    axis: Axes, panel: Panel, names: Sequence[str], heights: Mapping[str, int], look: Mapping[str, Any]
) -> None:
    """Draw the rows of these channels, each at its height, and write its first value to the right of all."""
    of = {height: panel.values.get(channel, {}) for channel, height in heights.items()}
    furthest: dict[int, float] = {}
    for place, name in enumerate(names):
        estimates = {height: values.get(name) for height, values in of.items()}
        style = {**mark(place, 5), **look}
        for height, drawn in draw_dots(axis, estimates, style).items():
            furthest[height] = max(furthest.get(height, 0.0), drawn.value, drawn.high or 0.0)
    for channel, height in heights.items():
        if height not in furthest:
            write_absent(axis, height, panel.no_value if channel in panel.values else NOT_MEASURED)
    for height, end in furthest.items():
        if (first := next(iter(of[height].values()))) is not None:
            axis.annotate(
                panel.write(first.value), (end, height), xytext=(6, 0), textcoords="offset points",
                va="center", fontsize=7, color=look.get("color", "#333333"),
            )  # fmt: skip


def _scale(axis: Axes, panel: Panel) -> None:
    """Make the axis logarithmic, with room for what is written."""
    from matplotlib.ticker import NullLocator

    axis.set_xscale("log")
    low, high = axis.get_xlim()
    axis.set_xlim(low, high * (high / low) ** 0.35)
    axis.xaxis.set_minor_locator(NullLocator())
    axis.xaxis.set_major_formatter(value_formatter(panel.tick))
    axis.tick_params(axis="x", labelsize=8)
    axis.grid(visible=False, axis="y")
