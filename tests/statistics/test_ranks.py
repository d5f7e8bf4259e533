"""Centres and intervals by ranks, against what can be counted by hand."""

import itertools
import math
import random

import pytest

from ipcbench.statistics.ranks import Ranks, last_rank


def test_the_middle_is_the_median_of_all_pairwise_means() -> None:
    assert Ranks([1.0, 2.0, 6.0]).middle == 2.75  # 1, 1.5, 2, 3.5, 4, 6


@pytest.mark.parametrize("count", [4, 7, 10])
def test_a_rank_sum_is_as_seldom_as_counting_all_signs_says(count: int) -> None:
    sums = [
        sum(rank for rank, sign in enumerate(signs, 1) if sign)
        for signs in itertools.product((False, True), repeat=count)
    ]
    for tail in (0.01, 0.05, 0.2):
        place = last_rank(count, tail)
        assert sum(each <= place for each in sums) / len(sums) <= tail
        assert sum(each <= place + 1 for each in sums) / len(sums) > tail


def test_too_few_values_leave_an_end_open() -> None:
    few = Ranks([0.1, 0.2, 0.3])
    assert (few.lower(0.01), few.upper(0.01)) == (-math.inf, math.inf)


def test_launches_in_another_regime_hardly_widen_the_interval() -> None:
    rng = random.Random(1)
    calm = [rng.gauss(0, 0.02) for _ in range(96)]
    torn = [value + rng.choice([-0.47, 0, 0, 0.47]) for value in calm]
    assert Ranks(torn).upper(0.01) < 0.05 < 4 * 0.33 / math.sqrt(96)


def test_the_interval_covers_as_often_as_it_says() -> None:
    rng = random.Random(2)
    beyond = 0
    for _ in range(4000):
        ranks = Ranks([rng.gauss(0, 1) for _ in range(12)])
        beyond += ranks.lower(0.05) > 0
    assert beyond / 4000 <= 0.06
