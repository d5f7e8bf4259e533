"""The plan of a run: which groups, in which order, from which seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ipcbench.plan.case import USUAL_HEAP, Case, Group
from ipcbench.plan.units import parse_sizes

MIN_PASSES = 5
DEFAULT_CHANNELS = "pipe,duplex-pipe,queue"
DEFAULT_WORKLOADS = "stream,ping-pong"
#: How long a run measures unless told otherwise, for each of its groups.
SECONDS_PER_GROUP = 11.5
#: How narrow the intervals of a group are to be, as a share, unless told otherwise.
PRECISION = 0.05

#: Returns the cases that a case needs beside it to be judged: its loop, `null`, itself with memory kept.
Companions = Callable[[Case], Sequence[Case]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides what a run does, but for the machine's speed."""

    groups: tuple[Group, ...]
    seed: int
    #: How often every group is launched; after that, only those that are not precise enough.
    passes: int
    max_time_s: float
    #: Half-width, as a share, at which a group's intervals are narrow enough.
    precision: float

    def pass_order(self, number: int) -> list[Group]:
        """Return the groups in this pass's random order: no group meets only the good minutes."""
        groups = list(self.groups)
        self.rng("pass", number).shuffle(groups)
        return groups

    def rng(self, *where: object) -> random.Random:
        """Return the random source for one place in the run; the same seed gives the same orders."""
        return random.Random(f"{self.seed}/" + "/".join(map(str, where)))

    def without(self, unwanted: Callable[[Case], bool]) -> Plan:
        """Return this plan less the unwanted of those cases that nobody asked for."""
        groups = (
            replace(group, cases=tuple(c for c in group.cases if c in group.asked or not unwanted(c)))
            for group in self.groups
        )
        return replace(self, groups=tuple(groups))


@dataclass(frozen=True, slots=True)
class Axes:
    """What a user asks for: the matrix is every combination."""

    channels: Sequence[str]
    workloads: Sequence[str]
    start_methods: Sequence[str]
    placements: Sequence[str]
    pythons: Sequence[str]
    heaps: Sequence[str] = (USUAL_HEAP,)
    holds: Sequence[bool] = (True,)
    #: None: each workload's own, as `default_sizes` says by its name.
    sizes: Sequence[int] | None = None
    default_sizes: Callable[[str], str] = lambda _workload: "64"

    def cases(self) -> list[Case]:
        """Return every combination, channels varying fastest: cases that are compared stand together."""
        return [
            Case(channel, workload, "bytes", size, start_method, placement, python, heap, holds)
            for python in self.pythons
            for start_method in self.start_methods
            for placement in self.placements
            for holds in self.holds
            for workload in self.workloads
            for size in self._sizes(workload)
            for heap in self.heaps
            for channel in self.channels
        ]

    def _sizes(self, workload: str) -> Sequence[int]:
        if self.sizes is not None:
            return self.sizes
        return parse_sizes(self.default_sizes(workload))


def make_plan(
    cases: Iterable[Case],
    companions: Companions,
    *,
    seed: int,
    max_time_s: float | None = None,
    precision: float | None = None,
    passes: int = MIN_PASSES,
) -> Plan:
    """Sort cases into groups, each with what it must be compared with; keeps the order of asking.

    Without `max_time_s` the run is given some seconds a group, without `precision` the usual one.
    """
    by_key: dict[Case, list[Case]] = {}
    for case in dict.fromkeys(cases):
        by_key.setdefault(case.group_key, []).append(case)
    groups = []
    for asked in by_key.values():
        added = dict.fromkeys(other for case in asked for other in companions(case))
        groups.append(Group(tuple(dict.fromkeys([*asked, *added])), frozenset(asked)))
    if max_time_s is None:
        max_time_s = SECONDS_PER_GROUP * len(groups)
    return Plan(tuple(groups), seed, passes, max_time_s, PRECISION if precision is None else precision)
