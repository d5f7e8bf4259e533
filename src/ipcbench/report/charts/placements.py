"""What the placement changes: the same measurement at each, side by side on the same axes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.record.schema import WorkloadRow
from ipcbench.report import wording
from ipcbench.report.charts.canvas import (
    Conditions,
    channels,
    line_style,
    new_figure,
    present,
    share_y,
    title_panel,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import add_legend, draw_curves
from ipcbench.report.charts.families import AXES, Family
from ipcbench.report.charts.latency import TYPICAL
from ipcbench.report.charts.size_axis import size_axis
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "The same channels with both ends on one core, on two, and as the scheduler has it."


@dataclass(frozen=True, slots=True)
class _View:
    """What is drawn of a workload."""

    title: str
    axis_label: str
    write: Callable[[float], str]
    estimate: Callable[[CaseResult], Estimate | None]


# Not seconds a message: large messages would take most of the axis, and the differences hide in it.
_VOLUME = _View(
    "Throughput by message size at each placement",
    "payload delivered, MB/s (10⁶ bytes)",
    wording.tick,
    lambda case: case.megabytes_per_s,
)


def _view(workload: WorkloadRow) -> _View:
    if not workload.times_each:
        return _VOLUME
    return _View(
        f"Median {workload.unit} by message size at each placement",
        verbatim(f"time of a {workload.unit}, median"),
        wording.seconds_tick,
        lambda case: case.round_trips.get(TYPICAL),
    )


#: What a placement means, in the order of the panels.
MEANINGS = {
    "split": "split: a core each",
    "same": "same: one core for both",
    "free": "free: left to the scheduler",
}
#: In what sets of families over placements may differ from one another.
OTHER_AXES = tuple(axis for axis in AXES if axis.name != "placement")
_FAINT: dict[str, Any] = {"marker": None, "linewidth": 1.0, "alpha": 0.35, "zorder": 1.5}


def over_placements(families: Sequence[Family]) -> list[list[Family]]:
    """Return the families that differ in placement only, in the order of the panels, if there are several."""
    alike: dict[tuple[str, ...], dict[str, Family]] = {}
    for family in families:
        case = family[0].reference.case
        key = (case.workload, *(axis.label(axis.of(case)) for axis in OTHER_AXES))
        alike.setdefault(key, {})[case.placement] = family
    sets = [[by_place[place] for place in MEANINGS if place in by_place] for by_place in alike.values()]
    return [one for one in sets if len(one) > 1]


def draw(families: Sequence[Family], conditions: Conditions) -> Figure | None:
    """Return a chart with a panel for each family; None where there are not two to look at."""
    view = _view(families[0][0].reference.workload)
    families = [family for family in families if _has_any(family, view)]
    if len(families) < 2:
        return None
    figure, panels = new_figure(view.title, conditions, panels=len(families), caption_pad=32)
    share_y(panels)
    panels[0].set_yscale("log")
    panels[0].yaxis.set_major_formatter(value_formatter(view.write))
    panels[0].set_ylabel(view.axis_label)
    for axis, family in zip(panels, families, strict=True):
        # Above the marks of the size axis.
        title_panel(axis, MEANINGS[family[0].reference.case.placement], pad=13)
        _draw_panel(axis, family, families, view)
        size_axis(axis, [group for one in families for group in one], conditions)
    panels[-1].plot([], [], color="black", label="faint: at the other placements", **_FAINT)
    add_legend(*panels)
    return figure


def _has_any(family: Family, view: _View) -> bool:
    return any(view.estimate(case) for group in family for case in group.asked)


def _draw_panel(axis: Axes, family: Family, families: Sequence[Family], view: _View) -> None:
    """Draw a family's asked channels, and behind them faintly what they are at the other placements."""
    # Of all families in one order: a channel that failed at one placement looks alike at the others.
    whole = [group for one in families for group in one]
    asked, loops = channels(whole)
    for other in families:
        if other is not family:
            for channel in asked:
                _draw_faintly(axis, other, channel, view, line_style(channel, asked))
    draw_curves(axis, family, lambda _, case: view.estimate(case), skip=loops, styled_with=whole)


def _draw_faintly(axis: Axes, family: Family, channel: str, view: _View, style: dict[str, Any]) -> None:
    points = [
        (case.case.payload_bytes, estimate.value)
        for _, case in present(family, channel)
        if (estimate := view.estimate(case)) is not None
    ]
    sizes, values = [size for size, _ in points], [value for _, value in points]
    axis.plot(sizes, values, **style | _FAINT)
