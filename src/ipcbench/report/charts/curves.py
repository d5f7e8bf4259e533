"""Lines with interval bands over message size: one estimate for each channel and size."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.report.charts.canvas import channels, label, line_style, present
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes

#: How a channel is drawn where memory is kept.
_KEPT: Any = {"markersize": 5, "markerfacecolor": "white", "linewidth": 0.9, "linestyle": ":"}

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
            _draw_curve(axis, points, channel, asked)
    if with_kept:
        _draw_kept(axis, family, estimate_of, asked)


def _draw_kept(
    axis: Axes, family: Sequence[GroupResult], estimate_of: EstimateOf, asked: Sequence[str]
) -> None:
    drawn = False
    for channel in asked:
        points = [
            (case.case.payload_bytes, estimate.value)
            for group, case in present(family, channel)
            if (kept := group.kept(case)) and (estimate := estimate_of(group, kept)) is not None
        ]
        if points:
            style = line_style(channel, asked)
            axis.plot(*zip(*points, strict=True), color=style["color"], marker=style["marker"], **_KEPT)
            drawn = True
    if drawn:
        axis.plot([], [], color="black", marker="o", label="hollow: where memory is kept", **_KEPT)


def _draw_curve(
    axis: Axes, points: Sequence[tuple[int, Estimate]], channel: str, asked: Sequence[str]
) -> None:
    style = line_style(channel, asked)
    sizes = [size for size, _ in points]
    axis.plot(sizes, [estimate.value for _, estimate in points], label=label(channel, asked), **style)
    # NaN where there are too few launches for an interval: no band may bridge that gap.
    lows = [math.nan if estimate.low is None else estimate.low for _, estimate in points]
    highs = [math.nan if estimate.high is None else estimate.high for _, estimate in points]
    axis.fill_between(sizes, lows, highs, color=style["color"], alpha=0.18, linewidth=0)
    # A band has no width at a size whose neighbours have no interval, so each size has a bar as well.
    bars = [place for place in range(len(points)) if not math.isnan(lows[place])]
    axis.vlines(
        [sizes[place] for place in bars],
        [lows[place] for place in bars],
        [highs[place] for place in bars],
        color=style["color"],
        linewidth=3,
        alpha=0.35,
    )


def add_legend(*panels: Axes) -> None:
    """Name what the panels show below the chart, where it covers nothing: each once, asked channels first."""
    named: dict[str, Any] = {}
    for axis in panels:
        for handle, name in zip(*axis.get_legend_handles_labels(), strict=True):
            named.setdefault(name, handle)
    order = sorted(named, key=lambda name: name.startswith("reference loop"))
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
