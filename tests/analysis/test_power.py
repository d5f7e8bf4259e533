"""What a machine can find in the time given."""

import math
import random
import statistics
from dataclasses import replace

import pytest
from tests.support.cases import USUAL

from ipcbench.analysis.power import MOODS, smallest_slowdown, smallest_slowdowns
from ipcbench.plan.case import Case
from ipcbench.record.schema import CaseRow
from ipcbench.record.self_test_cache import CellTest, SelfTest
from ipcbench.statistics.decision import LOOKS, Rule, SequentialTest, Verdict


def place(channel: str, workload: str = "stream", size: int = 64, placement: str = "split") -> Case:
    return replace(
        USUAL, channel=channel, workload=workload, payload_bytes=size, placement=placement, python="3.11.7"
    )


def cell(
    spread: float = 0.03,
    channel: str = "pipe",
    size: int = 64,
    placement: str = "split",
    launches: int = 24,
) -> CellTest:
    case = CaseRow.of(place(channel, size=size, placement=placement))
    return CellTest(case=case, spread=spread, seconds_per_launch=0.2, launches=launches)


def self_test_of(*cells: CellTest) -> SelfTest:
    return SelfTest(
        datetime="2026-11-24T12:00:00", machine={}, python="3.11.7", cells=list(cells),
        comparisons=100, regressed=0, undecided=0, threshold=0.05, alpha=0.01,
    )  # fmt: skip


def test_more_time_finds_smaller_slowdowns_and_no_time_none() -> None:
    found = [smallest_slowdown(cell(), seconds, Rule(0.05, 0.01)) for seconds in (1, 2, 10, 60)]
    assert found[0] is None
    assert found[1] is not None
    assert found[1] > (found[2] or 1) > (found[3] or 1)


def test_the_slowdown_that_is_told_is_found_nine_times_in_ten() -> None:
    hits, tries, spread = 0, 400, 0.03
    for seed in range(tries):
        rng = random.Random(seed)
        # Six launches do not know the spread well; and it is a quarter larger when the comparison is made.
        learnt = statistics.stdev(rng.gauss(0, spread) for _ in range(6))
        share = smallest_slowdown(cell(learnt, launches=6), 0.2 * LOOKS[1], Rule(0.05, 0.01))
        assert share is not None
        comparison = SequentialTest(Rule(share, 0.01))
        for _ in range(LOOKS[1]):
            comparison.add(rng.gauss(math.log1p(share), MOODS * spread))
        hits += comparison.end().verdict is Verdict.REGRESSED
    assert hits / tries == pytest.approx(0.9, abs=0.04)


def test_nothing_smaller_than_the_threshold_is_promised() -> None:
    calm = self_test_of(cell(0.001))
    found, _ = smallest_slowdowns(calm, [place("pipe")], 60, Rule(0.05, 0.01))
    assert found == [0.05]


def test_places_share_the_time_and_unknown_ones_are_counted() -> None:
    found = self_test_of(cell(0.01), cell(0.05, channel="queue"))
    pipe, queue = (place(channel) for channel in ("pipe", "queue"))
    rule = Rule(0.001, 0.01)
    alone, _ = smallest_slowdowns(found, [pipe], 10, rule)
    both, unknown = smallest_slowdowns(found, [pipe, queue, place("pipe", "ping-pong")], 30, rule)
    assert alone[0] == both[0] < both[1]
    assert unknown == 1


def test_a_channel_that_was_not_tested_is_as_noisy_as_the_noisiest_of_its_kind() -> None:
    found = self_test_of(cell(0.01), cell(0.05, channel="queue"), cell(0.5, size=1 << 20))
    mine, _ = smallest_slowdowns(found, [place("my:Channel", size=100)], 10, Rule(0.05, 0.01))
    queue, _ = smallest_slowdowns(found, [place("queue")], 10, Rule(0.05, 0.01))
    assert mine == queue


def test_a_heap_that_was_not_tested_is_not_as_noisy_as_another() -> None:
    found = self_test_of(cell(0.01))
    kept = replace(place("pipe"), heap="kept")
    assert smallest_slowdowns(found, [kept], 10, Rule(0.05, 0.01)) == ([], 1)
