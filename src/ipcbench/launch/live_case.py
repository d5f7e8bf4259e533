"""One live case of a launch: its trials, and what they gave."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Protocol

import numpy as np

from ipcbench.errors import CaseError
from ipcbench.launch.catalogue import payload_traits, workload_traits
from ipcbench.launch.probe import Probe
from ipcbench.plan.case import Case
from ipcbench.probe.protocol.messages import TrialTimes
from ipcbench.statistics.estimates import batch_means
from ipcbench.words import TRAIL_MESSAGES

SHORTEST_TRIAL_DEADLINE_S = 10.0
#: Eleven days.
LONGEST_NS = 10**15
#: A calibrating trial is long enough once it lasts this long and a message takes about as long as in the one
#: before (within this factor): a stall in every batch is no message's time. After `LONGEST_CALIBRATING_S` it
#: is taken as it is.
CALIBRATED_S, ALIKE, LONGEST_CALIBRATING_S = 1e-3, 1.6, 0.1
#: Of so many trials the fastest counts; of those that outlast a disturbance one is enough.
CALIBRATING_TRIALS, UNDISTURBED_S = 3, 10e-3
MOST_CALIBRATING_MESSAGES = 1 << 20
#: Of so many in turn one comes at least, or the channel delivers nothing.
MOST_LOST_MESSAGES = 1 << 10
#: So often a trial is tried of which nothing comes, as where a receiver was long off its core.
MOST_BLANK_TRIALS = 10


class TimesOfEach(Protocol):
    """What keeps the times of single messages."""

    def add(self, each_ns: bytes) -> None:
        """Add native 64-bit nanoseconds."""


class Unkept:
    """Keeps none of them."""

    def add(self, each_ns: bytes) -> None:
        pass


UNKEPT = Unkept()


@dataclass
class LiveCase:
    """One case of a launch, with what its trials gave."""

    case: Case
    probe: Probe
    #: What keeps the times of single messages.
    each: TimesOfEach
    #: Whether it is compared with others of its launch; else it stands beside them (a raw loop, `null`).
    compared: bool = True
    #: Whether its interpreter compiles code while it runs, so that it becomes faster for a while.
    compiles: bool = False
    #: How long the run can wait for an answer, now.
    patience_s: Callable[[], float] = lambda: math.inf
    #: What is verified in its place, where verifying would change what is measured.
    twin: Probe | None = None
    #: Messages of each trial, and of the lead before it.
    messages: int = 0
    lead: int = 0
    seconds_per_message: float = 0.0
    #: The same, one figure for all that are compared and near one another: it decides warm-up and lead.
    pace_s: float = 0.0
    warmup_s: list[float] = field(default_factory=list)
    data: list[float] = field(default_factory=list)
    also_s: dict[str, list[float]] = field(default_factory=dict)
    #: Seconds that the first message of each trial's lead took, which met a pair that had paused.
    after_pause_s: list[float] = field(default_factory=list)
    #: Longer trials: messages, and seconds a message.
    longer: list[tuple[int, float]] = field(default_factory=list)
    costs: dict[str, dict[str, Any]] = field(default_factory=dict)
    backlog: int | None = None
    #: How many of its trials' messages never came.
    lost: int = 0
    #: Trials of which nothing came: they have no time, and all their messages were lost.
    blank_trials: int = 0
    #: What its processes took of a core while nobody was asked for anything, where that was looked at.
    idle_share: float | None = None

    @cached_property
    def a_send(self) -> int:
        """How many messages go with each send: where a rate is told, it is one of messages."""
        counted = workload_traits(self.case.workload).payloads_moved
        return payload_traits(self.case.payload_kind).messages if counted else 1

    def whole(self, messages: int) -> int:
        """Return so many messages or, where they go several with each send, the few more that fill it."""
        return -(-messages // self.a_send) * self.a_send

    @property
    def untimed(self) -> int:
        """Messages of each trial that are not timed: its lead, and the trail that goes with it."""
        return (self.lead + TRAIL_MESSAGES) * self.a_send if self.lead else 0

    @property
    def means_s(self) -> np.ndarray:
        """Seconds a message of each trial, or of batches of trials that have few messages.

        Where no payloads follow one another, each stands for itself.
        """
        if not workload_traits(self.case.workload).payloads_moved:
            return np.array(self.data)
        return batch_means(self.data, self.messages)

    @property
    def slowdowns(self) -> list[str]:
        """What slows every message of its ends."""
        return list(dict.fromkeys(what for probe in self.probes for what in probe.slowdowns))

    @property
    def modules(self) -> dict[str, dict[str, Any]]:
        """Where the code came from that its ends run: file and version by module."""
        return {name: module for probe in self.probes for name, module in probe.modules.items()}

    @property
    def probes(self) -> list[Probe]:
        """What is measured and, where it has one, its twin."""
        return [self.probe, self.twin] if self.twin else [self.probe]

    @property
    def verified(self) -> Probe:
        """What shows that the channel delivers: its twin, or itself."""
        return self.probes[-1]

    @property
    def is_late(self) -> bool:
        """Whether an answer did not come in time."""
        return any(probe.is_late for probe in self.probes)

    def await_ready(self, deadline_s: float) -> None:
        """Wait until its ends run, and those of its twin."""
        for probe in self.probes:
            probe.await_ready(self.within(deadline_s))

    def run(self, messages: int, lead: int = 0) -> tuple[TrialTimes, bytes]:
        """Run a trial under a deadline that grows with what it should take; return times and each send's."""
        deadline_s = self._deadline_s(messages + lead * self.a_send)
        times, each_ns = self.probe.trial(messages // self.a_send, deadline_s, lead)
        shortest_ns = int(np.frombuffer(each_ns, dtype=np.int64).min(initial=times.elapsed_ns))
        # A message that no time passed for is one that a coarse clock has not seen.
        if (
            min(shortest_ns, times.after_pause_ns) < 0
            or not 0 < times.elapsed_ns + (times.messages == 1) <= LONGEST_NS
        ):
            raise CaseError(
                f"a trial of {messages} messages took {times.elapsed_ns} ns, the shortest of them "
                f"{shortest_ns} ns: no clock gives that"
            )
        return times, each_ns

    def learn_rough_s(self) -> float:
        """Learn roughly how long a message takes: four times as many until a trial is long enough.

        The fastest of a few trials counts: one disturbed message that took 1 ms would otherwise stand for
        all, and every later trial would be far too short.
        """
        messages, before_s = self.whole(1), 0.0
        while True:
            took_s = self._fastest_s(messages)
            if math.isinf(took_s):
                # A few that all were lost say nothing: of more, some come.
                messages *= 4
                continue
            each_s = took_s / messages
            alike = before_s / ALIKE <= each_s <= before_s * ALIKE
            if (
                (took_s >= CALIBRATED_S and alike)
                or took_s >= LONGEST_CALIBRATING_S
                or messages >= MOST_CALIBRATING_MESSAGES
            ):
                return float(max(1e-9, each_s))
            messages, before_s = messages * 4, each_s

    def _fastest_s(self, messages: int) -> float:
        """Return what the fastest of a few trials took; infinite where nothing came of any."""
        took_s = math.inf
        for _ in range(CALIBRATING_TRIALS):
            times, _ = self.run(messages)
            if self._came(times):
                took_s = min(took_s, times.took_ns / 1e9)
                if times.took_ns / 1e9 >= UNDISTURBED_S:
                    break
        if math.isinf(took_s) and messages >= MOST_LOST_MESSAGES:
            raise self._nothing_came(messages)
        return took_s

    def _timed(self, messages: int) -> tuple[TrialTimes, bytes, int]:
        """Run a trial that is timed, and return how many before it had no time, since nothing came of them.

        Raises CaseError where nothing comes of any.
        """
        for blank in range(MOST_BLANK_TRIALS):
            times, each_ns = self.run(messages, self.lead)
            if self._came(times):
                return times, each_ns, blank
        raise self._nothing_came(messages)

    @staticmethod
    def _came(times: TrialTimes) -> bool:
        """Whether at least one message of a trial came."""
        return times.lost < times.messages

    @staticmethod
    def _nothing_came(messages: int) -> CaseError:
        return CaseError(f"all of {messages} messages were lost")

    def fastest_trial_s(self, factor: int = 1) -> float:
        """Return what the fastest of a few trials takes, `factor` times as long, its lead left out."""
        messages = factor * self.messages
        return min(self._timed(messages)[0].elapsed_ns for _ in range(CALIBRATING_TRIALS)) / 1e9

    def measure(self) -> None:
        """Run one timed trial and keep what it gave."""
        times, each_ns, blank = self._timed(self.messages)
        self.blank_trials += blank
        self.data.append(times.elapsed_ns / 1e9 / self.messages)
        self.lost += times.lost * self.a_send
        self.each.add(each_ns)
        if times.after_pause_ns:
            self.after_pause_s.append(times.after_pause_ns / 1e9)
        for name, nanoseconds in times.also_ns.items():
            self.also_s.setdefault(name, []).append(nanoseconds / 1e9 / self.messages)

    def measure_longer(self, messages: int) -> None:
        """Run one timed trial of more messages and keep what one took."""
        times, _, _ = self._timed(messages)
        self.longer.append((messages, times.elapsed_ns / 1e9 / messages))

    def take_costs(self) -> None:
        """Keep what the trials since the last time have cost."""
        self.costs = self.probe.costs(self.within(SHORTEST_TRIAL_DEADLINE_S))

    def a_message(self, *costs: str) -> dict[str, float]:
        """Return what each end took of these costs together a message, by role, between the last two takings.

        All trials so far lie between those.
        """
        messages = max(1, len(self.data) * (self.messages + self.untimed))
        return {role: sum(used[cost] for cost in costs) / messages for role, used in self.costs.items()}

    def faults_a_message(self) -> dict[str, float]:
        """Return the page faults a message of each end, by role, as `a_message` does."""
        return self.a_message("minor_faults", "major_faults")

    def take_backlog(self) -> None:
        """Learn how far the sender gets ahead."""
        backlog = self.probe.backlog(self.messages // self.a_send, self._deadline_s(self.messages))
        self.backlog = None if backlog is None else backlog * self.a_send

    def _deadline_s(self, messages: int) -> float:
        return self.within(max(SHORTEST_TRIAL_DEADLINE_S, 50 * self.seconds_per_message * messages))

    def within(self, deadline_s: float) -> float:
        """Return a deadline that does not outlast the run."""
        return min(deadline_s, self.patience_s())
