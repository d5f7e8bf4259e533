"""Which group is launched next, under a clock that the test owns."""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from tests.support.cases import USUAL

from ipcbench.measure.run.budget import Budget
from ipcbench.measure.run.precision import FEWEST_TO_STOP, Precision
from ipcbench.measure.run.schedule import launches
from ipcbench.plan.case import Group
from ipcbench.plan.matrix import Plan
from ipcbench.statistics.estimates import case_estimate


def group(size: int, *channels: str) -> Group:
    cases = tuple(replace(USUAL, channel=name, payload_bytes=size) for name in channels)
    return Group(cases, frozenset(cases))


GROUPS = (group(64, "pipe", "queue"), group(1024, "pipe", "queue"))


class World:
    """A clock that each launch moves on, and what the test says of groups."""

    def __init__(self, max_time_s: float = 100.0) -> None:
        self.plan = Plan(GROUPS, seed=1, passes=3, max_time_s=max_time_s, precision=0.05)
        self.budget = Budget([each.name for each in GROUPS], passes=3, max_time_s=max_time_s)
        self.now_s = 0.0
        self.precise: set[Group] = set()
        self.narrow: set[Group] = set()
        self.lost: set[Group] = set()
        self.launched: list[tuple[int, Group]] = []

    def run(self, takes_s: Callable[[Group], float] = lambda _: 1.0, most: int = 1000) -> None:
        planned = launches(
            self.plan,
            self.budget,
            lambda: self.now_s,
            lambda group: group in self.lost,
            lambda group: group in self.narrow | self.precise,
            lambda group: group in self.precise,
        )
        for number, each in planned:
            self.launched.append((number, each))
            self.now_s += takes_s(each)
            self.budget.blocks(each.name, takes_s(each) / 2, takes_s(each) / 8, self.now_s)
            if len(self.launched) == most:
                return

    def count(self, each: Group) -> int:
        return sum(launched == each for _, launched in self.launched)


def test_every_group_is_launched_in_each_of_the_first_passes() -> None:
    world = World()
    world.precise = set(GROUPS)
    world.run()
    assert [number for number, _ in world.launched] == [0, 0, 1, 1, 2, 2]
    assert [world.count(each) for each in GROUPS] == [3, 3]


def test_then_only_groups_that_are_not_precise_cost_time() -> None:
    world = World(max_time_s=20)
    world.precise = {GROUPS[0]}
    world.run()
    assert world.count(GROUPS[0]) == 3
    assert world.count(GROUPS[1]) == 17


def test_narrow_groups_wait_until_no_wide_one_is_left() -> None:
    world = World(max_time_s=20)
    world.narrow = {GROUPS[0]}
    world.run()
    assert world.count(GROUPS[0]) == 3
    assert world.count(GROUPS[1]) == 17
    world = World(max_time_s=20)
    world.narrow = set(GROUPS)
    world.run()
    assert [world.count(each) for each in GROUPS] == [10, 10]


def test_groups_whose_launches_take_long_wait_until_the_others_have_had_as_much_time() -> None:
    world = World(max_time_s=30)
    slow, fast = GROUPS
    world.run(takes_s=lambda group: 4.0 if group == slow else 0.5)
    assert world.count(slow) - 3 == 2
    assert world.count(fast) - 3 == 17
    assert world.now_s == 30


def test_the_first_pass_is_whole_even_without_time() -> None:
    world = World(max_time_s=0.5)
    world.run()
    assert [number for number, _ in world.launched] == [0, 0]


def test_no_launch_begins_for_which_there_is_no_time() -> None:
    world = World(max_time_s=10)
    world.run()
    assert 9 <= world.now_s <= 10


def test_a_group_without_a_case_left_is_not_launched_again() -> None:
    world = World(max_time_s=10)
    world.lost = {GROUPS[0]}
    world.run()
    assert world.count(GROUPS[0]) == 0


def sampled(ratios: list[float], *, at_s: float = 10.0) -> Precision:
    """Return what is known when the queue took `ratios` times the pipe's time, launch by launch."""
    precision = Precision(0.05)
    for number, ratio in enumerate(ratios):
        precision.take(GROUPS[0].cases[0], number, number * at_s, [1.0, 1.0])
        precision.take(GROUPS[0].cases[1], number, number * at_s, [ratio, ratio])
    return precision


NARROW = [1.5, 1.51] * FEWEST_TO_STOP


def test_a_group_is_precise_when_all_its_ratios_are() -> None:
    assert sampled(NARROW).reached(GROUPS[0])
    assert not sampled([1.0, 2.0] * FEWEST_TO_STOP).reached(GROUPS[0])


def test_a_few_lucky_launches_are_not_enough() -> None:
    assert not sampled(NARROW[: FEWEST_TO_STOP - 1]).reached(GROUPS[0])
    assert sampled(NARROW[:FEWEST_TO_STOP]).reached(GROUPS[0])


def test_few_launches_can_be_narrow_already() -> None:
    assert sampled(NARROW[:5]).is_narrow(GROUPS[0])
    assert not sampled(NARROW[:4]).is_narrow(GROUPS[0])


def test_a_run_goes_on_until_launches_are_spread_over_time_and_every_figure_has_an_interval() -> None:
    """Every 1.3 s a launch: parts of 3 s begin every 3.9 s then, so that six times 3 s would be too few."""
    for count in range(FEWEST_TO_STOP, 20):
        found = sampled(([1.5, 1.51] * 10)[:count], at_s=1.3)
        own = case_estimate([np.array([1.0, 1.0])] * count, [1.3 * number for number in range(count)])
        assert own
        assert found.reached(GROUPS[0]) is (own.half_width is not None)
    assert found.reached(GROUPS[0])


def test_a_case_that_is_alone_is_judged_by_its_own_interval() -> None:
    lone = group(64, "pipe")
    precision = Precision(0.05)
    for number in range(FEWEST_TO_STOP):
        precision.take(lone.cases[0], number, 10.0 * number, [1.0 + number % 2 / 100])
    assert precision.reached(lone)
    (estimate,) = precision.estimates(lone).values()
    assert estimate is not None
    assert estimate.value == pytest.approx(1.005, rel=1e-3)


def test_where_the_reference_failed_ratios_are_to_the_first_case_left() -> None:
    three = group(64, "pipe", "queue", "duplex-pipe")
    precision = Precision(0.05)
    for number in range(6):
        for case, seconds in zip(three.cases, (1.0, 2.0, 3.0), strict=True):
            precision.take(case, number, 10.0 * number, [seconds])
    assert [case.channel for case in precision.estimates(three)] == ["queue", "duplex-pipe"]
    (left,) = precision.estimates(three, {three.cases[0]}).values()
    assert left is not None
    assert left.value == pytest.approx(1.5)


def test_what_was_never_measured_is_not_precise() -> None:
    assert not Precision(0.05).reached(GROUPS[0])
