"""Lines with interval bands over message size: one estimate for each channel and size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.report.charts.canvas import channels, label, line_style, present
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: How high a label is, and how much of a figure's height its panels have, about.
LABEL_POINTS, PANEL_SHARE = 11.0, 0.7
#: How a channel is drawn where memory is kept.
_KEPT: Any = {"markersize": 5, "markerfacecolor": "white", "linewidth": 0.9, "linestyle": ":"}

#: What is said of them.
HOLLOW = "hollow markers: where memory is kept"

EstimateOf = Callable[[GroupResult, CaseResult], Estimate | None]


def draw_curves(
    axis: Axes,
    family: Sequence[GroupResult],
    estimate_of: EstimateOf,
    *,
    skip: Sequence[str] = (),
    styled_with: Sequence[GroupResult] = (),
    with_kept: bool = False,
) -> None:
    """Draw every channel of a family with its band, loops behind them, where there is an estimate.

    A channel looks as it does among those of `styled_with`, so that it looks alike in all panels. Where it
    was measured with memory kept too, that is drawn beside it, hollow.
    """
    asked, loops = channels([*styled_with, *family])
    for channel in [*loops, *asked]:
        if channel in skip:
            continue
        points = [
            (case.case.payload_bytes, estimate)
            for group, case in present(family, channel)
            if (estimate := estimate_of(group, case)) is not None
        ]
        if points:
            draw_curve(axis, points, channel, asked)
    if with_kept:
        _draw_kept(axis, family, estimate_of, asked)


def _draw_kept(
    axis: Axes, family: Sequence[GroupResult], estimate_of: EstimateOf, asked: Sequence[str]
) -> None:
    for channel in asked:
        points = [
            (case.case.payload_bytes, estimate)
            for group, case in present(family, channel)
            if (kept := group.kept(case)) and (estimate := estimate_of(group, kept)) is not None
        ]
        if points:
            style, values = line_style(channel, asked), [(at, each.value) for at, each in points]
            axis.plot(*zip(*values, strict=True), color=style["color"], marker=style["marker"], **_KEPT)
            draw_intervals(axis, points, style["color"])


def any_kept(family: Sequence[GroupResult]) -> bool:
    """Whether any asked channel was measured with memory kept beside it."""
    return any(group.kept(case) for group in family for case in group.asked)


def draw_curve(
    axis: Axes, points: Sequence[tuple[float, Estimate]], channel: str, asked: Sequence[str]
) -> None:
    """Draw a channel's line through ascending points, with the intervals of their values."""
    style = line_style(channel, asked)
    sizes = [size for size, _ in points]
    axis.plot(sizes, [estimate.value for _, estimate in points], label=label(channel, asked), **style)
    # NaN where there are too few launches for an interval: no band may bridge that gap.
    lows = [math.nan if estimate.low is None else estimate.low for _, estimate in points]
    highs = [math.nan if estimate.high is None else estimate.high for _, estimate in points]
    axis.fill_between(sizes, lows, highs, color=style["color"], alpha=0.18, linewidth=0)
    # A band has no width at a size whose neighbours have no interval, so each size has a bar as well.
    draw_intervals(axis, points, style["color"])


def draw_intervals(axis: Axes, points: Sequence[tuple[float, Estimate]], colour: str) -> None:
    """Draw a bar for each interval that is known."""
    ends = [(at, each.low, each.high) for at, each in points]
    known = [(at, low, high) for at, low, high in ends if low is not None and high is not None]
    if known:
        axis.vlines(*zip(*known, strict=True), color=colour, linewidth=3, alpha=0.35)


def label_ends(axis: Axes, asked: Sequence[str], loops: Sequence[str]) -> None:
    """Write the channels' names to the right of the axis, each where its line ends; none over another.

    Call it when the limits of the axis are settled.
    """
    drawn = {line.get_label(): line for line in axis.lines}
    ends = []
    for channel in [*asked, *loops]:
        line = drawn.get(label(channel, asked))
        if line is not None:
            y = float(np.asarray(line.get_ydata(), dtype=float)[-1])
            ends.append((_height(axis, y), line))
    figure = axis.get_figure(root=True)
    assert figure is not None
    spec = axis.get_subplotspec()
    rows = spec.get_gridspec().nrows if spec else 1
    nearest = LABEL_POINTS / (figure.get_size_inches()[1] * 72 * PANEL_SHARE / rows)
    ends.sort(key=lambda end: end[0])
    for (_, line), place in zip(ends, _spread([height for height, _ in ends], nearest), strict=True):
        axis.annotate(
            str(line.get_label()).strip(), (1, place), xycoords="axes fraction", xytext=(5, 0),
            textcoords="offset points", va="center", fontsize=8, color=line.get_color(),
            annotation_clip=False,
        )  # fmt: skip


def _height(axis: Axes, value: float) -> float:
    """Return where a value stands, as a share of the axis."""
    low, high, value = axis.yaxis.get_transform().transform([*axis.get_ylim(), value])
    return min(1.0, max(0.0, (value - low) / (high - low))) if high > low else 0.5


def _spread(heights: Sequence[float], nearest: float) -> list[float]:
    """Move ascending places apart until no two are nearer than that, as little as can be."""
    blocks: list[tuple[float, int]] = []
    for height in heights:
        blocks.append((height, 1))
        while len(blocks) > 1 and _touch(blocks[-2], blocks[-1], nearest):
            (middle, many), (other, more) = blocks[-2:]
            blocks[-2:] = [((middle * many + other * more) / (many + more), many + more)]
    return [middle + (place - (many - 1) / 2) * nearest for middle, many in blocks for place in range(many)]


def _touch(lower: tuple[float, int], upper: tuple[float, int], nearest: float) -> bool:
    return upper[0] - lower[0] < nearest * (lower[1] + upper[1]) / 2


def add_legend(*panels: Axes) -> None:
    """Name what the panels show below the chart, where it covers nothing: each once, asked channels first."""
    named: dict[str, Any] = {}
    for axis in panels:
        for handle, name in zip(*axis.get_legend_handles_labels(), strict=True):
            named.setdefault(name, handle)
    order = sorted(named, key=lambda name: name.startswith("loop "))
    figure = panels[0].get_figure(root=True)
    assert figure is not None
    figure.legend(
        [named[name] for name in order],
        order,
        loc="outside lower center",
        ncols=5,
        fontsize=8,
        frameon=False,
        handlelength=4,
    )
