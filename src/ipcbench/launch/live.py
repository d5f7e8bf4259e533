"""One launch: live cases side by side, verified, sized, warmed up and measured block by block.

Every command that times messages launches here; what differs between them is passed in: which cases are
compared, how many of those must be left, how long trials are, and what keeps the times of single messages.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Hashable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from random import Random
from typing import Generic, Self, TypeVar

from ipcbench.errors import CaseError, IpcbenchError
from ipcbench.launch import sizing
from ipcbench.launch.catalogue import channel_traits, workload_traits
from ipcbench.launch.idle import MOST_SHARE, idle_shares
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live_case import UNKEPT, LiveCase, TimesOfEach
from ipcbench.launch.possible import bytes_a_send
from ipcbench.launch.probe import SHORTEST_WAIT_S, Probe
from ipcbench.launch.spec import probe_spec
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import FRESH, USUAL_HEAP
from ipcbench.probe.protocol.messages import Verify
from ipcbench.probe.protocol.spec import ProbeSpec

READY_DEADLINE_S = 30.0
VERIFY_DEADLINE_S = 20.0
#: So long after a run should have ended an answer may still come; what gives it has some seconds more to say
#: why there is none.
LONGEST_WAIT_S = 6.0


class NothingLeft(Exception):
    """Too few compared cases are left for a comparison."""


#: What its user tells cases of a set apart by: a case, or an arm's label.
Label = TypeVar("Label", bound=Hashable)


class LiveSet(Generic[Label]):
    """Cases that live at the same time, by label; ends and reaps them on leaving, whatever happens.

    A case that fails leaves and its error is kept; the others go on, as long as `fewest` of those that are
    compared are left: then the rest of the launch is skipped.
    """

    def __init__(self, rng: Random, fewest: int = 1, left_s: Callable[[], float] = lambda: math.inf) -> None:
        """Take random orders from `rng`; `left_s` says how much of the time to measure is left."""
        self._rng, self._fewest, self._left_s = rng, fewest, left_s
        self._stack, self._twins = ExitStack(), ExitStack()
        self._alive: dict[Label, LiveCase] = {}
        self._ends: dict[Label, Callable[[], None]] = {}
        #: All that were started, those that failed later included.
        self.started: dict[Label, LiveCase] = {}
        #: Why a case has left, by its label.
        self.failures: dict[Label, str] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> bool:
        with self._stack:
            self._twins.close()
        return kind is NothingLeft

    def _patience_s(self) -> float:
        """Return how long an answer is worth waiting for.

        The first pass is whole, however long it takes; but once the time is up and one has not answered, the
        others may be stopped, too, and cannot each be waited for.
        """
        is_late = any(live.is_late for live in self.started.values())
        return max(SHORTEST_WAIT_S if is_late else LONGEST_WAIT_S, self._left_s() + LONGEST_WAIT_S)

    @property
    def compared(self) -> list[LiveCase]:
        """Those that are compared and have not failed."""
        return [live for live in self._alive.values() if live.compared]

    def launch(
        self,
        label: Label,
        launcher: Callable[[], tuple[Launcher, ProbeSpec]],
        case: Case,
        each: TimesOfEach = UNKEPT,
        *,
        compared: bool = True,
    ) -> None:
        """Start a case; `launcher` says of which launcher and how, or raises what keeps it from starting."""
        with self._noting_failure(label):
            whose, spec = launcher()
            probe, self._ends[label] = _started(whose, spec, self._stack)
            self._alive[label] = self.started[label] = live = LiveCase(
                case, probe, each, compared, bool(whose.facts["jit_enabled"]), self._patience_s
            )
            if case.heap == FRESH and not workload_traits(case.workload).whole_lives:
                # Numbered messages free what no message frees later: that heap would be another one.
                live.twin, _ = _started(whose, replace(spec, heap=USUAL_HEAP), self._twins)

    def make_ready(self, *, again: bool) -> None:
        """Wait for all, then have every channel show that it delivers each message once, in order and whole.

        Channels that have shown it in an earlier launch show it `again`, with fewer messages.
        """
        self.each(lambda live: live.await_ready(READY_DEADLINE_S))
        self.each(
            lambda live: live.verified.ask(
                Verify(verification_messages(live.case, again=again), live.within(VERIFY_DEADLINE_S))
            )
        )
        self.each(lambda live: live.verified.await_verified(live.within(VERIFY_DEADLINE_S)))
        self._twins.close()

    def require(self, condition: Callable[[Label, LiveCase], None]) -> None:
        """Let those go, by their labels, of which the condition raises a CaseError."""
        for label, live in list(self._alive.items()):
            with self._noting_failure(label):
                condition(label, live)
        self._drop_failed()

    def calibrate(self, rough_s: dict[Label, float]) -> None:
        """Learn roughly how fast each is, where an earlier launch has not."""
        for label, live in list(self._alive.items()):
            with self._noting_failure(label):
                if label not in rough_s:
                    rough_s[label] = live.learn_rough_s()
                live.seconds_per_message = live.pace_s = rough_s[label]
        self._drop_failed()
        paces = sizing.shared_paces([live.seconds_per_message for live in self.compared])
        for live, pace_s in zip(self.compared, paces, strict=True):
            live.pace_s = pace_s

    def size(self, messages_of: Callable[[list[LiveCase], LiveCase], int]) -> None:
        """Fix the messages of each one's trials, given those that are compared; and of the lead before."""
        for live in self._alive.values():
            live.messages = live.whole(messages_of(self.compared, live))
            if workload_traits(live.case.workload).leads:
                live.lead = sizing.lead_messages(live.pace_s)

    def warm_up(self) -> tuple[int, bool]:
        """Discard blocks until the compared are steady; return how many, and whether they became so.

        What lives for one message only is fresh each time: its verification was as much warming as there is.
        """
        if all(workload_traits(live.case.workload).whole_lives for live in self._alive.values()):
            return 0, True

        def warm(live: LiveCase) -> None:
            messages = sizing.warmup_messages(live.messages, live.pace_s)
            live.warmup_s.append(live.run(live.whole(messages))[0].took_ns / 1e9)

        compiles = any(live.compiles for live in self.compared)
        most = sizing.MOST_COMPILING_BLOCKS if compiles else sizing.MOST_WARMUP_BLOCKS
        for blocks in range(1, most + 1):
            self.each(warm)
            times = {str(place): live.warmup_s for place, live in enumerate(self.compared)}
            # Of different start methods, the slowest to settle decides.
            methods = {live.case.start_method for live in self.compared}
            if all(sizing.is_warm(times, method, compiles=compiles) for method in methods):
                return blocks, True
        return most, False

    def look_idle(self) -> list[Label]:
        """Leave all in peace for a moment; return those whose processes take time from the others even so."""
        shares = idle_shares([live.probe.process for live in self._alive.values()])
        for live in self._alive.values():
            live.idle_share = shares.get(live.probe.process)
        return [label for label, live in self._alive.items() if (live.idle_share or 0.0) > MOST_SHARE]

    def dismiss(self, label: Label) -> None:
        """End a case as if it had not been started: it is measured otherwise, and not waited for here."""
        self._fewest = max(1, self._fewest - 1)
        del self._alive[label], self.started[label]
        self._ends.pop(label)()

    def block(self) -> float:
        """Run each one's trial once, in random order; return how long that took in seconds."""
        start_s = time.perf_counter()
        self.each(LiveCase.measure, shuffled=True)
        return time.perf_counter() - start_s

    def longer_block(self, factor: int) -> None:
        """Run a trial that is `factor` times as long, or less where that takes too long, of each compared."""

        def measure(live: LiveCase) -> None:
            times = sizing.longer_by(factor, live.messages * live.seconds_per_message)
            if live.compared and times > 1:
                live.measure_longer(times * live.messages)

        self.each(measure, shuffled=True)

    def take_costs(self) -> None:
        """Ask every one what its trials have cost since the last time."""
        self.each(LiveCase.take_costs)

    def take_backlogs(self) -> None:
        """Ask the compared ones how far the sender gets ahead; costs a batch of each."""
        self.each(lambda live: live.take_backlog() if live.compared else None)

    def each(self, action: Callable[[LiveCase], object], *, shuffled: bool = False) -> None:
        """Do it with every one; who fails leaves, the others go on."""
        order = list(self._alive.items())
        if shuffled:
            self._rng.shuffle(order)
        for label, live in order:
            with self._noting_failure(label):
                action(live)
            if live.is_late:
                # The others may be stopped as well, and are not waited for where too few are left without it.
                self._drop_failed()
        self._drop_failed()

    def _drop_failed(self) -> None:
        self._alive = {label: live for label, live in self._alive.items() if label not in self.failures}
        if len(self.compared) < self._fewest:
            raise NothingLeft

    @contextmanager
    def _noting_failure(self, label: Label) -> Iterator[None]:
        try:
            yield
        except IpcbenchError as error:
            # A launcher that ended is the failure of each of its cases, too.
            late = label in self.started and self.started[label].is_late and self._left_s() <= 0
            self.failures[label] = f"{error}{'; the time to measure was over' if late else ''}"


@contextmanager
def verified_case(case: Case, launcher: Launcher, seed: int = 0) -> Iterator[LiveCase]:
    """Give one case that lives by itself and has shown that it delivers; end and reap it on leaving.

    Raises UsageError where the machine cannot run it, CaseError where it fails.
    """
    spec = probe_spec(case, launcher, seed)
    with LiveSet[Case](Random(seed)) as live_set:
        live_set.launch(case, lambda: (launcher, spec), case)
        with suppress(NothingLeft):
            live_set.make_ready(again=False)
        for why in live_set.failures.values():
            raise CaseError(why)
        yield live_set.started[case]


def trial_messages(compared: Sequence[LiveCase], live: LiveCase, *, trial_s: float = sizing.TRIAL_S) -> int:
    """Return the messages of a trial that describes: one number for what is near, more for a loop."""
    workload = workload_traits(live.case.workload)
    if workload.leads:
        trial_s = max(trial_s, sizing.SINGLE_TRIAL_S)
    # As many messages as what it is compared with, if that is about as fast: a Pipe's trial with as few as
    # fit for a server would be all over before it has begun.
    near = [each for each in compared if each.pace_s == live.pace_s] or compared
    common = sizing.messages_per_trial(
        [each.seconds_per_message for each in near],
        live.case.payload_bytes,
        trial_s,
        overlapping=workload.overlapping,
    )
    is_loop = live.case.channel not in {each.case.channel for each in compared}
    if is_loop and channel_traits(live.case.channel).delivers:
        return sizing.loop_messages(live.seconds_per_message, common, trial_s)
    return common


def _started(whose: Launcher, spec: ProbeSpec, stack: ExitStack) -> tuple[Probe, Callable[[], None]]:
    """Return a probe that the stack ends, and what ends it before."""
    probe, own = whose.launch(spec), ExitStack()
    own.callback(whose.end, [probe])
    stack.enter_context(own)
    return probe, own.close


def verification_messages(case: Case, *, again: bool = False) -> int:
    """Return how many messages are checked before timing: about 4 MiB of them, 3 to 64; one whole life.

    Later launches of the same case check it `again`, with fewer of what is large. Counted are sends.
    """
    if workload_traits(case.workload).whole_lives:
        return 1
    return max(1 if again else 3, min(64, (4 << 20) // max(1, bytes_a_send(case))))
