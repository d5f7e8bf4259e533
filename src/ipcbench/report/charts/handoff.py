"""The whole life of a channel, stage by stage: what starting processes costs beside one message."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.coordinates import COORDINATES, Coordinate
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, verbatim
from ipcbench.report.charts.dots import BARE_INCHES, ROW_INCHES, DotRow, draw_rows

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = "What a process that is started for one message takes, part by part, each with its 95 % interval."

#: Stages, and what they are called.
_STAGES = {
    "create": "create the channel",
    "message": "first message",
    "end": "close and join",
    "start": "start both processes",
}
#: What a row is told apart by where the run has several, besides start method and channel.
_TOLD = [each for each in COORDINATES if each.name not in ("channel", "workload", "start_method")]


def draw(families: Sequence[Sequence[GroupResult]], conditions: Conditions) -> Figure:
    """Return one chart of all handoffs of a run: a row for each start method, size and channel."""
    cases = [
        case for family in families for group in family for case in group.cases.values() if case.delivers
    ]
    told = [axis for axis in _TOLD if len({axis.of(case.case) for case in cases}) > 1]
    rows = [
        DotRow(
            name=_name(case, told),
            whole=case.seconds,
            parts={name: case.also(stage) for stage, name in _STAGES.items()},
            is_loop=not case.record.asked,
        )
        for case in cases
    ]
    height_inches = BARE_INCHES + ROW_INCHES * len(rows)
    figure, (axis,) = new_figure(_title(cases), conditions, height_inches=height_inches)
    draw_rows(axis, rows, "the whole")
    axis.set_xlabel(_axis_label(cases))
    return figure


def _title(cases: Sequence[CaseResult]) -> str:
    """Return the shortest and the longest of the asked ones."""
    what = "The whole life of a channel for one message"
    known = sorted(
        (
            (case.seconds.value, case)
            for case in cases
            if case.record.asked and case.is_comparable and case.seconds
        ),
        key=lambda each: each[0],
    )
    told = [
        f"{case.case.channel} by {case.case.start_method} {_total(case)}"
        for _, case in (known[:1] + known[1:][-1:])
    ]
    return f"{what}: {' to '.join(told)}" if told else what


def _axis_label(cases: Sequence[CaseResult]) -> str:
    text = "time of a handoff and of its stages"
    with_interval = any(case.seconds and case.seconds.half_width is not None for case in cases)
    return f"{text}, each with its 95 % interval" if with_interval else text


def _total(case: CaseResult) -> str:
    whole = case.seconds
    return wording.NOT_AVAILABLE if whole is None else wording.seconds(whole.value) + wording.margin(whole)


def _name(case: CaseResult, axes_told: Sequence[Coordinate]) -> str:
    told = "".join(f" {axis.label(axis.of(case.case))}" for axis in axes_told)
    channel = case.case.channel if case.record.asked else f"loop {case.case.channel}"
    return verbatim(f"{case.case.start_method}  {channel}{told}")
