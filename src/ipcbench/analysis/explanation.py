"""Timeline and ladder of one channel put together: two instruments that have to agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ipcbench.analysis.ladder import Step, climb, extras, over_launches
from ipcbench.analysis.timeline import (
    Batch,
    Stage,
    stages,
    stamps_a_message,
    typical_s,
    unaccounted_s,
    whole_s,
)
from ipcbench.errors import DocumentError
from ipcbench.record.explanation import (
    CLOCK,
    DETAILED,
    UNTRACED,
    ExplanationDocument,
    TracesRow,
    unpack,
)
from ipcbench.statistics.estimates import Estimate, median_of_launches, paired_ratio
from ipcbench.statistics.median import median
from ipcbench.words import CALLED, RECEIVED, WALL

#: Stamping that makes messages slower than this by its own work says nothing about them.
MOST_PERTURBATION = 0.15
#: A step is said to lie in as many stages as this, and in none that differs by less than this share of it.
MOST_STAGES, LEAST_STAGE = 4, 0.05


@dataclass(frozen=True)
class Traces:
    """What was measured of one channel, by launch: a batch of stamps each, and seconds a message by block."""

    channel: str
    payload_bytes: int
    #: Time between messages; 0: each as soon as the one before is accepted.
    interval_s: float
    conditions: str
    machine: str
    detailed: Sequence[Batch]
    #: The rungs of the ladder, lowest first, the channel last: what each adds to the one before.
    rungs: Mapping[str, str]
    #: By rung: seconds a message by launch and block, without stamps.
    rungs_s: Mapping[str, Sequence[np.ndarray]]
    #: The same with stamps, of those rungs that can be stamped, in the same blocks; and their stamps.
    traced_rungs_s: Mapping[str, Sequence[np.ndarray]]
    stamped_rungs: Mapping[str, Sequence[Batch]]
    #: What slowed every message.
    slowdowns: Sequence[str] = ()

    @property
    def stamped(self) -> Sequence[Batch]:
        """The batches in which the channel itself was stamped."""
        return self.stamped_rungs[self.channel]

    @property
    def traced_s(self) -> Sequence[np.ndarray]:
        return self.traced_rungs_s[self.channel]

    @property
    def untraced_s(self) -> Sequence[np.ndarray]:
        return self.rungs_s[self.channel]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One step of the ladder as both instruments see it, in seconds.

    Both the rung and the one below it were stamped, so that either account is of the same thing: what the
    step adds to the whole way. Stages alone are not, because work that comes later in the way goes faster
    there: pickling in a feeder that has just woken, for instance, than in a sender that has just slept.
    """

    what: str
    timeline: Estimate
    ladder: Estimate
    #: Timeline less ladder of each launch, over launches: both saw the same mood of the machine.
    difference: Estimate
    #: What the step's own stamps cost, which the timeline's account is freed of.
    stamps: Estimate
    #: The stages that the step shows in, by how much they take more (or less) than in the rung below.
    stages: dict[str, Estimate]

    @property
    def agrees(self) -> bool:
        """Whether the difference may be 0; True where there are too few launches for an interval."""
        low, high = self.difference.low, self.difference.high
        return low is None or high is None or low <= 0 <= high


@dataclass(frozen=True)
class Explanation:
    """Where the time of a message goes."""

    traces: Traces
    #: A message's time from send to receive, without stamps: the median message, over launches.
    whole: Estimate
    stages: list[Stage]
    ladder: list[Step]
    agreements: list[Agreement]
    #: Traced to untraced time, block by block.
    perturbation: Estimate
    unaccounted_s: float

    @property
    def is_refused(self) -> bool:
        """Whether stamping changes the messages too much to say anything about their stages."""
        return self.perturbation.value > 1 + MOST_PERTURBATION

    @property
    def way(self) -> list[Stage]:
        """The stages that follow one another, without those aside."""
        return [stage for stage in self.stages if stage.on_path]

    @property
    def largest(self) -> list[Stage]:
        """The two stages of the way that cost most, over all messages."""
        return sorted(self.way, key=lambda stage: stage.mean.value * stage.share, reverse=True)[:2]


def traces_of(row: TracesRow, machine: str) -> Traces:
    """Return what a record holds of one case; raise ValueError or LookupError where it is damaged."""

    def blocks(tracing: str) -> dict[str, list[np.ndarray]]:
        channels = row.launches[0].samples.get(tracing, {})
        return {
            each: [np.array(launch.samples[tracing][each]) for launch in row.launches] for each in channels
        }

    def stamps(tracing: str) -> dict[str, list[Batch]]:
        channels = row.launches[0].stamps.get(tracing, {})
        return {
            each: [_unpacked(launch.stamps[tracing][each]) for launch in row.launches] for each in channels
        }

    return Traces(
        channel=row.case.channel,
        payload_bytes=row.case.payload_bytes,
        interval_s=row.interval_s,
        conditions=row.conditions,
        machine=machine,
        detailed=stamps(DETAILED)[row.case.channel],
        rungs=row.rungs,
        rungs_s=blocks(UNTRACED),
        traced_rungs_s=blocks(CLOCK),
        stamped_rungs=stamps(CLOCK),
        slowdowns=row.slowdowns,
    )


def _unpacked(rows: Mapping[str, Mapping[str, str]]) -> Batch:
    return {
        moment: {clock: unpack(text) for clock, text in clocks.items()} for moment, clocks in rows.items()
    }


def explanations_of(document: ExplanationDocument) -> list[Explanation]:
    """Return all explanations of a record; raise DocumentError where one cannot be worked out."""
    record = document.ipcbench
    try:
        return [explain(traces_of(row, record.machine)) for row in record.explained]
    except (ArithmeticError, AssertionError, LookupError, TypeError, ValueError) as error:
        # A document is untrusted: stamps may be missing, or of other lengths.
        raise DocumentError(f"the record of an explanation is damaged: {error}") from error


def explain(traces: Traces) -> Explanation:
    """Put everything that was measured together."""
    found = stages(traces.stamped, traces.detailed)
    ladder = climb(traces.rungs, traces.rungs_s)
    perturbation = paired_ratio(traces.traced_s, traces.untraced_s)
    assert perturbation is not None
    return Explanation(
        traces=traces,
        whole=median_of_launches([median(blocks) for blocks in traces.untraced_s]),
        stages=found,
        ladder=ladder,
        agreements=_agreements(traces, ladder),
        perturbation=perturbation,
        unaccounted_s=max(unaccounted_s(batch) for batch in traces.stamped),
    )


def _agreements(traces: Traces, ladder: Sequence[Step]) -> list[Agreement]:
    """Compare what both instruments say of each step whose two rungs were stamped."""
    found = []
    for below, step in pairwise(ladder):
        if step.extra and {step.channel, below.channel} <= traces.traced_rungs_s.keys():
            found.append(_agreement(traces, step, step.extra, below.channel))
    return found


def _agreement(traces: Traces, step: Step, ladder: Estimate, below: str) -> Agreement:
    with_stamps, without = traces.traced_rungs_s, traces.rungs_s
    ours, theirs = traces.stamped_rungs[step.channel], traces.stamped_rungs[below]
    stamped, plain = (extras(seconds[step.channel], seconds[below]) for seconds in (with_stamps, without))
    # The step's own stamps cost what those of the rung below were seen to cost, each.
    slowed = extras(with_stamps[below], without[below])
    own = [
        cost * (stamps_a_message(mine) / stamps_a_message(other) - 1)
        for cost, mine, other in zip(slowed, ours, theirs, strict=True)
    ]
    timeline = [took - cost for took, cost in zip(stamped, own, strict=True)]
    apart = [account - other for account, other in zip(timeline, plain, strict=True)]
    return Agreement(
        what=step.adds,
        timeline=over_launches(timeline),
        ladder=ladder,
        difference=over_launches(apart),
        stamps=over_launches(own),
        stages=_moved(ours, theirs),
    )


def _moved(ours: Sequence[Batch], below: Sequence[Batch]) -> dict[str, Estimate]:
    """Return by how many seconds the typical message's stages differ from those of the rung below."""
    pairs = [(typical_s(mine), typical_s(theirs)) for mine, theirs in zip(ours, below, strict=True)]
    names = dict.fromkeys(name for pair in pairs for batch in pair for name in batch)
    every = {
        name: over_launches([mine.get(name, 0.0) - theirs.get(name, 0.0) for mine, theirs in pairs])
        for name in names
    }
    largest = sorted(every, key=lambda name: abs(every[name].value), reverse=True)[:MOST_STAGES]
    least = LEAST_STAGE * sum(abs(every[name].value) for name in names)
    return {name: every[name] for name in largest if abs(every[name].value) > least}


def median_whole_s(batch: Batch) -> float:
    """Return the median message's time from the call of send to the return of receive."""
    return median(whole_s(batch))


def seconds_a_message(batch: Batch) -> float:
    """Return what each message took of a batch that went as fast as accepted."""
    called, received = batch[CALLED][WALL], batch[RECEIVED][WALL]
    return (received[-1] - called[0]) / len(called) / 1e9
