"""Traces of one channel beside its untraced self and the ladder below it, all live, block by block."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from random import Random

import msgspec

from ipcbench.analysis.explanation import median_whole_s, seconds_a_message
from ipcbench.errors import CaseError
from ipcbench.launch.catalogue import channel_traits, is_stampable
from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live import LiveSet
from ipcbench.launch.live_case import LiveCase
from ipcbench.launch.possible import carries
from ipcbench.launch.spec import probe_spec
from ipcbench.launch.targets import Target, makers_of
from ipcbench.plan import defaults
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import name_parts
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.record.explanation import (
    CLOCK,
    DETAILED,
    UNTRACED,
    TracedCase,
    TracedLaunch,
    TraceLaunch,
    TracesRow,
    pack,
)
from ipcbench.record.journal import Journal
from ipcbench.record.schema import CaseRow, ModuleRow
from ipcbench.words import CALLED, WALL

BLOCKS, WARMUP_BLOCKS = 8, 2
DEADLINE_S = 10.0
#: How long a batch lasts, and within which numbers of messages it stays.
BATCH_S, FEWEST_MESSAGES, MOST_MESSAGES = 0.04, 8, 2000

#: A traced batch: nanoseconds by moment, clock and message.
Rows = Mapping[str, Mapping[str, "array[int]"]]


@dataclass(frozen=True)
class TracedChannel:
    """A channel that is measured beside the others, with stamps ("clock" or "detailed") or without ("")."""

    channel: str
    traced: str = ""


@dataclass(frozen=True)
class Pace:
    """Messages at an interval, or (0) each as soon as the one before is accepted."""

    interval_s: float

    def messages(self, payload_bytes: int) -> int:
        """Return how many make a batch: without an interval, about as many as 40 ms take at 1 GB/s."""
        each_s = self.interval_s or 10e-6 + payload_bytes * 1e-9
        return max(FEWEST_MESSAGES, min(MOST_MESSAGES, int(BATCH_S / each_s)))

    def sample(self, rows: Rows) -> float:
        """Return a batch's seconds a message: on the way when paced, else between arrivals."""
        return median_whole_s(rows) if self.interval_s else seconds_a_message(rows)


@dataclass(frozen=True)
class TracePlan:
    """Cases that are alike but for interpreter and settings, each launched so often."""

    cases: Sequence[Case]
    interpreters: Sequence[Interpreter]
    pace: Pace
    launches: int
    seed: int


def trace(plan: TracePlan, journal: Journal, on_progress: Callable[[int, int], None]) -> None:
    """Measure what explains each case, in about 30 s; `on_progress` hears of each launch, of how many."""
    makers, rng = makers_of(plan.cases, plan.interpreters), Random(plan.seed)
    for case in plan.cases:
        rungs = rungs_up_to(case.channel)
        journal.append(TracedCase(case=_row(case, plan.pace, rungs)))
        for number in range(plan.launches):
            on_progress(number, plan.launches)
            # Each launch is forked from a launcher of its own, whose luck is then in the interval.
            with makers[Target.of(case)]() as launcher:
                journal.append(_launch(launcher, case, plan.pace, _beside(case, rungs), rng))


def _beside(case: Case, rungs: Iterable[str]) -> list[TracedChannel]:
    stampable = [rung for rung in rungs if is_stampable(rung)]
    return [
        *(TracedChannel(rung) for rung in rungs),
        *(TracedChannel(rung, CLOCK) for rung in stampable),
        TracedChannel(case.channel, DETAILED),
    ]


def _row(case: Case, pace: Pace, rungs: Mapping[str, str]) -> TracesRow:
    return TracesRow(
        case=CaseRow.of(case),
        interval_s=pace.interval_s,
        conditions=_conditions(case),
        rungs=dict(rungs),
    )


def is_explainable(channel: str) -> bool:
    """Whether a channel's messages can be stamped on their way, and what it is made of is known."""
    return channel_traits(channel).below is not None and is_stampable(channel)


def rungs_up_to(channel: str) -> dict[str, str]:
    """Return the channels that a channel is made of, lowest first, itself last, with what each adds."""
    rungs: dict[str, str] = {}
    above: str | None = channel
    while above:
        traits = channel_traits(above)
        rungs[above] = traits.adds
        above = traits.below
    return dict(reversed(rungs.items()))


def _conditions(case: Case) -> str:
    conditions = name_parts(case, leave_out=("channel", "workload", "size", "python"))
    return ", ".join([*conditions, f"Python {case.python}"])


def _launch(
    launcher: Launcher, case: Case, pace: Pace, channels: list[TracedChannel], rng: Random
) -> TracedLaunch:
    """Return one launch of all of them, live side by side; raise CaseError where one fails."""
    messages, interval_ns = pace.messages(case.payload_bytes), round(pace.interval_s * 1e9)
    deadline_s = DEADLINE_S + 2 * messages * pace.interval_s
    batches: dict[TracedChannel, list[Rows]] = {each: [] for each in channels}
    seed = rng.getrandbits(32)
    with LiveSet[TracedChannel](rng, fewest=len(channels), left_s=lambda: DEADLINE_S) as live_set:
        for each in rng.sample(channels, len(channels)):
            own = _as(case, each.channel)
            live_set.launch(each, partial(_spec, launcher, own, seed, each.traced), own)
        live_set.make_ready(again=False)
        of = {id(live): each for each, live in live_set.started.items()}

        def keep(live: LiveCase) -> None:
            batches[of[id(live)]].append(live.probe.trace(messages, interval_ns, deadline_s))

        for _ in range(WARMUP_BLOCKS):
            live_set.each(lambda live: live.probe.trace(messages, interval_ns, deadline_s), shuffled=True)
        for _ in range(BLOCKS):
            live_set.each(keep, shuffled=True)
    for why in live_set.failures.values():
        raise CaseError(why)
    slowdowns = [what for live in live_set.started.values() for what in live.slowdowns]
    modules = {name: row for live in live_set.started.values() for name, row in live.modules.items()}
    return TracedLaunch(
        launch=_recorded(batches, pace),
        slowdowns=slowdowns,
        modules=msgspec.convert(modules, dict[str, ModuleRow]),
    )


def _as(case: Case, channel: str) -> Case:
    """Return a case of another rung: those that carry bytes are climbed with as many of them."""
    payload = case.payload_kind if carries(channel, case.payload_kind) else defaults.PAYLOAD
    return replace(case, channel=channel, payload_kind=payload)


def _recorded(batches: Mapping[TracedChannel, list[Rows]], pace: Pace) -> TraceLaunch:
    samples: dict[str, dict[str, list[float]]] = {}
    stamps: dict[str, dict[str, dict[str, dict[str, str]]]] = {}
    for each, rows in batches.items():
        samples.setdefault(each.traced or UNTRACED, {})[each.channel] = [pace.sample(one) for one in rows]
        if each.traced:
            stamps.setdefault(each.traced, {})[each.channel] = _packed(_joined(rows))
    return TraceLaunch(samples=samples, stamps=stamps)


def _packed(rows: Rows) -> dict[str, dict[str, str]]:
    return {
        moment: {clock: pack(stamps) for clock, stamps in clocks.items()} for moment, clocks in rows.items()
    }


def _spec(launcher: Launcher, case: Case, seed: int, traced: str) -> tuple[Launcher, ProbeSpec]:
    return launcher, replace(probe_spec(case, launcher, seed), traced=traced)


def _joined(batches: list[Rows]) -> Rows:
    """Return a launch's batches as one; a moment that some batch has none of is 0 there."""
    moments = {moment: list(rows) for batch in batches for moment, rows in batch.items()}
    joined: dict[str, dict[str, array[int]]] = {}
    for moment, clocks in moments.items():
        joined[moment] = {clock: array("q") for clock in clocks}
        for batch in batches:
            count = len(batch[CALLED][WALL])
            for clock in clocks:
                joined[moment][clock] += batch.get(moment, {}).get(clock) or array("q", bytes(8 * count))
    return joined
