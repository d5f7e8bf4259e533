from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.plan.matrix import SECONDS_PER_GROUP, Plan, combinations, make_plan


def cases(default_sizes: Callable[[str], Sequence[int]] = lambda _: (), **asked: Sequence[Any]) -> list[Case]:
    usual = {each.name: each.parse(each.default) for each in COORDINATES if each.default is not None}
    usual |= {"channel": ["pipe", "queue"], "start_method": ["fork"], "placement": ["split"]}
    usual |= {"python": ["3.11.7"]}
    return combinations({**usual, **asked}, default_sizes)


def companions(case: Case) -> list[Case]:
    names = ["os-pipe", "null"] if case.channel == "pipe" else ["os-pipe"]
    return [replace(case, channel=name) for name in names]


def plan(seed: int = 1) -> Plan:
    return make_plan(cases(size=[64, 256]), companions, seed=seed)


def test_cases_that_differ_in_channel_only_form_a_group() -> None:
    names = [[case.channel for case in group.cases] for group in plan().groups]
    assert names == [["pipe", "queue", "os-pipe", "null"]] * 4


def test_companions_are_not_among_what_was_asked() -> None:
    group = plan().groups[0]
    assert {case.channel for case in group.asked} == {"pipe", "queue"}


def test_of_what_is_unwanted_only_companions_are_left_out() -> None:
    group = plan().without(lambda case: case.channel in ("null", "queue")).groups[0]
    assert [case.channel for case in group.cases] == ["pipe", "queue", "os-pipe"]
    assert {case.channel for case in group.asked} == {"pipe", "queue"}


def test_a_loop_that_was_asked_for_counts_as_asked() -> None:
    asked = cases(channel=["pipe", "os-pipe"], workload=["stream"], size=[64])
    (group,) = make_plan(asked, companions, seed=1).groups
    assert {case.channel for case in group.asked} == {"pipe", "os-pipe"}


def test_the_same_seed_gives_the_same_order_of_groups() -> None:
    assert [plan(7).pass_order(n) for n in range(5)] == [plan(7).pass_order(n) for n in range(5)]


def test_another_seed_gives_another_order() -> None:
    assert [plan(7).pass_order(n) for n in range(5)] != [plan(8).pass_order(n) for n in range(5)]


def test_every_pass_has_every_group_once() -> None:
    for number in range(5):
        assert sorted(g.name for g in plan().pass_order(number)) == sorted(g.name for g in plan().groups)


def test_a_run_is_given_time_by_its_groups() -> None:
    assert plan().max_time_s == 4 * SECONDS_PER_GROUP


def test_each_workload_has_its_own_sizes_unless_told_otherwise() -> None:
    own = {"stream": [64, 256], "handoff": [1]}
    found = cases(own.__getitem__, channel=["pipe"], workload=["handoff", "stream"])
    assert [(case.workload, case.payload_bytes) for case in found] == [
        ("handoff", 1),
        ("stream", 64),
        ("stream", 256),
    ]


def test_what_is_compared_stands_together_and_every_combination_is_there() -> None:
    found = cases(size=[64, 256], heap=["used", "kept"], placement=["split", "same"])
    assert len(set(found)) == 2 * 2 * 2 * 2 * 2
    keys = [case.group_key for case in found]
    assert all(len(set(keys[at : at + 4])) == 1 for at in range(0, len(keys), 4))
