"""The axis of message sizes, and the marks where CPython or the kernel changes its way."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report.charts.canvas import Conditions

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: Above this size a Connection writes header and body apart.
TWO_WRITES_BYTES = 16 << 10
#: More labels than these, in all panels side by side, run into one another.
MOST_TICKS = 18


def size_axis(axis: Axes, family: Sequence[GroupResult], conditions: Conditions) -> None:
    """Make the x axis one of message sizes: a tick at each that was measured, if
    there is room, and the steps it reaches."""
    sizes = sorted({group.reference.case.payload_bytes for group in family})
    if sizes[0] > 0:
        axis.set_xscale("log", base=2)
    grid = axis.get_gridspec()
    columns = grid.ncols if grid else 1
    ticks = _apart(sizes, MOST_TICKS // columns)
    axis.set_xticks(ticks, [format_size(size) for size in ticks], fontsize=8 if columns == 1 else 7)
    axis.minorticks_off()
    axis.set_xlabel("message size")
    for size, name, side in _steps(conditions.pipe_buffer_bytes):
        if sizes[0] < size < sizes[-1]:
            _mark(axis, size, name, side)


def _apart(sizes: Sequence[int], most: int) -> list[int]:
    """Return so many of ascending sizes that their labels do not run into one another."""
    place = math.log if sizes[0] > 0 else float
    nearest = (place(sizes[-1]) - place(sizes[0])) / most
    kept = [sizes[0]]
    for size in sizes:
        if place(size) - place(kept[-1]) >= nearest:
            kept.append(size)
    return kept


def _steps(pipe_buffer_bytes: int | None) -> list[tuple[int, str, str]]:
    """Return size, name and alignment of each step; the smaller one is written to the left of its line."""
    two_writes = (TWO_WRITES_BYTES, "header and body apart →")
    if pipe_buffer_bytes is None:
        return [(*two_writes, "right")]
    pipe_full = (pipe_buffer_bytes, "pipe full")
    first, last = sorted((two_writes, pipe_full), key=lambda step: step[0])
    return [(*first, "right"), (*last, "left")]


def _mark(axis: Axes, size: int, name: str, side: str) -> None:
    axis.axvline(size, color="#bbbbbb", linewidth=0.7, linestyle=(0, (1, 2)), zorder=1)
    axis.annotate(
        name,
        (size, 1),
        xycoords=("data", "axes fraction"),
        xytext=(0, 2),
        textcoords="offset points",
        fontsize=6.5,
        color="#777777",
        ha=side,
        va="bottom",
    )
