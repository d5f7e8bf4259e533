"""An explanation in words and as a waterfall in the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from rich.table import Table

from ipcbench.analysis.explanation import MOST_PERTURBATION, Agreement, Explanation
from ipcbench.analysis.ladder import Step
from ipcbench.analysis.timeline import QUEUED, Stage
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.tables.layout import Part, as_text, new_table
from ipcbench.statistics.estimates import Estimate

BAR_WIDTH = 40

#: What a stage is: a sentence for the largest costs.
SENTENCES = {
    "feeder awake": "put wakes the feeder thread, which must get a core and the GIL before it can go on.",
    QUEUED: "the message stands in the queue's buffer while the feeder is busy with those before it.",
    "taken from the buffer": "the feeder takes the message from the queue's buffer.",
    "pickled": "the message is pickled, by a ForkingPickler that is made anew for each.",
    "write lock held": "the writer waits for the lock that it shares with other producers.",
    "header read": "the message is written and the receiver, asleep in its read, is woken for it.",
    "body read": "the receiver reads the message from the kernel, in pieces where it is large.",
    "unpickling begun": "the receiver copies what it read, lets go of its lock and the semaphore.",
    "unpickled": "the receiver unpickles the message.",
    "receive returned": "the receiving call returns.",
}


def pace_words(explanation: Explanation) -> str:
    """Say how messages were sent: hot and paced figures are never to be mixed."""
    interval_s = explanation.traces.interval_s
    if not interval_s:
        return "hot: each message as soon as the one before is accepted"
    return f"paced: {wording.rate(1 / interval_s)} messages/s"


def heading(explanation: Explanation) -> str:
    """Name what was explained, under which conditions."""
    traces = explanation.traces
    case = f"{traces.channel}, {format_size(traces.payload_bytes)}, {traces.conditions}"
    return f"{case}; {pace_words(explanation)}"


def explanation_text(explanation: Explanation) -> str:
    """Return the whole explanation."""
    return as_text(explanation_parts(explanation))


def explanation_parts(explanation: Explanation) -> list[Part]:
    """Return the same as lines and tables."""
    parts: list[Part] = [heading(explanation)]
    parts += [f"slowed by {what}" for what in explanation.traces.slowdowns]
    parts += [_whole(explanation), _perturbation(explanation), ""]
    if not explanation.is_refused:
        parts += [_waterfall(explanation), "", *_sentences(explanation), ""]
    parts.append(_ladder(explanation.ladder))
    if not explanation.is_refused and explanation.agreements:
        parts += ["", _agreements(explanation.agreements)]
    return parts


def explanations_json(explanations: Sequence[Explanation]) -> str:
    """Return the same for programs, one object or a list of several.

    Times are in seconds, each with its interval where there is one.
    """
    found = [explanation_dict(explanation) for explanation in explanations]
    return json.dumps(found if len(found) > 1 else found[0], indent=2, ensure_ascii=False)


def explanation_dict(explanation: Explanation) -> dict[str, Any]:
    """Return an explanation as plain values; times are in seconds."""
    traces = explanation.traces
    return {
        "channel": traces.channel,
        "payload_bytes": traces.payload_bytes,
        "conditions": traces.conditions,
        "machine": traces.machine,
        "slowdowns": list(traces.slowdowns),
        "interval_s": traces.interval_s,
        "seconds": asdict(explanation.whole),
        "perturbation": asdict(explanation.perturbation),
        "refused": explanation.is_refused,
        "unaccounted_s": explanation.unaccounted_s,
        "stages": [] if explanation.is_refused else [asdict(stage) for stage in explanation.stages],
        "ladder": [asdict(step) for step in explanation.ladder],
        "agreements": [{**asdict(each), "agrees": each.agrees} for each in explanation.agreements],
    }


def interval(estimate: Estimate) -> str:
    """Return `12.3 µs [11.9 µs, 12.8 µs]`; ends below zero keep their sign."""
    text = signed(estimate.value)
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{signed(estimate.low)}, {signed(estimate.high)}]"


def signed(value: float) -> str:
    """Return seconds with their sign."""
    return wording.seconds(value) if value >= 0 else f"-{wording.seconds(-value)}"


def _whole(explanation: Explanation) -> str:
    traces = explanation.traces
    what = "the median message takes" if traces.interval_s else "a message takes"
    return (
        f"{what} {interval(explanation.whole)}; {explanation.whole.launches} launches"
        f" of {len(traces.untraced_s[0])} blocks"
    )


def _perturbation(explanation: Explanation) -> str:
    ratio = wording.ratio(explanation.perturbation)
    if explanation.is_refused:
        return (
            f"with stamps it takes {ratio} the time: above {1 + MOST_PERTURBATION:.2f}, so the stamps would "
            "mostly show themselves, and no stages are told; accepted: a lower --rate, a larger --size"
        )
    return f"with stamps it takes {ratio} the time"


def _waterfall(explanation: Explanation) -> Table:
    table = new_table(
        "where the time goes (median message)",
        ["stage", "thread", "p50", "p90", "of messages", "CPU", "for a core", "waiting", ""],
        left=("stage", "thread", ""),
    )
    end_s = max((stage.begins_s + stage.p50.value for stage in explanation.way), default=1.0)
    for on_path in (True, False):
        for stage in explanation.stages:
            if stage.on_path is on_path:
                table.add_row(*_stage_cells(stage), bar(stage, end_s))
        table.add_section()
    return table


def _stage_cells(stage: Stage) -> list[str]:
    shares = (stage.cpu_share, stage.delay_share, stage.waiting_share)
    return [
        stage.name if stage.on_path else f"({stage.name})",
        stage.thread,
        wording.seconds(stage.p50.value) + wording.margin(stage.p50),
        wording.seconds(stage.p90.value),
        f"{stage.share:.0%}",
        *("" if share is None else f"{share:.0%}" for share in shares),
    ]


def bar(stage: Stage, end_s: float) -> str:
    """Return a stage as a piece of a line that is as long as the whole way."""
    start = min(BAR_WIDTH - 1, round(BAR_WIDTH * stage.begins_s / end_s))
    length = max(1, round(BAR_WIDTH * stage.p50.value / end_s))
    return " " * start + ("█" if stage.on_path else "░") * min(length, BAR_WIDTH - start)


def _sentences(explanation: Explanation) -> list[str]:
    whole = sum(stage.mean.value * stage.share for stage in explanation.way)
    largest = [
        f"{stage.name}: {stage.mean.value * stage.share / whole:.0%} of the time; {SENTENCES[stage.name]}"
        for stage in explanation.largest
    ]
    return [*largest, "Stages in brackets overlap the way and are not added to it."]


def _ladder(steps: Sequence[Step]) -> Table:
    table = new_table(
        "the ladder: what each step adds to a message (untraced, interleaved)",
        ["channel", "adds", "a message", "more than the step before"],
        left=("channel", "adds"),
    )
    for step in steps:
        extra = interval(step.extra) if step.extra else ""
        table.add_row(step.channel, step.adds, wording.seconds(step.seconds.value), extra)
    return table


def _agreements(agreements: Sequence[Agreement]) -> Table:
    table = new_table(
        "the same steps with stamps and without",
        ["adds", "with stamps", "their own cost, taken off", "without", "", "where it shows"],
        left=("adds", "", "where it shows"),
    )
    for each in agreements:
        shows = (
            f"{name} {'+' * (more.value >= 0)}{signed(more.value)}" for name, more in each.stages.items()
        )
        table.add_row(
            each.what,
            interval(each.timeline),
            signed(each.stamps.value),
            interval(each.ladder),
            "they agree" if each.agrees else f"they DISAGREE by {interval(each.difference)}",
            ", ".join(shows),
        )
    return table
