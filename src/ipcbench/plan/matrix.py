"""The plan of a run: which groups, in which order, from which seed."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from ipcbench.plan.case import Case, Group

MIN_PASSES = 5
DEFAULT_SIZES = "64..16MiB"
DEFAULT_CHANNELS = ("pipe", "duplex-pipe", "queue")
DEFAULT_WORKLOADS = ("stream", "ping-pong")
DEFAULT_MAX_TIME_S = 105.0

#: Returns the channels that a channel needs beside it to be judged: its floor, `null`.
Companions = Callable[[Case], Sequence[str]]


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that decides what a run does, but for the machine's speed."""

    groups: tuple[Group, ...]
    seed: int
    passes: int
    max_time_s: float

    def pass_order(self, number: int) -> list[Group]:
        """Return the groups in this pass's random order: no group meets only the good minutes."""
        groups = list(self.groups)
        self.rng("pass", number).shuffle(groups)
        return groups

    def rng(self, *where: object) -> random.Random:
        """Return the random source for one place in the run; the same seed gives the same orders."""
        return random.Random(f"{self.seed}/" + "/".join(map(str, where)))


def make_plan(
    cases: Iterable[Case],
    companions: Companions,
    *,
    seed: int,
    max_time_s: float = DEFAULT_MAX_TIME_S,
    passes: int = MIN_PASSES,
) -> Plan:
    """Sort cases into groups, each with what it must be compared with; keeps the order of asking."""
    by_key: dict[Case, list[Case]] = {}
    for case in dict.fromkeys(cases):
        by_key.setdefault(case.group_key, []).append(case)
    groups = []
    for asked in by_key.values():
        added = dict.fromkeys(replace(case, channel=name) for case in asked for name in companions(case))
        groups.append(Group(tuple(dict.fromkeys([*asked, *added])), frozenset(asked)))
    return Plan(tuple(groups), seed, passes, max_time_s)
