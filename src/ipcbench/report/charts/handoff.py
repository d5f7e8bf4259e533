"""The whole life of a channel, stage by stage: what starting processes costs beside one message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.coordinates import COORDINATES, Coordinate
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, verbatim

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = "What a process that is started for one message takes, part by part."

#: Stage, what it is called, and its shade and hatch.
_STAGES = (
    ("create", "create the channel", "#56B4E9"),
    ("start", "start both processes", "#0072B2"),
    ("message", "first message", "#E69F00"),
    ("end", "close and join", "#999999"),
)

#: What a bar is told apart by where the run has several, besides start method and channel.
_TOLD = [each for each in COORDINATES if each.name not in ("channel", "workload", "start_method")]


def draw(families: Sequence[Sequence[GroupResult]], conditions: Conditions) -> Figure:
    """Return one chart of all handoffs of a run: a bar for each start method, size and channel."""
    cases = [
        case for family in families for group in family for case in group.cases.values() if case.delivers
    ]
    axes_told = [axis for axis in _TOLD if len({axis.of(case.case) for case in cases}) > 1]
    figure, (axis,) = new_figure(
        _title(cases),
        conditions,
        height_inches=1.8 + 0.36 * len(cases),
    )
    rows = range(len(cases))
    left = [0.0] * len(cases)
    for stage, name, colour in _STAGES:
        widths = [_stage_ms(case, stage) for case in cases]
        axis.barh(rows, widths, left=left, color=colour, edgecolor="white", height=0.7, label=name)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for row, case in zip(rows, cases, strict=True):
        axis.text(left[row], row, f" {_total(case)}", va="center", fontsize=8)
    axis.set_yticks(rows, [_name(case, axes_told) for case in cases])
    axis.invert_yaxis()
    axis.margins(x=0.14)
    axis.set_xlim(left=0)
    axis.set_xlabel(_axis_label(cases))
    axis.legend(fontsize=8, loc="best")
    return figure


def _title(cases: Sequence[CaseResult]) -> str:
    """Return the shortest and the longest of the asked ones."""
    what = "The whole life of a channel for one message"
    known = sorted(
        ((case.seconds.value, case) for case in cases if case.record.asked and case.seconds),
        key=lambda each: each[0],
    )
    told = [
        f"{case.case.channel} by {case.case.start_method} {_total(case)}"
        for _, case in (known[:1] + known[1:][-1:])
    ]
    return f"{what}: {' to '.join(told)}" if told else what


def _axis_label(cases: Sequence[CaseResult]) -> str:
    text = "a handoff, ms, split by its stages' mean shares"
    with_interval = any(case.seconds and case.seconds.half_width is not None for case in cases)
    return f"{text}; beside it its 95 % interval" if with_interval else text


def _stage_ms(case: CaseResult, stage: str) -> float:
    """Return a stage's share of the whole: stages add up to the figure that stands beside the bar."""
    spent = {
        name: sum(sum(launch.also_s.get(name, [])) for launch in case.record.launches) for name, *_ in _STAGES
    }
    whole = sum(spent.values())
    return case.seconds.value * 1e3 * spent[stage] / whole if case.seconds and whole else 0.0


def _total(case: CaseResult) -> str:
    whole = case.seconds
    return wording.NOT_AVAILABLE if whole is None else wording.seconds(whole.value) + wording.margin(whole)


def _name(case: CaseResult, axes_told: Sequence[Coordinate]) -> str:
    told = "".join(f" {axis.label(axis.of(case.case))}" for axis in axes_told)
    channel = case.case.channel if case.record.asked else f"loop {case.case.channel}"
    return verbatim(f"{case.case.start_method}  {channel}{told}")
