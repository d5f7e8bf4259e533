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


class LivePairs:
    """One launch of one cell: a live pair for each arm, measured in turns."""

    def __init__(
        self,
        cell: Case,
        launchers: Launchers[Key],
        rng: random.Random,
        left_s: Callable[[], float] = lambda: math.inf,
    ) -> None:
        self._cell, self._launchers, self._rng = cell, launchers, rng
        # There is nothing to compare once fewer than two are left.
        self._set = LiveSet[arms.ArmLabel](rng, fewest=2, left_s=left_s)
        self._times: dict[arms.ArmLabel, RawTimes] = {}

    def __enter__(self) -> LivePairs:
        self._set.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, *rest: object) -> None:
        self._set.__exit__(kind, *rest)

    @property
    def failures(self) -> dict[arms.ArmLabel, str]:
        """Why an arm has left, by its label."""
        return self._set.failures

    def measure(self, targets: Sequence[ArmTarget], learnt: Learnt, fewest_messages: int = 1) -> None:
        """Launch in this order, verify, calibrate, warm up and run blocks, of so many messages or more.

        An arm that fails leaves.
        """
        with suppress(NothingLeft):
            self._measure(targets, learnt, fewest_messages)

    def _measure(self, targets: Sequence[ArmTarget], learnt: Learnt, fewest_messages: int) -> None:
        rough_s = learnt.rough_s
        known = {
            target.label: rough_s[key] for target in targets if (key := (self._cell, target.label)) in rough_s
        }
        again, seed = len(known) == len(targets), self._rng.getrandbits(32)
        for target in targets:
            self._times[target.label] = RawTimes()
            self._set.launch(
                target.label,
                partial(self._spec, target, seed),
                target.case(self._cell),
                self._times[target.label],
            )
        self._set.make_ready(again=again)
        self._require_alike(targets)
        self._set.calibrate(known)
        rough_s.update({(self._cell, label): seconds for label, seconds in known.items()})
        slowest_s = max(live.seconds_per_message for live in self._set.compared)
        brief = sizing.brief_trial_messages(
            slowest_s,
            self._cell.payload_bytes,
            overlapping=workload_traits(self._cell.workload).overlapping,
            single=fewest_messages > 1,
        )
        self._set.size(lambda _compared, _live: brief)
        self._set.warm_up()
        if not again:
            self._tell_restless()
        found = learnt.messages.setdefault(self._cell, [])
        if len(found) < LOOKS_AT_TRIALS:
            found.append(self._sustained_messages(brief))
        messages = max(found)
        self._set.size(lambda _compared, _live: messages)
        fewest = fewest_messages * max(live.a_send for live in self._set.compared)
        self._run_blocks(sizing.brief_blocks(messages, slowest_s, fewest))

    def _run_blocks(self, count: int) -> None:
        if self._counts_faults:
            self._set.take_costs()
        for _ in range(count):
            self._set.block()
        if self._counts_faults:
            self._set.take_costs()

    def _tell_restless(self) -> None:
        """Say of arms what the others' processes take from them while nobody asks those."""
        for label in self._set.look_idle():
            for other, live in self._set.started.items():
                if other != label:
                    live.disturbed_by.append(f"arm {label}, whose processes work between its trials")

    @property
    def _counts_faults(self) -> bool:
        """Whether messages are so large that their memory may be returned, so that the heap decides."""
        moved = workload_traits(self._cell.workload).payloads_moved
        return bool(moved) and self._cell.payload_bytes >= SMALLEST_KEPT_BYTES

    def faults(self, base: arms.ArmLabel, label: arms.ArmLabel) -> tuple[float, float] | None:
        """Return the page faults a message of two arms, of both ends together; None: not counted."""
        both = [self._set.started.get(each) for each in (base, label)]
        first, other = (sum(live.faults_a_message().values()) if live else None for live in both)
        return None if not self._counts_faults or first is None or other is None else (first, other)

    def _sustained_messages(self, brief: int) -> int:
        """Return how many messages a trial needs: more than a brief one has where it takes something once."""
        if workload_traits(self._cell.workload).whole_lives:
            return brief
        parts: list[tuple[float, float]] = []

        def look(live: LiveCase) -> None:
            trial_s = live.fastest_trial_s()
            factor = sizing.longer_by(max(sizing.LONGER_BY), trial_s)
            if factor > 1:
                parts.append(sizing.parts_of_a_trial(brief, trial_s, factor, live.fastest_trial_s(factor)))

        self._set.each(look)
        return sizing.sustained_messages(brief, parts)

    def _require_alike(self, targets: Sequence[ArmTarget]) -> None:
        """Give up each arm that is slowed by something else than the base is, unless an arm asked for it.

        Arms of other interpreters and environments ask for what these bring, which their launchers have too;
        what only comes with a channel's code nobody asked for.
        """
        by_label = {target.label: target for target in targets}
        # The base is the first arm, whichever is launched first.
        base = by_label[min(by_label)]
        usual = self.slowdowns(base.label)

        def require(label: arms.ArmLabel, live: LiveCase) -> None:
            target = by_label[label]
            apart = set(live.slowdowns) ^ set(usual)
            if target.runs_by(self._cell) != base.runs_by(self._cell):
                apart -= set(self._brought(target)) ^ set(self._brought(base))
            if apart:
                first = min(apart)
                which = f"arm {label}" if first in live.slowdowns else f"arm {base.label}"
                raise CaseError(
                    f"only {which} is slowed by {first}; accepted: what slows all arms, or an arm that "
                    "asks for it (env:NAME=VALUE, python=...)"
                )

        self._set.require(require)

    def _brought(self, target: ArmTarget) -> Sequence[str]:
        """Return what slows an arm before any channel is imported."""
        found: Sequence[str] = self._launchers.of(target.key(self._cell)).facts["slowdowns"]
        return found

    def modules(self, label: arms.ArmLabel) -> dict[str, dict[str, Any]]:
        """Where the code came from that an arm's ends run."""
        live = self._set.started.get(label)
        return live.modules if live else {}

    def slowdowns(self, label: arms.ArmLabel) -> list[str]:
        """Return what slows every message of an arm; nothing where it did not start."""
        live = self._set.started.get(label)
        return live.slowdowns if live else []

    def seconds(self, label: arms.ArmLabel) -> np.ndarray:
        """Return an arm's seconds a message, by block or by batches of blocks that have few messages."""
        return self._set.started[label].means_s

    def each_ns(self, label: arms.ArmLabel) -> np.ndarray:
        """Return the times of an arm's single messages, in nanoseconds."""
        return self._times[label].nanoseconds()

    def _spec(self, target: ArmTarget, seed: int) -> tuple[Launcher, ProbeSpec]:
        launcher = self._launchers.of(target.key(self._cell))
        try:
            return launcher, probe_spec(target.case(self._cell), launcher, seed)
        except UsageError as error:
            raise CaseError(str(error)) from error
