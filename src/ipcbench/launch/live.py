"""One launch of a group: all its cases live, verified, warmed up, and measured block by block."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from random import Random
from types import TracebackType
from typing import Any

from ipcbench.errors import CaseError
from ipcbench.measure import sizing
from ipcbench.measure.catalogue import channel_class
from ipcbench.measure.launcher import Launcher, Probe
from ipcbench.plan.case import Case, Group
from ipcbench.probe.setting import Setting
from ipcbench.probe.workloads import load_workload
from ipcbench.record.latency import RoundTrips

READY_DEADLINE_S = 30.0
VERIFY_DEADLINE_S = 20.0
SHORTEST_TRIAL_DEADLINE_S = 10.0
#: A calibrating trial is long enough once it lasts this long.
CALIBRATED_S = 1e-3
CALIBRATING_TRIALS = 3
MOST_CALIBRATING_MESSAGES = 1 << 20


@dataclass
class Arm:
    """One case of a live group."""

    case: Case
    probe: Probe
    messages: int = 0
    seconds_per_message: float = 0.0
    warmup_s: list[float] = field(default_factory=list)
    data: list[float] = field(default_factory=list)
    also_s: dict[str, list[float]] = field(default_factory=dict)
    round_trips: RoundTrips = field(default_factory=RoundTrips)
    costs: dict[str, dict[str, Any]] = field(default_factory=dict)
    backlog: int | None = None

    def run(self, messages: int) -> tuple[dict[str, Any], bytes]:
        """Run one trial under a deadline that grows with what it should take."""
        answer, each_ns = self.probe.trial(messages, self._deadline_s(messages))
        answer["took_s"] = answer["took_ns"] / 1e9
        return answer, each_ns

    def learn_rough_s(self) -> float:
        """Learn roughly how long a message takes: four times as many until 1 ms is reached.

        The fastest of a few trials counts: one disturbed message that took 1 ms would otherwise stand for
        all, and every later trial would be far too short.
        """
        messages = 1
        while True:
            took_s = min(self.run(messages)[0]["took_s"] for _ in range(CALIBRATING_TRIALS))
            if took_s >= CALIBRATED_S or messages >= MOST_CALIBRATING_MESSAGES:
                return float(max(1e-9, took_s / messages))
            messages *= 4

    def measure(self) -> None:
        """Run one timed trial and keep what it gave."""
        answer, each_ns = self.run(self.messages)
        self.data.append(answer["elapsed_ns"] / 1e9 / self.messages)
        self.round_trips.add(each_ns)
        for name, nanoseconds in answer["also_ns"].items():
            self.also_s.setdefault(name, []).append(nanoseconds / 1e9 / self.messages)

    def take_costs(self) -> None:
        """Keep what the trials since the last time have cost."""
        self.costs = self.probe.costs(SHORTEST_TRIAL_DEADLINE_S)

    def take_backlog(self) -> None:
        """Learn how far the sender gets ahead."""
        self.backlog = self.probe.backlog(self.messages, self._deadline_s(self.messages))

    def _deadline_s(self, messages: int) -> float:
        return max(SHORTEST_TRIAL_DEADLINE_S, 50 * self.seconds_per_message * messages)


class NothingLeft(Exception):
    """No asked case of the group is left; what remains are floors with nothing to compare to."""


class LiveGroup:
    """A group's probes side by side; ends and reaps them on leaving, whatever happens."""

    def __init__(self, launcher: Launcher, group: Group, rng: Random) -> None:
        self._launcher, self._group, self._rng = launcher, group, rng
        #: All arms that were started, and those of them that have not failed.
        self.started: list[Arm] = []
        self._arms: list[Arm] = []
        self._probes: list[Probe] = []
        self.failures: dict[Case, str] = {}

    def __enter__(self) -> LiveGroup:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self._launcher.end(self._probes)
        return kind is NothingLeft

    def launch(self, cases: list[Case], settings: dict[Case, Setting]) -> None:
        """Start the probes in random order: the one that is created first has its own luck."""
        for case in self._rng.sample(cases, len(cases)):
            with self._noting_failure(case):
                probe = self._launcher.launch(settings[case])
                self._probes.append(probe)
                self.started.append(Arm(case, probe))
        self._arms = list(self.started)
        self._each(lambda arm: arm.probe.await_ready(READY_DEADLINE_S))

    def verify(self, messages: int) -> None:
        """Have every channel show that it delivers each message once, in order and whole."""
        self._each(lambda arm: arm.probe.ask("verify", messages, VERIFY_DEADLINE_S))
        self._each(lambda arm: _discard(arm.probe.answer(VERIFY_DEADLINE_S)))

    def calibrate(self, rough_s: dict[Case, float]) -> None:
        """Learn roughly how fast each arm is, where an earlier launch has not."""

        def learn(arm: Arm) -> None:
            if arm.case not in rough_s:
                rough_s[arm.case] = arm.learn_rough_s()
            arm.seconds_per_message = rough_s[arm.case]

        self._each(learn)

    def size(self, trial_s: float) -> None:
        """Fix the messages of every arm's trials: one number for what is compared, more for floors."""
        common = sizing.messages_per_trial(
            [arm.seconds_per_message for arm in self._asked],
            trial_s,
            overlapping=load_workload(self._group.cases[0].workload).overlapping,
        )
        for arm in self._arms:
            arm.messages = common
            if arm.case not in self._group.asked and channel_class(arm.case.channel).traits.delivers:
                arm.messages = sizing.floor_messages(arm.seconds_per_message, common, trial_s)

    def warm_up(self) -> tuple[int, bool]:
        """Discard blocks until the arms are steady; return how many, and whether they became so."""

        def warm(arm: Arm) -> None:
            messages = sizing.warmup_messages(arm.messages, arm.seconds_per_message)
            arm.warmup_s.append(arm.run(messages)[0]["took_s"])

        for blocks in range(1, sizing.MOST_WARMUP_BLOCKS + 1):
            self._each(warm)
            times = {arm.case.name: arm.warmup_s for arm in self._asked}
            if sizing.is_warm(times, self._group.cases[0].start_method):
                return blocks, True
        return sizing.MOST_WARMUP_BLOCKS, False

    def block(self) -> float:
        """Run each arm's trial once, in random order; return how long that took."""
        start_s = time.perf_counter()
        self._rng.shuffle(self._arms)
        self._each(Arm.measure)
        return time.perf_counter() - start_s

    def take_costs(self) -> None:
        """Ask every arm what its trials have cost since the last time."""
        self._each(Arm.take_costs)

    def take_backlogs(self) -> None:
        """Ask the compared arms how far the sender gets ahead; costs a batch of each."""
        for arm in self._asked:
            with self._noting_failure(arm.case):
                arm.take_backlog()

    @property
    def _asked(self) -> list[Arm]:
        return [arm for arm in self._arms if arm.case in self._group.asked]

    def _each(self, action: Callable[[Arm], None]) -> None:
        """Do it with every arm; one that fails leaves the group, the others go on."""
        for arm in list(self._arms):
            with self._noting_failure(arm.case):
                action(arm)
        self._arms = [arm for arm in self._arms if arm.case not in self.failures]
        if not self._asked:
            raise NothingLeft

    @contextmanager
    def _noting_failure(self, case: Case) -> Iterator[None]:
        try:
            yield
        except CaseError as error:
            self.failures[case] = f"{case.name}: {error}"


def _discard(_: object) -> None:
    """An answer that says no more than that it came."""


def verification_messages(case: Case, *, again: bool = False) -> int:
    """Return how many messages are checked before timing: about 4 MiB of them, 3 to 64; one whole life.

    Later launches of the same case check it `again`, with fewer of what is large.
    """
    if load_workload(case.workload).whole_lives:
        return 1
    return max(1 if again else 3, min(64, (4 << 20) // max(1, case.payload_bytes)))
