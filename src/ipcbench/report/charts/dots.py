"""Rows of dots on one logarithmic axis of time: several durations of one thing, each with its interval.

They lie decades apart, where bars of a common axis show the longest of them only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipcbench.report import wording
from ipcbench.report.charts.canvas import COLOURS, LOOP_COLOUR, MARKERS, value_formatter
from ipcbench.report.charts.curves import add_legend
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: How high a figure with so many rows is: without any, and what each takes.
BARE_INCHES, ROW_INCHES = 2.1, 0.34
#: Why a row has no figure, where its case was not there.
NOT_MEASURED = "not measured"
_WHOLE_COLOUR = "#222222"
_WHOLE: dict[str, Any] = {"color": _WHOLE_COLOUR, "marker": "|", "markersize": 12}


@dataclass(frozen=True, slots=True)
class DotRow:
    """What stands in one row: the whole, in seconds, and its parts or what else is told of it, by name."""

    name: str
    whole: Estimate | None
    parts: Mapping[str, Estimate | None]
    is_loop: bool = False


def draw_rows(axis: Axes, rows: Sequence[DotRow], whole: str) -> None:
    """Draw the rows from above, `whole` being what the whole is called, and name all dots below the chart."""
    for height, row in enumerate(rows):
        _join(axis, height, row)
    for place, name in enumerate(dict.fromkeys(name for row in rows for name in row.parts)):
        parts = {height: row.parts.get(name) for height, row in enumerate(rows)}
        if draw_dots(axis, parts, mark(place, 6)):
            axis.plot([], [], label=name, linestyle="none", **mark(place, 6))
    for is_loop, colour in ((False, _WHOLE_COLOUR), (True, LOOP_COLOUR)):
        wholes = {height: row.whole for height, row in enumerate(rows) if row.is_loop is is_loop}
        for height in draw_dots(axis, wholes, {**_WHOLE, "color": colour}):
            _write(axis, height, rows[height])
    axis.plot([], [], label=whole, linestyle="none", **_WHOLE)
    axis.set_xscale("log")
    axis.xaxis.set_major_formatter(value_formatter(wording.seconds_tick))
    axis.set_yticks(range(len(rows)), [row.name for row in rows])
    axis.set_ylim(len(rows) - 0.4, -0.6)
    axis.grid(visible=False, axis="y")
    add_legend(axis)


def _join(axis: Axes, height: int, row: DotRow) -> None:
    """Draw what shows that dots belong together."""
    values = [each.value for each in (row.whole, *row.parts.values()) if each and each.value > 0]
    if values:
        axis.hlines(height, min(values), max(values), color="#cccccc", linewidth=1, zorder=1)


def mark(place: int, size: float) -> dict[str, Any]:
    """Return how the dots of one kind look, by its place among the kinds; their size is in points."""
    colour, marker = COLOURS[place % len(COLOURS)], MARKERS[place % len(MARKERS)]
    return {"color": colour, "marker": marker, "markersize": size}


def draw_dots(
    axis: Axes, estimates: Mapping[int, Estimate | None], style: Mapping[str, Any]
) -> dict[int, Estimate]:
    """Draw figures with their intervals, each at its height; return those that are shown."""
    shown = {height: each for height, each in estimates.items() if each is not None and each.value > 0}
    known = [each for each in intervals(shown) if each[1] > 0]
    # One artist for all: matplotlib takes as long over each of hundreds as over one of many points.
    if known:
        axis.hlines(*zip(*known, strict=True), color=style["color"], linewidth=3, alpha=0.4)
    if shown:
        axis.plot([each.value for each in shown.values()], list(shown), linestyle="none", **style)
    return shown


def intervals(estimates: Mapping[int, Estimate]) -> list[tuple[int, float, float]]:
    """Return heights, low and high ends of those estimates that have an interval."""
    return [
        (height, each.low, each.high)
        for height, each in estimates.items()
        if each.low is not None and each.high is not None
    ]


def write_absent(axis: Axes, height: int, why: str) -> None:
    """Say in a row without a figure why it has none."""
    axis.annotate(
        why, (0, height), xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points",
        va="center", fontsize=7, color=LOOP_COLOUR,
    )  # fmt: skip


def _write(axis: Axes, height: int, row: DotRow) -> None:
    """Write the whole to the right of all that is drawn."""
    assert row.whole
    axis.annotate(
        wording.seconds(row.whole.value) + wording.margin(row.whole), (1, height),
        xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center",
        fontsize=8, color=LOOP_COLOUR if row.is_loop else _WHOLE_COLOUR, annotation_clip=False,
    )  # fmt: skip
