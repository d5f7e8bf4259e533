"""One launch: live cases side by side, verified, sized, warmed up and measured block by block.

Every command that times messages launches here; what differs between them is passed in: which cases are
compared, how many of those must be left, how long trials are, and what keeps the times of single messages.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

from ipcbench.errors import IpcbenchError
from ipcbench.launch import sizing
from ipcbench.launch.launcher import Launcher, Probe
from ipcbench.plan.case import Case
from ipcbench.probe.setting import Setting
from ipcbench.probe.workloads import load_workload
from ipcbench.probe.workloads.contract import TRAIL_MESSAGES

READY_DEADLINE_S = 30.0
VERIFY_DEADLINE_S = 20.0
SHORTEST_TRIAL_DEADLINE_S = 10.0
#: So long after a run should have ended an answer may still come; what gives it has some seconds more to say
#: why there is none.
LONGEST_WAIT_S = 8.0
#: A calibrating trial is long enough once it lasts this long and a message takes about as long as in the one
#: before (within this factor): a stall in every batch is no message's time. Longer than the last: as it is.
CALIBRATED_S, ALIKE, LONGEST_CALIBRATING_S = 1e-3, 1.6, 0.1
#: So many, of which the fastest counts, as long as one takes less than a disturbance may.
CALIBRATING_TRIALS, UNDISTURBED_S = 3, 10e-3
MOST_CALIBRATING_MESSAGES = 1 << 20


class TimesOfEach(Protocol):
    """What keeps the times of single messages."""

    def add(self, each_ns: bytes) -> None:
        """Add native 64-bit nanoseconds."""


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
    #: Messages of each trial, and of the lead before it.
    messages: int = 0
    lead: int = 0
    seconds_per_message: float = 0.0
    warmup_s: list[float] = field(default_factory=list)
    data: list[float] = field(default_factory=list)
    also_s: dict[str, list[float]] = field(default_factory=dict)
    #: Seconds that the first message of each trial's lead took, which met a pair that had paused.
    after_pause_s: list[float] = field(default_factory=list)
    #: Longer trials: messages, and seconds a message.
    longer: list[tuple[int, float]] = field(default_factory=list)
    costs: dict[str, dict[str, Any]] = field(default_factory=dict)
    backlog: int | None = None

    @property
    def untimed(self) -> int:
        """Messages of each trial that are not timed: its lead, and the trail that goes with it."""
        return self.lead + TRAIL_MESSAGES if self.lead else 0

    @property
    def slowdowns(self) -> list[str]:
        """What slows every message of its ends."""
        return self.probe.slowdowns

    @property
    def modules(self) -> dict[str, dict[str, Any]]:
        """Where the code came from that its ends run: file and version by module."""
        reports = self.probe.self_reports.values()
        return {name: module for report in reports for name, module in report["modules"].items()}

    def run(self, messages: int, lead: int = 0) -> tuple[dict[str, Any], bytes]:
        """Run one trial under a deadline that grows with what it should take."""
        answer, each_ns = self.probe.trial(messages, self._deadline_s(messages + lead), lead)
        answer["took_s"] = answer["took_ns"] / 1e9
        return answer, each_ns

    def learn_rough_s(self) -> float:
        """Learn roughly how long a message takes: four times as many until a trial is long enough.

        The fastest of a few trials counts: one disturbed message that took 1 ms would otherwise stand for
        all, and every later trial would be far too short.
        """
        messages, before_s = 1, 0.0
        while True:
            took_s = self._fastest_s(messages)
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
        took_s = math.inf
        for _ in range(CALIBRATING_TRIALS):
            took_s = min(took_s, float(self.run(messages)[0]["took_s"]))
            if took_s >= UNDISTURBED_S:
                break
        return took_s

    def measure(self) -> None:
        """Run one timed trial and keep what it gave."""
        answer, each_ns = self.run(self.messages, self.lead)
        self.data.append(answer["elapsed_ns"] / 1e9 / self.messages)
        self.each.add(each_ns)
        if answer["after_pause_ns"]:
            self.after_pause_s.append(answer["after_pause_ns"] / 1e9)
        for name, nanoseconds in answer["also_ns"].items():
            self.also_s.setdefault(name, []).append(nanoseconds / 1e9 / self.messages)

    def measure_longer(self, messages: int) -> None:
        """Run one timed trial of more messages and keep what one took."""
        answer, _ = self.run(messages, self.lead)
        self.longer.append((messages, answer["elapsed_ns"] / 1e9 / messages))

    def take_costs(self) -> None:
        """Keep what the trials since the last time have cost."""
        self.costs = self.probe.costs(self.within(SHORTEST_TRIAL_DEADLINE_S))

    def take_backlog(self) -> None:
        """Learn how far the sender gets ahead."""
        self.backlog = self.probe.backlog(self.messages, self._deadline_s(self.messages))

    def _deadline_s(self, messages: int) -> float:
        return self.within(max(SHORTEST_TRIAL_DEADLINE_S, 50 * self.seconds_per_message * messages))

    def within(self, deadline_s: float) -> float:
        """Return a deadline that does not outlast the run."""
        return min(deadline_s, self.patience_s())


class NothingLeft(Exception):
    """Too few compared cases are left for a comparison."""


class LiveSet:
    """Cases that live at the same time, by label; ends and reaps them on leaving, whatever happens.

    A case that fails leaves and its error is kept; the others go on, as long as `fewest` of those that are
    compared are left: then the rest of the launch is skipped.
    """

    def __init__(
        self, rng: Random, fewest: int = 1, patience_s: Callable[[], float] = lambda: math.inf
    ) -> None:
        """Take random orders from `rng`; no answer is waited for longer than `patience_s()`."""
        self._rng, self._fewest, self._patience_s = rng, fewest, patience_s
        self._stack = ExitStack()
        self._alive: dict[str, LiveCase] = {}
        #: All that were started, those that failed later included.
        self.started: dict[str, LiveCase] = {}
        #: Why a case has left, by its label.
        self.failures: dict[str, str] = {}

    def __enter__(self) -> LiveSet:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        self._stack.close()
        return kind is NothingLeft

    @property
    def compared(self) -> list[LiveCase]:
        """Those that are compared and have not failed."""
        return [live for live in self._alive.values() if live.compared]

    def launch(
        self,
        label: str,
        launcher: Callable[[], tuple[Launcher, Setting]],
        case: Case,
        each: TimesOfEach,
        *,
        compared: bool = True,
    ) -> None:
        """Start a case; `launcher` says of which launcher and how, or raises what keeps it from starting."""
        with self._noting_failure(label):
            whose, setting = launcher()
            probe = whose.launch(setting)
            self._stack.callback(whose.end, [probe])
            self._alive[label] = self.started[label] = LiveCase(
                case, probe, each, compared, bool(whose.facts["compiles"]), self._patience_s
            )

    def make_ready(self, *, again: bool) -> None:
        """Wait for all, then have every channel show that it delivers each message once, in order and whole.

        Channels that have shown it in an earlier launch show it `again`, with fewer messages.
        """
        self._each(lambda live: live.probe.await_ready(live.within(READY_DEADLINE_S)))
        self._each(
            lambda live: live.probe.ask(
                "verify", verification_messages(live.case, again=again), live.within(VERIFY_DEADLINE_S)
            )
        )
        self._each(lambda live: _discard(live.probe.answer(live.within(VERIFY_DEADLINE_S))))

    def require(self, condition: Callable[[str, LiveCase], None]) -> None:
        """Let those go, by their labels, of which the condition raises a CaseError."""
        for label, live in list(self._alive.items()):
            with self._noting_failure(label):
                condition(label, live)
        self._drop_failed()

    def calibrate(self, rough_s: dict[str, float]) -> None:
        """Learn roughly how fast each is, where an earlier launch has not."""
        for label, live in list(self._alive.items()):
            with self._noting_failure(label):
                if label not in rough_s:
                    rough_s[label] = live.learn_rough_s()
                live.seconds_per_message = rough_s[label]
        self._drop_failed()

    def size(self, messages_of: Callable[[list[LiveCase], LiveCase], int]) -> None:
        """Fix the messages of each one's trials, given those that are compared; and of the lead before."""
        for live in self._alive.values():
            live.messages = messages_of(self.compared, live)
            if load_workload(live.case.workload).leads:
                live.lead = sizing.lead_messages(live.seconds_per_message)

    def warm_up(self) -> tuple[int, bool]:
        """Discard blocks until the compared are steady; return how many, and whether they became so.

        What lives for one message only is fresh each time: its verification was as much warming as there is.
        """
        if all(load_workload(live.case.workload).whole_lives for live in self._alive.values()):
            return 0, True

        def warm(live: LiveCase) -> None:
            messages = sizing.warmup_messages(live.messages, live.seconds_per_message)
            live.warmup_s.append(live.run(messages)[0]["took_s"])

        compiles = any(live.compiles for live in self.compared)
        most = sizing.MOST_COMPILING_BLOCKS if compiles else sizing.MOST_WARMUP_BLOCKS
        for blocks in range(1, most + 1):
            self._each(warm)
            times = {str(place): live.warmup_s for place, live in enumerate(self.compared)}
            # Of different start methods, the slowest to settle decides.
            methods = {live.case.start_method for live in self.compared}
            if all(sizing.is_warm(times, method, compiles=compiles) for method in methods):
                return blocks, True
        return most, False

    def block(self) -> float:
        """Run each one's trial once, in random order; return how long that took in seconds."""
        start_s = time.perf_counter()
        self._each(LiveCase.measure, shuffled=True)
        return time.perf_counter() - start_s

    def longer_block(self, factor: int) -> None:
        """Run a trial that is so many times as long, or half of that, and so on, of each compared one."""

        def measure(live: LiveCase) -> None:
            times = sizing.longer_by(factor, live.messages * live.seconds_per_message)
            if live.compared and times > 1:
                live.measure_longer(times * live.messages)

        self._each(measure, shuffled=True)

    def take_costs(self) -> None:
        """Ask every one what its trials have cost since the last time."""
        self._each(LiveCase.take_costs)

    def take_backlogs(self) -> None:
        """Ask the compared ones how far the sender gets ahead; costs a batch of each."""
        self._each(lambda live: live.take_backlog() if live.compared else None)

    def _each(self, action: Callable[[LiveCase], object], *, shuffled: bool = False) -> None:
        """Do it with every one; who fails leaves, the others go on."""
        order = list(self._alive.items())
        if shuffled:
            self._rng.shuffle(order)
        for label, live in order:
            with self._noting_failure(label):
                action(live)
        self._drop_failed()

    def _drop_failed(self) -> None:
        self._alive = {label: live for label, live in self._alive.items() if label not in self.failures}
        if len(self.compared) < self._fewest:
            raise NothingLeft

    @contextmanager
    def _noting_failure(self, label: str) -> Iterator[None]:
        try:
            yield
        except IpcbenchError as error:
            # A launcher that ended is the failure of each of its cases, too.
            self.failures[label] = str(error)


def _discard(_: object) -> None:
    """An answer that says no more than that it came."""


def verification_messages(case: Case, *, again: bool = False) -> int:
    """Return how many messages are checked before timing: about 4 MiB of them, 3 to 64; one whole life.

    Later launches of the same case check it `again`, with fewer of what is large.
    """
    if load_workload(case.workload).whole_lives:
        return 1
    return max(1 if again else 3, min(64, (4 << 20) // max(1, case.payload_bytes)))
