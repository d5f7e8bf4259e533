"""Timeline and ladder of one channel put together: two instruments that have to agree."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ipcbench.analysis.estimates import Estimate, median_of_launches, paired_ratio
from ipcbench.analysis.ladder import Step, climb, extras, over_launches, rungs_up_to
from ipcbench.analysis.timeline import Batch, Stage, stages, unaccounted_s, whole_s

#: Stamping that makes messages slower than this by its own work says nothing about them.
MOST_PERTURBATION = 0.15
#: What a step of the ladder adds, and the stages that the same work shows in.
COMMON = {"pipe": ("pickled", "unpickled"), "queue": ("feeder awake", "taken from the buffer")}


@dataclass(frozen=True)
class Traces:
    """What was measured of one channel, by launch: a batch of stamps each, and seconds a message by block."""

    channel: str
    payload_bytes: int
    #: Time between messages; 0: each as soon as the one before is accepted.
    interval_s: float
    conditions: str
    machine: str
    stamped: Sequence[Batch]
    detailed: Sequence[Batch]
    #: Seconds a message with and without stamps, by launch and block, of the same blocks.
    traced_s: Sequence[np.ndarray]
    untraced_s: Sequence[np.ndarray]
    #: The same by rung of the ladder.
    rungs_s: Mapping[str, Sequence[np.ndarray]]


@dataclass(frozen=True, slots=True)
class Agreement:
    """One piece of work as both instruments see it, in seconds."""

    what: str
    timeline: Estimate
    ladder: Estimate
    #: Timeline less ladder of each launch, over launches: both saw the same mood of the machine.
    difference: Estimate

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
        return [stage for stage in self.stages if stage.on_path]

    @property
    def largest(self) -> list[Stage]:
        """The two stages of the way that cost most, over all messages."""
        return sorted(self.way, key=lambda stage: stage.mean.value * stage.share, reverse=True)[:2]


def explain(traces: Traces) -> Explanation:
    """Put everything that was measured together."""
    found = stages(traces.stamped, traces.detailed)
    ladder = climb(rungs_up_to(traces.channel), traces.rungs_s)
    perturbation = paired_ratio(traces.traced_s, traces.untraced_s)
    assert perturbation is not None
    return Explanation(
        traces=traces,
        whole=median_of_launches([float(np.median(blocks)) for blocks in traces.untraced_s]),
        stages=found,
        ladder=ladder,
        agreements=_agreements(traces, ladder),
        perturbation=perturbation,
        unaccounted_s=max(unaccounted_s(batch) for batch in traces.stamped),
    )


def _agreements(traces: Traces, ladder: Sequence[Step]) -> list[Agreement]:
    """Compare what both instruments can tell; a stage's median is taken of each launch, as a step's is."""
    found = []
    by_launch = [{stage.name: stage.p50.value for stage in stages([batch])} for batch in traces.stamped]
    for below, step in pairwise(ladder):
        names = COMMON.get(step.channel, ())
        if step.extra and names and all(any(name in launch for launch in by_launch) for name in names):
            sums = [sum(launch.get(name, 0.0) for name in names) for launch in by_launch]
            added = extras(traces.rungs_s[step.channel], traces.rungs_s[below.channel])
            apart = over_launches([ours - theirs for ours, theirs in zip(sums, added, strict=True)])
            found.append(Agreement(step.adds, over_launches(sums), step.extra, apart))
    return found


def median_whole_s(batch: Batch) -> float:
    """Return the median message's time from the call of send to the return of receive."""
    return float(np.median(whole_s(batch)))


def seconds_a_message(batch: Batch) -> float:
    """Return what each message took of a batch that went as fast as accepted."""
    called, received = batch["send called"]["wall"], batch["receive returned"]["wall"]
    return (received[-1] - called[0]) / len(called) / 1e9
