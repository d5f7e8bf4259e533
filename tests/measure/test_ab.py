"""Arms measured in turns, with real probes. What is compared differs grossly: nothing depends on speed."""

from __future__ import annotations

import itertools
import math
import os
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.conformance.interpreters import ALL
from tests.support.passes import AMPLE_S, ends_after
from tests.support.processes import alive, descendants
from tests.support.projects import CHANNEL, GROSS, write_channel

from ipcbench.commands.ab import ab, plan_ab
from ipcbench.errors import UsageError
from ipcbench.launch import sizing
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.launchers import Launchers
from ipcbench.launch.live_case import LiveCase
from ipcbench.launch.probe import Probe
from ipcbench.measure.ab.ab import Ab, OnProgress, Outcome
from ipcbench.measure.ab.arm_targets import ArmTarget, Key, launchers_of
from ipcbench.measure.ab.live_pairs import LivePairs
from ipcbench.plan.arms import parse_arms
from ipcbench.plan.case import Case
from ipcbench.probe.process.heap import is_managed
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.record.comparison import read_comparison
from ipcbench.record.store import Store
from ipcbench.statistics.decision import LOOKS, SequentialTest, Verdict

HERE = str(Path(__file__).parents[2])


@pytest.fixture(autouse=True)
def nothing_left() -> Iterator[None]:
    before = descendants(os.getpid())
    yield
    left = set(descendants(os.getpid())) - set(before)
    assert not alive(list(left))


def prepare(
    *arms: str,
    channel: str | None = None,
    workload: str = "stream",
    max_time_s: float = AMPLE_S,
    percentile: float | None = None,
    on_progress: OnProgress | None = None,
) -> Ab:
    texts = dict(zip("abcd", (arm.split() for arm in arms), strict=False))
    cells = {"channel": channel, "workload": workload, "size": "64", "placement": "same"}
    plan = plan_ab(parse_arms(texts), cells, percentile=percentile, max_time_s=max_time_s, seed=1)
    return Ab(plan, on_progress=on_progress)


def compare(*arms: str, channel: str | None = None, workload: str = "stream") -> list[Outcome]:
    return prepare(*arms, channel=channel, workload=workload).run()


class Endless(SequentialTest):
    @property
    def is_open(self) -> bool:
        return True


def verdicts(found: Sequence[Outcome]) -> list[Verdict | None]:
    return [one.decision.verdict if one.decision else None for one in found]


def test_a_gross_slowdown_of_ones_own_channel_is_found_at_the_first_look(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old, new = write_channel(tmp_path / "old"), write_channel(tmp_path / "new", burn=GROSS)
    monkeypatch.syspath_prepend(old)
    (found,) = compare(f"path={old}", f"path={new}", channel=CHANNEL)
    assert found.decision
    assert found.decision.verdict is Verdict.REGRESSED
    assert found.decision.launches == LOOKS[0]
    assert found.decision.ratio > 2
    (back,) = compare(f"path={new}", f"path={old}", channel=CHANNEL)
    assert back.decision
    assert back.decision.verdict is Verdict.IMPROVED
    sys.modules.pop("mychannel", None)


def test_a_stall_of_every_trial_does_not_make_arms_of_different_speed_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    # Ten times as long as what every trial takes once.
    monkeypatch.setattr(sizing, "LONGEST_SUSTAINED_S", 0.1)
    monkeypatch.setattr(sizing, "LONGEST_LONGER_S", 0.05)
    arms = (f"channel=tests.support.channels:{name}" for name in ("StallsBriefly", "StallsSlowly"))
    (found,) = prepare(*arms, on_progress=ends_after(5)).run()
    assert found.failure is None
    assert np.median(found.logs) > math.log(1.2)


def test_an_environment_reaches_the_probe(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    where = write_channel(tmp_path, burn="int(os.environ['BURN'])")
    monkeypatch.syspath_prepend(where)
    arms = [f"path={where} env:BURN={burn}" for burn in ("0", GROSS)]
    assert verdicts(compare(*arms, channel=CHANNEL)) == [Verdict.REGRESSED]
    sys.modules.pop("mychannel", None)


def test_a_switch_interval_is_set_at_both_ends() -> None:
    channel = "tests.support.channels:WantsSwitchInterval"
    (right,) = prepare("switch-interval=0.002", "switch-interval=0.002", channel=channel, max_time_s=0).run()
    assert right.failure is None
    (wrong,) = compare("switch-interval=0.002", "switch-interval=0.004", channel=channel)
    assert wrong.failure
    assert "0.004 at the" in wrong.failure


def test_an_arms_start_method_is_its_own_alone() -> None:
    asked = plan_ab(
        parse_arms({"a": ["start-method=spawn"], "b": ["switch-interval=0.001"]}),
        {"channel": "pipe", "workload": "stream", "size": "64", "placement": "same"},
    )
    assert [target.case(asked.cells[0]).start_method for target in asked.targets] == ["spawn", "fork"]


@pytest.mark.parametrize(
    ("how", "says"), [("ends", "the launcher ended: exit status 3"), ("exits", "needs another Python")]
)
def test_a_module_that_ends_a_launcher_fails_its_own_side_alone(how: str, says: str) -> None:
    arms = ["env:FRAGILE=no", f"env:FRAGILE={how}", "env:FRAGILE=never"]
    ab = prepare(*arms, channel="tests.support.fragile:Fragile", on_progress=ends_after(2))
    fragile, sound = ab.run()
    assert fragile.failure
    assert says in fragile.failure
    assert sound.failure is None
    assert len(sound.logs) == 2


def test_start_methods_are_arms_too() -> None:
    ab = prepare("start-method=fork", "start-method=spawn", channel="pipe", max_time_s=0)
    (found,) = ab.run()
    assert found.failure is None
    assert len(found.logs) == 1


def test_an_arm_that_fails_says_why_and_the_others_go_on() -> None:
    ours = "channel=tests.support.channels"
    unwilling, slow = compare("channel=pipe", f"{ours}:Unwilling", f"{ours}:Slow")
    assert unwilling.decision is None
    assert unwilling.failure
    assert "not today" in unwilling.failure
    assert slow.failure is None
    assert slow.decision
    assert slow.decision.launches >= LOOKS[0]


def test_a_base_that_fails_fails_every_comparison_with_it() -> None:
    (found,) = compare("channel=tests.support.channels:FailsLater", "channel=pipe")
    assert found.failure
    assert "boom" in found.failure


@pytest.mark.skipif(len(ALL) < 2, reason="there is one interpreter only")
def test_two_interpreters_are_compared() -> None:
    ab = prepare(f"python={ALL[0].executable}", f"python={ALL[1].executable}", channel="pipe", max_time_s=0)
    (found,) = ab.run()
    assert found.failure is None
    assert all(math.isfinite(log) for log in found.logs)


def test_a_path_without_the_channels_package_is_no_silent_pass(tmp_path: Path) -> None:
    (found,) = compare(f"path={tmp_path}", f"path={tmp_path}", channel="pipe")
    assert found.failure
    assert "multiprocessing was imported from" in found.failure
    assert "not from the arm's path; accepted: a path" in found.failure
    (tmp_path / "multiprocessing").mkdir()
    (bare,) = compare(f"path={tmp_path}", f"path={tmp_path}", channel="pipe")
    assert bare.failure, "a folder without __init__.py gives way to the installed package"
    (own,) = compare(f"path={tmp_path}", f"path={tmp_path}", channel="tests.support.channels:Mine")
    assert own.failure
    assert "tests.support.channels was imported from" in own.failure


def test_when_time_is_up_the_first_pass_is_whole_and_nothing_is_decided() -> None:
    ab = prepare("channel=pipe", "channel=queue", max_time_s=0, workload="stream,ping-pong")
    found = ab.run()
    assert [len(one.logs) for one in found] == [1, 1]
    assert verdicts(found) == [Verdict.INCONCLUSIVE] * 2
    assert all(one.decision and one.decision.wanted for one in found)


def test_what_was_measured_before_ctrl_c_is_kept() -> None:
    asked = plan_ab(
        parse_arms({"a": ["channel=pipe"], "b": ["channel=pipe"]}),
        {"workload": "stream", "size": "64", "placement": "same"},
    )
    ab = Ab(asked, on_progress=ends_after(3))
    (found,) = ab.run()
    assert ab.interrupted
    assert len(found.logs) == 3


def test_percentiles_of_single_messages_are_compared_where_enough_lie_beyond() -> None:
    arms = ["channel=pipe", "channel=queue"]
    (median,) = prepare(*arms, workload="ping-pong", max_time_s=0, percentile=50).run()
    assert median.failure is None
    (far,) = prepare(*arms, workload="ping-pong", max_time_s=0, percentile=99.9).run()
    assert far.failure is None
    with pytest.raises(UsageError, match="stream times no single messages; accepted: ping-pong"):
        prepare(*arms, max_time_s=0, percentile=50)


def test_sides_that_are_alike_get_launchers_of_their_own() -> None:
    asked = plan_ab(
        parse_arms({"a": ["channel=pipe"], "b": ["channel=pipe"]}),
        {"workload": "stream", "size": "64", "placement": "same"},
    )
    assert len({target.key(asked.cells[0]) for target in asked.targets}) == 2
    other = plan_ab(
        parse_arms({"a": ["channel=pipe"], "b": ["channel=queue"]}),
        {"workload": "stream", "size": "64", "placement": "same"},
    )
    assert len({target.key(other.cells[0]) for target in other.targets}) == 1


def test_all_sides_of_a_launch_have_the_same_heap(monkeypatch: pytest.MonkeyPatch) -> None:
    seeds: list[int] = []
    launch = Launcher.launch

    def noted(self: Launcher, spec: ProbeSpec) -> Probe:
        seeds.append(spec.seed)
        return launch(self, spec)

    monkeypatch.setattr(Launcher, "launch", noted)
    prepare("channel=pipe", "channel=pipe", on_progress=ends_after(3)).run()
    assert seeds[::2] == seeds[1::2]
    assert len(set(seeds)) == len(seeds) // 2 == 3


def test_both_sides_are_warmed_and_led_alike_whatever_the_first_launch_took_them_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rough, runs = itertools.cycle([2.6e-3, 4.9e-3]), Counter[tuple[str, int, int]]()
    run = LiveCase.run
    labels: dict[int, int] = {}

    def noted(self: LiveCase, messages: int, lead: int = 0) -> Any:
        runs[str(labels.setdefault(id(self), len(labels))), messages, lead] += 1
        return run(self, messages, lead)

    monkeypatch.setattr(LiveCase, "learn_rough_s", lambda _: next(rough))
    monkeypatch.setattr(LiveCase, "run", noted)
    prepare("channel=pipe", "channel=pipe", workload="ping-pong", on_progress=ends_after(1)).run()
    sides = [{key[1:]: count for key, count in runs.items() if key[0] == side} for side in "01"]
    assert sides[0] == sides[1] != {}
    assert {lead for _, lead in sides[0]} == {0, 4}


@pytest.mark.skipif(not is_managed(), reason="no glibc: nothing is said of its heap")
def test_what_is_faulted_in_for_large_messages_is_noted_for_either_side(tmp_path: Path) -> None:
    arms = parse_arms({"a": ["heap=returned"], "b": ["heap=kept"]})
    cells = {"channel": "duplex-pipe", "workload": "stream", "size": "1MiB", "placement": "same"}
    row = read_comparison(ab(plan_ab(arms, cells, max_time_s=0.1, seed=1), Store(tmp_path))).ipcbench.rows[0]
    assert len(row.faults) == len(row.logs) > 0
    # Of 256 pages a message.
    assert all(returned > 100 > 10 > kept for returned, kept in row.faults)


def test_every_side_is_first_as_often_as_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is started first, and whose pair is created first, is balanced after 6 passes as after 12."""
    started: list[str] = []

    def noted(targets: Sequence[ArmTarget], cells: Sequence[Case]) -> Launchers[Key]:
        started.append(targets[0].label)
        return launchers_of(targets, cells)

    monkeypatch.setattr("ipcbench.measure.ab.ab.launchers_of", noted)
    launched: list[str] = []

    def noted_too(_: LivePairs, targets: Sequence[ArmTarget], *_rest: object) -> None:
        launched.append(targets[0].label)

    monkeypatch.setattr(LivePairs, "measure", noted_too)
    monkeypatch.setattr(LivePairs, "seconds", lambda *_: np.ones(10))

    asked = plan_ab(
        parse_arms({"a": ["channel=null"], "b": ["channel=null"]}),
        {"workload": "stream", "size": "64", "placement": "same"},
        max_time_s=AMPLE_S,
    )
    Ab(asked, on_progress=ends_after(12), comparison=Endless).run()
    for passes in (6, 12):
        assert started[:passes].count("a") == launched[:passes].count("a") == passes / 2
    assert Counter(zip(started, launched, strict=True)) == dict.fromkeys(itertools.product("ab", "ab"), 3)


@pytest.mark.parametrize(
    ("arms", "channel", "says"),
    [
        (["channel=pipe", "channel=queue"], "pipe", "exclude one another"),
        (["channel=pipe", "python=python3"], None, "arm b names no channel"),
        (["channel=pipe", "channel=tube"], None, "unknown channel 'tube'"),
        (["channel=pipe", "channel=udp"], None, "udp: loses messages that follow one another: its"),
    ],
)
def test_arms_that_do_not_go_together_are_refused(arms: list[str], channel: str | None, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        prepare(*arms, channel=channel)


def test_messages_that_are_sent_in_batches_are_counted_one_by_one() -> None:
    """A hundred at once take far less each; the delay of one is that of its batch."""
    each, batch = "payload=bytes", "payload=batch:100"
    (of_rates,) = prepare(each, batch, channel="pipe", on_progress=ends_after(3)).run()
    assert of_rates.failure is None
    assert np.median(of_rates.logs) < math.log(0.5)
    (of_delays,) = prepare(
        each, batch, channel="pipe", workload="ping-pong", percentile=50, on_progress=ends_after(3)
    ).run()
    assert of_delays.failure is None
    assert np.median(of_delays.logs) > math.log(0.8)
