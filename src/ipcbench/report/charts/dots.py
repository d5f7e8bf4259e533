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
    names = list(dict.fromkeys(name for row in rows for name in row.parts))
    drawn = dict.fromkeys(names)
    for height, row in enumerate(rows):
        _join(axis, height, row)
        for place, name in enumerate(names):
            style = mark(place, 6)
            if draw_dot(axis, height, row.parts.get(name), style):
                drawn[name] = axis.plot([], [], label=name, linestyle="none", **style)[0]
        colour = LOOP_COLOUR if row.is_loop else _WHOLE_COLOUR
        if row.whole and draw_dot(axis, height, row.whole, {**_WHOLE, "color": colour}):
            _write(axis, height, row)
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


def draw_dot(axis: Axes, height: int, estimate: Estimate | None, style: Mapping[str, Any]) -> bool:
    """Draw a figure with its interval; return whether there is anything to draw on a logarithmic axis."""
    if estimate is None or estimate.value <= 0:
        return False
    if estimate.low is not None and estimate.high is not None and estimate.low > 0:
        axis.hlines(height, estimate.low, estimate.high, color=style["color"], linewidth=3, alpha=0.4)
    axis.plot([estimate.value], [height], linestyle="none", **style)
    return True


def _write(axis: Axes, height: int, row: DotRow) -> None:
    """Write the whole to the right of all that is drawn."""
    assert row.whole
    axis.annotate(
        wording.seconds(row.whole.value) + wording.margin(row.whole), (1, height),
        xycoords=("axes fraction", "data"), xytext=(6, 0), textcoords="offset points", va="center",
        fontsize=8, color=LOOP_COLOUR if row.is_loop else _WHOLE_COLOUR, annotation_clip=False,
    )  # fmt: skip
