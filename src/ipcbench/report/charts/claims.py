"""A claim beside what was measured: points with intervals, and the claimed range shaded."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING

from ipcbench.analysis.claims import Claim, in_a_word
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, value_formatter, verbatim
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_COLOURS = {"true": "#009E73", "false": "#D55E00", "open": "#7a7a7a"}
_TICKS = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 0.85, 1, 1.15, 1.5, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000, 5000)
#: Ticks that would stand closer than this factor to one another are left out.
_MOST_TICKS = 9


def draw(claim: Claim, estimates: Mapping[str, Estimate], conditions: str, axis_label: str) -> Figure:
    """Return the chart, a row for each condition; green where the claim holds."""
    title = f"“{claim.text}”: {in_a_word(claim, estimates)}; {_farthest(claim, estimates)}"
    figure, (axis,) = new_figure(title, Conditions(conditions), height_inches=1.9 + 0.36 * len(estimates))
    low, high = _scale(axis, claim, estimates)
    axis.axvspan(max(claim.low, low), min(claim.high, high), color="#009E73", alpha=0.1)
    for row, (_, each) in enumerate(estimates.items()):
        colour = _COLOURS[claim.judge(each)]
        axis.plot([each.value], [row], "o", color=colour, markersize=6, clip_on=False)
        if each.low is not None and each.high is not None:
            axis.hlines(row, max(each.low, low), each.high, color=colour, linewidth=2)
        axis.annotate(
            _value(claim, each), (each.value, row), xytext=(0, 7), textcoords="offset points",
            ha="center", fontsize=8,
        )  # fmt: skip
    axis.set_xlabel(verbatim(f"{axis_label}; 95 % interval; shaded: as claimed"), fontsize=9)
    axis.set_yticks(range(len(estimates)), [verbatim(name) for name in estimates])
    axis.set_ylim(len(estimates) - 0.4, -0.8)
    return figure


def written(claim: Claim, each: Estimate) -> str:
    """Return a figure of a claim with its interval."""
    if not claim.of_shares:
        return wording.ratio(each)
    if each.low is None or each.high is None:
        return f"{each.value:.1%}"
    return f"{each.value:.1%} [{each.low:.1%}, {each.high:.1%}] of {each.launches}"


def _farthest(claim: Claim, estimates: Mapping[str, Estimate]) -> str:
    """Return the figure that says most, with its interval: the one that is farthest from no difference."""

    def distance(each: Estimate) -> float:
        if claim.of_shares:
            return abs(each.value - 0.5)
        return abs(math.log(each.value)) if each.value > 0 else math.inf

    name, most = max(estimates.items(), key=lambda item: distance(item[1]))
    return f"{name}: {written(claim, most)}" if len(estimates) > 1 else written(claim, most)


def _value(claim: Claim, each: Estimate) -> str:
    return f"{each.value:.3g}×" if not claim.of_shares else f"{each.value:.0%}"


def _scale(axis: Axes, claim: Claim, estimates: Mapping[str, Estimate]) -> tuple[float, float]:
    """Make the x axis one of ratios or of shares; return its ends."""
    if claim.of_shares:
        axis.set_xlim(-0.02, 1.02)
        axis.xaxis.set_major_formatter(value_formatter(lambda value: f"{value:.0%}"))
        return -0.02, 1.02
    ends = [end for each in estimates.values() for end in (each.low, each.high, each.value) if end]
    ends += [end for end in (claim.low, claim.high) if math.isfinite(end) and end > 0]
    low, high = min([*ends, 1.0]) / 1.3, max([*ends, 1.0]) * 1.3
    axis.axvline(1, color="black", linewidth=0.8)
    axis.set_xscale("log")
    axis.set_xlim(low, high)
    ticks = [tick for tick in _TICKS if low <= tick <= high]
    axis.set_xticks(ticks[:: 1 + len(ticks) // _MOST_TICKS] if len(ticks) > _MOST_TICKS else ticks)
    axis.minorticks_off()
    axis.xaxis.set_major_formatter(value_formatter(lambda value: f"{value:g}×"))
    return low, high
