"""The plan of a run: which groups, in which order, from which seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from typing import Any

from ipcbench.errors import UsageError
from ipcbench.plan.case import Case, Group
from ipcbench.plan.coordinates import COORDINATES

MIN_PASSES = 5
#: How long a run measures unless told otherwise, for each of its groups.
SECONDS_PER_GROUP = 11.5
#: How narrow the intervals of a group are to be, as a share, unless told otherwise.
PRECISION = 0.05

#: Of a run, of one case, of all cases of a run: what is stored is read again, and more launches make no
#: interval better.
MOST_CASES, MOST_LAUNCHES, MOST_LAUNCHES_OF_ALL = 2_000, 5_000, 20_000

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
    #: Why cases that were asked for are not in it, by their names.
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def most_passes(self) -> int:
        """How many passes there are at most: a record holds no more launches."""
        cases = sum(len(group.cases) for group in self.groups)
        return min(MOST_LAUNCHES, MOST_LAUNCHES_OF_ALL // max(1, cases))

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


def combinations(
    values: Mapping[str, Sequence[Any]], default_sizes: Callable[[str], Sequence[int]]
) -> list[Case]:
    """Return every combination of the values of all coordinates, by name; those that are compared together.

    Where there are no sizes, each workload has its own: those of `default_sizes`.
    """
    slow = [each for each in COORDINATES if not each.is_compared and each.name != "size"]
    fast = [each for each in COORDINATES if each.is_compared]
    found = []
    for outer in product(*(values[each.name] for each in reversed(slow))):
        fixed = {each.field: value for each, value in zip(reversed(slow), outer, strict=True)}
        for size in values.get("size") or default_sizes(fixed["workload"]):
            for inner in product(*(values[each.name] for each in reversed(fast))):
                compared = {each.field: value for each, value in zip(reversed(fast), inner, strict=True)}
                found.append(Case(**fixed, **compared, payload_bytes=size))
    return found


def make_plan(
    cases: Iterable[Case],
    companions: Companions,
    *,
    seed: int,
    max_time_s: float | None = None,
    precision: float | None = None,
) -> Plan:
    """Sort cases into groups, each with what it must be compared with; keeps the order of asking.

    Without `max_time_s` the run is given some seconds a group, without `precision` the usual one.
    """
    by_key: dict[tuple[object, ...], list[Case]] = {}
    for case in dict.fromkeys(cases):
        by_key.setdefault(case.group_key, []).append(case)
    groups = []
    for asked in by_key.values():
        added = dict.fromkeys(other for case in asked for other in companions(case))
        groups.append(Group(tuple(dict.fromkeys([*asked, *added])), frozenset(asked)))
    count = sum(len(group.cases) for group in groups)
    if count > MOST_CASES:
        raise UsageError(
            f"a run of {count:,} cases, with those beside the ones asked for; accepted: up to {MOST_CASES:,}"
        )
    if max_time_s is None:
        max_time_s = SECONDS_PER_GROUP * len(groups)
    return Plan(tuple(groups), seed, MIN_PASSES, max_time_s, PRECISION if precision is None else precision)
