"""The way of a message: one bar a stage, threads in lanes, and the ladder of costs beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcbench.analysis.explanation import Explanation
from ipcbench.analysis.timeline import Stage
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, title_panel, value_formatter, verbatim
from ipcbench.report.tables.explanation import heading, interval, signed
from ipcbench.words import FEEDER, RECEIVER, SENDER

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = (
    "Left: when each stage of a message's way begins and how long it takes, by thread. "
    "Right: what each layer adds."
)

#: Of the ladder: what is below a step, and what the step adds.
BELOW, STEP = "#cccccc", "#CC79A7"
#: Stages that fewer messages have are left to the table.
FEWEST_SHOWN = 0.02
#: Thread -> colour and hatch; lanes differ by both.
LANES = {SENDER: ("#0072B2", ""), FEEDER: ("#E69F00", "///"), RECEIVER: ("#009E73", "...")}


def draw(explanation: Explanation) -> Figure:
    """Return the chart; where stamping disturbs too much there is only the ladder."""
    threads = list(LANES)
    stages = [stage for stage in explanation.stages if stage.share >= FEWEST_SHOWN]
    stages = [] if explanation.is_refused else sorted(stages, key=lambda stage: threads.index(stage.thread))
    rows = max(len(stages), len(explanation.ladder), 4)
    figure, (left, right) = new_figure(
        title(explanation),
        Conditions(f"{heading(explanation)} · {explanation.traces.machine}"),
        panels=2,
        height_inches=2.2 + 0.34 * rows,
        caption_pad=26,
    )
    _draw_stages(left, explanation, stages)
    _draw_ladder(right, explanation)
    return figure


def title(explanation: Explanation) -> str:
    """Return what a message takes and what most of that goes to, each with its interval."""
    traces, parts = explanation.traces, [interval(explanation.whole)]
    if not explanation.is_refused and explanation.largest:
        stage = explanation.largest[0]
        parts.append(
            f"largest stage: {stage.name}, mean {interval(stage.mean)} in {stage.share:.0%} of messages"
        )
    elif added := [step for step in explanation.ladder if step.extra]:
        most = max(added, key=lambda step: step.extra.value if step.extra else 0.0)
        parts.append(f"most is added by {most.adds}, {interval(most.extra)}" if most.extra else "")
    what = f"a message of {format_size(traces.payload_bytes)} through {traces.channel} takes"
    return f"Where the time goes: {what} {'; '.join(filter(None, parts))}"


def _draw_stages(axis: Axes, explanation: Explanation, stages: list[Stage]) -> None:
    title_panel(axis, "stages: median, line to p90", 4)
    for row, stage in enumerate(stages):
        colour, hatch = LANES[stage.thread]
        axis.barh(
            row, stage.p50.value, left=stage.begins_s, height=0.62, color=colour, hatch=hatch,
            edgecolor="white", alpha=1.0 if stage.on_path else 0.45,
        )  # fmt: skip
        end_s = stage.begins_s + stage.p50.value
        whisker_s = stage.begins_s + max(stage.p90.value, stage.p50.value)
        axis.plot([end_s, whisker_s], [row, row], color="#444444", linewidth=1)
        axis.text(whisker_s, row, f" {wording.seconds(stage.p50.value)}", va="center", fontsize=7.5)
    if not stages:
        _say_why_none(axis, explanation)
        return
    axis.set_yticks(range(len(stages)), [_stage_name(stage) for stage in stages], fontsize=8)
    axis.invert_yaxis()
    axis.set_xlabel("since the call of send; pale: overlaps the way, not added to it", fontsize=8)
    _scale_time(axis)


def _say_why_none(axis: Axes, explanation: Explanation) -> None:
    """Say instead of stages why there are none; an axis of nothing would have numbers."""
    ratio = wording.ratio(explanation.perturbation)
    axis.text(
        0.5, 0.5, f"no stages told: with stamps a message\ntakes {ratio} the time",
        transform=axis.transAxes, ha="center", va="center",
    )  # fmt: skip
    axis.set_xticks([])
    axis.set_yticks([])


def _draw_ladder(axis: Axes, explanation: Explanation) -> None:
    title_panel(axis, "ladder: what each step adds", 4)
    below_s = 0.0
    for row, step in enumerate(explanation.ladder):
        extra = step.extra
        axis.barh(row, below_s, height=0.62, color=BELOW)
        if extra is None:
            axis.barh(row, step.seconds.value, height=0.62, color="#7a7a7a")
            text, end_s = wording.seconds(step.seconds.value), step.seconds.value
        else:
            axis.barh(row, extra.value, left=below_s, height=0.62, color=STEP)
            end_s = below_s + max(0.0, extra.value)
            if extra.low is not None and extra.high is not None:
                axis.plot([below_s + extra.low, below_s + extra.high], [row, row], color="black", linewidth=1)
                end_s = max(end_s, below_s + extra.high)
            text = f"{'+' if extra.value >= 0 else ''}{signed(extra.value)}"
        axis.text(end_s, row, f" {text}", va="center", fontsize=7.5)
        below_s = step.seconds.value
    names = [verbatim(step.channel) for step in explanation.ladder]
    axis.set_yticks(range(len(names)), names, fontsize=8)
    axis.invert_yaxis()
    _scale_time(axis)
    axis.set_xlabel("a message; line: 95 % interval of the step", fontsize=8)


def _scale_time(axis: Axes) -> None:
    """Leave room for the figures beside the longest bars."""
    axis.set_xlim(0, axis.dataLim.x1 * 1.2)
    axis.locator_params(axis="x", nbins=5)
    axis.xaxis.set_major_formatter(value_formatter(wording.seconds))
    axis.tick_params(axis="x", labelsize=8)


def _stage_name(stage: Stage) -> str:
    some = "" if stage.share > 0.995 else f", {stage.share:.0%} of messages"
    name = stage.name.removeprefix(f"{stage.thread} ")
    return verbatim(f"{stage.thread}: {name}{some}")
