"""One launch of one cell of an `ab`: a live pair of processes for each arm, measured in turns."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from ipcbench.errors import CaseError, UsageError
from ipcbench.launch import sizing
from ipcbench.launch.catalogue import workload_traits
from ipcbench.launch.companions import SMALLEST_KEPT_BYTES
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.launchers import Launchers
from ipcbench.launch.live import LiveSet, NothingLeft
from ipcbench.launch.live_case import LiveCase
from ipcbench.launch.spec import probe_spec
from ipcbench.measure.ab.arm_targets import ArmTarget, Key
from ipcbench.plan import arms
from ipcbench.plan.case import Case
from ipcbench.probe.protocol.spec import ProbeSpec

#: What every trial takes once is looked for in so many launches: on a busy machine one may not show it.
LOOKS_AT_TRIALS = 3


class RawTimes:
    """Keeps the times of single messages as they are: for percentiles of one launch."""

    def __init__(self) -> None:
        self._batches: list[bytes] = []

    def add(self, each_ns: bytes) -> None:
        """Add native 64-bit nanoseconds."""
        self._batches.append(each_ns)

    def nanoseconds(self) -> np.ndarray:
        """Return all times of single messages so far, in the order of their trials."""
        return np.frombuffer(b"".join(self._batches), dtype=np.int64)


@dataclass
class Learnt:
    """What the first launches of a cell have learnt for the later ones."""

    #: Roughly how many seconds a message takes, by cell and arm.
    rough_s: dict[tuple[Case, arms.ArmLabel], float] = field(default_factory=dict)
    #: How many messages a trial needs, by cell, as each launch that looked found it.
    messages: dict[Case, list[int]] = field(default_factory=dict)
    #: What share of a core an arm's processes take while nobody asks them, where it is more than a little.
    alone: dict[tuple[Case, arms.ArmLabel], float] = field(default_factory=dict)


class LivePairs:
    """One launch of one cell: a live pair for each arm, measured in turns.

    An arm whose processes work between its trials would take time from the others: it is measured while no
    other is live, with as many messages and blocks.
    """

    def __init__(
        self,
        cell: Case,
        launchers: Launchers[Key],
        rng: random.Random,
        left_s: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self._cell, self._launchers, self._rng, self._left_s = cell, launchers, rng, left_s
        self._sets: list[LiveSet[arms.ArmLabel]] = []
        self._times: dict[arms.ArmLabel, RawTimes] = {}
        #: Messages of a trial, and blocks: the same for those that are measured by themselves.
        self._trials: tuple[int, int] | None = None

    @property
    def failures(self) -> dict[arms.ArmLabel, str]:
        """Why an arm has left, by its label."""
        return {label: why for each in self._sets for label, why in each.failures.items()}

    @property
    def _started(self) -> dict[arms.ArmLabel, LiveCase]:
        return {label: live for each in self._sets for label, live in each.started.items()}

    def measure(self, targets: Sequence[ArmTarget], learnt: Learnt, fewest_messages: int = 1) -> None:
        """Launch in this order, verify, calibrate, warm up and run blocks, of so many messages or more.

        An arm that fails leaves.
        """
        seed, waiting = self._rng.getrandbits(32), self._parts(targets, learnt)
        self._targets = {target.label: target for target in targets}
        # There is nothing to compare once fewer than two are left, of those that live together.
        fewest = max(1, 2 - sum(len(part) == 1 for part in waiting))
        while waiting:
            part = waiting.pop(0)
            live_set = LiveSet[arms.ArmLabel](self._rng, fewest if len(part) > 1 else 1, self._left_s)
            self._sets.append(live_set)
            with suppress(NothingLeft), live_set:
                self._measure(live_set, seed, part, learnt, fewest_messages)
            waiting += [[target] for target in part if len(part) > 1 and self._is_alone(target, learnt)]
        for live_set in self._sets:
            # What was measured before the base was there has not been held beside it.
            with suppress(NothingLeft):
                self._require_alike(live_set)

    def _is_alone(self, target: ArmTarget, learnt: Learnt) -> bool:
        return (self._cell, target.label) in learnt.alone

    def _parts(self, targets: Sequence[ArmTarget], learnt: Learnt) -> list[list[ArmTarget]]:
        """Return who is live together, in the order in which the first of each comes."""
        together = [target for target in targets if not self._is_alone(target, learnt)]
        parts = [[target] for target in targets if self._is_alone(target, learnt)]
        first = targets.index(together[0]) if together else 0
        before = sum(self._is_alone(target, learnt) for target in targets[:first])
        return [*parts[:before], *([together] if together else []), *parts[before:]]

    def _measure(
        self,
        live_set: LiveSet[arms.ArmLabel],
        seed: int,
        targets: Sequence[ArmTarget],
        learnt: Learnt,
        fewest_messages: int,
    ) -> None:
        rough_s = learnt.rough_s
        known = {
            target.label: rough_s[key] for target in targets if (key := (self._cell, target.label)) in rough_s
        }
        again = len(known) == len(targets)
        for target in targets:
            self._times[target.label] = RawTimes()
            live_set.launch(
                target.label,
                partial(self._spec, target, seed),
                target.case(self._cell),
                self._times[target.label],
            )
        live_set.make_ready(again=again)
        self._require_alike(live_set)
        live_set.calibrate(known)
        rough_s.update({(self._cell, label): seconds for label, seconds in known.items()})
        brief, slowest_s = self._brief(learnt, fewest_messages)
        live_set.size(lambda _compared, _live: brief)
        live_set.warm_up()
        if not again:
            self._send_restless_away(live_set, learnt)
        if not live_set.compared:
            return
        if self._trials is None:
            messages = self._sustained_messages(live_set, brief, learnt)
            fewest = fewest_messages * max(live.a_send for live in live_set.started.values())
            self._trials = messages, sizing.brief_blocks(messages, slowest_s, fewest)
        messages, blocks = self._trials
        live_set.size(lambda _compared, _live: messages)
        self._run_blocks(live_set, blocks)

    def _brief(self, learnt: Learnt, fewest_messages: int) -> tuple[int, float]:
        """Return the messages of a brief trial, and what one takes in the slowest arm, in seconds."""
        slowest_s = max(
            seconds
            for (cell, label), seconds in learnt.rough_s.items()
            if cell == self._cell and label in self._targets
        )
        brief = sizing.brief_trial_messages(
            slowest_s,
            self._cell.payload_bytes,
            overlapping=workload_traits(self._cell.workload).overlapping,
            single=fewest_messages > 1,
        )
        return brief, slowest_s

    def _run_blocks(self, live_set: LiveSet[arms.ArmLabel], count: int) -> None:
        if self._counts_faults:
            live_set.take_costs()
        for _ in range(count):
            live_set.block()
        if self._counts_faults:
            live_set.take_costs()

    def _send_restless_away(self, live_set: LiveSet[arms.ArmLabel], learnt: Learnt) -> None:
        """End those whose processes take time from the others while nobody asks them: they have own turns."""
        if len(live_set.compared) < 2:
            return
        for label in live_set.look_idle():
            learnt.alone[self._cell, label] = live_set.started[label].idle_share or 0.0
            live_set.dismiss(label)

    @property
    def _counts_faults(self) -> bool:
        """Whether messages are so large that their memory may be returned, so that the heap decides."""
        moved = workload_traits(self._cell.workload).payloads_moved
        return bool(moved) and self._cell.payload_bytes >= SMALLEST_KEPT_BYTES

    def faults(self, base: arms.ArmLabel, label: arms.ArmLabel) -> tuple[float, float] | None:
        """Return the page faults a message of two arms, of both ends together; None: not counted."""
        both = [self._started.get(each) for each in (base, label)]
        first, other = (sum(live.faults_a_message().values()) if live else None for live in both)
        return None if not self._counts_faults or first is None or other is None else (first, other)

    def _sustained_messages(self, live_set: LiveSet[arms.ArmLabel], brief: int, learnt: Learnt) -> int:
        """Return how many messages a trial needs: more than a brief one has where it takes something once."""
        found = learnt.messages.setdefault(self._cell, [])
        if len(found) < LOOKS_AT_TRIALS:
            found.append(self._looked_at(live_set, brief))
        return max(found)

    def _looked_at(self, live_set: LiveSet[arms.ArmLabel], brief: int) -> int:
        if workload_traits(self._cell.workload).whole_lives:
            return brief
        parts: list[tuple[float, float]] = []

        def look(live: LiveCase) -> None:
            trial_s = live.fastest_trial_s()
            factor = sizing.longer_by(max(sizing.LONGER_BY), trial_s)
            if factor > 1:
                parts.append(sizing.parts_of_a_trial(brief, trial_s, factor, live.fastest_trial_s(factor)))

        live_set.each(look)
        return sizing.sustained_messages(brief, parts)

    def _require_alike(self, live_set: LiveSet[arms.ArmLabel]) -> None:
        """Give up each arm of a set that is slowed by something else than the base, once that is started."""
        # The base is the first arm, whichever is launched first.
        base = self._targets[min(self._targets)]
        if base.label in self._started:
            live_set.require(lambda label, _: self._check_alike(self._targets[label], base))

    def _check_alike(self, target: ArmTarget, base: ArmTarget) -> None:
        """Raise CaseError where an arm is slowed by something else than the base is, and none asked for it.

        Arms of other interpreters and environments ask for what these bring, which their launchers have too;
        what only comes with a channel's code nobody asked for.
        """
        ours = self.slowdowns(target.label)
        apart = set(ours) ^ set(self.slowdowns(base.label))
        if target.runs_by(self._cell) != base.runs_by(self._cell):
            apart -= set(self._brought(target)) ^ set(self._brought(base))
        if apart:
            first = min(apart)
            which = f"arm {target.label}" if first in ours else f"arm {base.label}"
            raise CaseError(
                f"only {which} is slowed by {first}; accepted: what slows all arms, or an arm that "
                "asks for it (env:NAME=VALUE, python=...)"
            )

    def _brought(self, target: ArmTarget) -> Sequence[str]:
        """Return what slows an arm before any channel is imported."""
        found: Sequence[str] = self._launchers.of(target.key(self._cell)).facts["slowdowns"]
        return found

    def modules(self, label: arms.ArmLabel) -> dict[str, dict[str, Any]]:
        """Where the code came from that an arm's ends run."""
        live = self._started.get(label)
        return live.modules if live else {}

    def slowdowns(self, label: arms.ArmLabel) -> list[str]:
        """Return what slows every message of an arm; nothing where it did not start."""
        live = self._started.get(label)
        return live.slowdowns if live else []

    def seconds(self, label: arms.ArmLabel) -> np.ndarray:
        """Return an arm's seconds a message, by block or by batches of blocks that have few messages."""
        return self._started[label].means_s

    def each_ns(self, label: arms.ArmLabel) -> np.ndarray:
        """Return the times of an arm's single messages, in nanoseconds."""
        return self._times[label].nanoseconds()

    def _spec(self, target: ArmTarget, seed: int) -> tuple[Launcher, ProbeSpec]:
        launcher = self._launchers.of(target.key(self._cell))
        try:
            return launcher, probe_spec(target.case(self._cell), launcher, seed)
        except UsageError as error:
            raise CaseError(str(error)) from error
