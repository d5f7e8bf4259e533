import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcbench.statistics.estimates import (
    CONTIGUOUS,
    Estimate,
    batch_means,
    case_estimate,
    independent_parts,
    median_of_launches,
    paired_ratio,
    ratio_of_sums,
    trimmed_mean,
)


def launches(*medians: float) -> list[np.ndarray]:
    return [np.array([m * 0.9, m, m * 1.1]) for m in medians]


def test_a_case_is_the_geometric_mean_of_its_launch_medians() -> None:
    estimate = case_estimate(launches(1.0, 2.0, 4.0, 2.0, 2.0))
    assert estimate is not None
    assert estimate.value == pytest.approx(2.0)


def test_the_interval_is_students_over_launches() -> None:
    logs = np.log([1.0, 2.0, 4.0, 2.0, 3.0])
    half = 2.7764451 * logs.std(ddof=1) / math.sqrt(5)
    estimate = case_estimate(launches(1.0, 2.0, 4.0, 2.0, 3.0))
    assert estimate is not None
    assert estimate.low == pytest.approx(math.exp(logs.mean() - half))
    assert estimate.high == pytest.approx(math.exp(logs.mean() + half))


def test_a_cycle_of_fast_and_slow_messages_takes_its_mean_time() -> None:
    cycle = np.array([17.0, 34.0, 39.0] * 8)
    assert batch_means(cycle, 1) == pytest.approx([cycle[:24].mean()])
    assert np.median(cycle) == 34.0
    estimate = case_estimate([batch_means(np.roll(cycle, turn), 2) for turn in range(5)])
    assert estimate is not None
    assert estimate.value == pytest.approx(30.0, rel=0.02)


def test_trials_of_many_messages_stand_for_themselves() -> None:
    trials = np.array([1.0, 1.0, 9.0])
    assert batch_means(trials, 16).tolist() == trials.tolist()
    assert batch_means(trials, 4).tolist() == [pytest.approx(11 / 3)]
    assert batch_means([], 1).tolist() == []


def test_launches_close_in_time_count_as_one() -> None:
    medians = launches(1.0, 2.0, 4.0, 2.0, 3.0)
    assert independent_parts([0.0, 0.4, 2.9, 3.0, 9.0]) == [[0, 1, 2], [3], [4]]
    close = case_estimate(medians, [0.0, 0.4, 0.8, 1.2, 1.6])
    assert close is not None
    assert close.low is None
    assert close.launches == 5


def test_launches_apart_count_as_they_are() -> None:
    medians = launches(1.0, 2.0, 4.0, 2.0, 3.0)
    assert case_estimate(medians, [0.0, 7.0, 14.0, 21.0, 28.0]) == case_estimate(medians)


def test_neighbouring_stretches_of_launches_widen_the_interval() -> None:
    medians = launches(*[1.0, 2.0, 4.0, 2.0, 3.0] * 2)
    pairs = case_estimate(
        [np.exp((np.log(a) + np.log(b)) / 2) for a, b in zip(medians[::2], medians[1::2], strict=True)]
    )
    close = case_estimate(medians, [1.5 * number for number in range(10)])
    assert close is not None
    assert pairs is not None
    assert close.value == pytest.approx(pairs.value)
    assert math.log1p(close.half_width or 0) == pytest.approx(CONTIGUOUS * math.log1p(pairs.half_width or 0))


def test_fewer_than_five_launches_have_no_interval() -> None:
    estimate = case_estimate(launches(1.0, 1.0, 1.0, 1.0))
    assert estimate is not None
    assert estimate.low is None
    assert estimate.half_width is None


def test_more_trials_in_a_launch_do_not_narrow_the_interval() -> None:
    few = case_estimate(launches(1.0, 1.1, 1.2, 1.3, 1.4))
    many = case_estimate([np.repeat(data, 100) for data in launches(1.0, 1.1, 1.2, 1.3, 1.4)])
    assert few == many


def test_drift_that_both_share_leaves_the_paired_ratio_alone() -> None:
    drift = np.exp(np.random.default_rng(1).normal(0, 0.5, (6, 40)))
    estimate = paired_ratio(list(1.25 * drift), list(drift))
    assert estimate is not None
    assert estimate.value == pytest.approx(1.25)
    assert estimate.half_width == pytest.approx(0, abs=1e-9)


def test_a_launch_cut_short_is_paired_block_by_block() -> None:
    estimate = paired_ratio([np.array([2.0, 2.0])], [np.array([1.0, 1.0, 9.0, 9.0])])
    assert estimate is not None
    assert estimate.value == pytest.approx(2.0)


def test_nothing_measured_is_no_estimate() -> None:
    assert case_estimate([]) is None
    assert paired_ratio([], []) is None
    assert paired_ratio([np.array([])], [np.array([1.0])]) is None


def test_a_rate_inverts_value_and_interval() -> None:
    time = case_estimate(launches(1.0, 2.0, 4.0, 2.0, 3.0))
    assert time is not None
    rate = time.inverted()
    assert rate.value == pytest.approx(1 / time.value)
    assert rate.low is not None
    assert rate.high is not None
    assert rate.low < rate.value < rate.high


def test_the_trimmed_mean_ignores_a_quarter_at_each_end() -> None:
    assert trimmed_mean(np.array([-1000.0, 1.0, 3.0, 1000.0])) == 2.0


@given(st.lists(st.floats(min_value=0.001, max_value=1000), min_size=5, max_size=40))
def test_the_sign_test_interval_is_of_measured_values_around_the_median(values: list[float]) -> None:
    estimate = median_of_launches(values)
    assert estimate.low in values
    assert estimate.high in values
    assert estimate.low is not None
    assert estimate.high is not None
    assert estimate.low <= estimate.value <= estimate.high


@pytest.mark.parametrize(("count", "rank"), [(5, 1), (8, 1), (10, 2), (12, 3), (20, 6)])
def test_the_sign_test_interval_takes_the_narrowest_ranks_that_cover(count: int, rank: int) -> None:
    estimate = median_of_launches([float(n) for n in range(1, count + 1)])
    assert estimate.low == rank
    assert estimate.high == count + 1 - rank


@pytest.mark.parametrize(
    ("low", "high", "inconclusive"),
    [(0.9, 1.2, True), (0.99, 1.02, False), (1.05, 1.4, False), (None, None, False)],
)
def test_a_ratio_is_inconclusive_when_it_says_neither_which_nor_that_it_is_the_same(
    low: float | None, high: float | None, inconclusive: bool
) -> None:
    assert Estimate(1.1, low, high, 6).is_inconclusive(0.05) is inconclusive


def test_what_is_spent_on_a_message_is_the_sum_of_all_launches() -> None:
    found = ratio_of_sums([1.0, 4.0, 2.0, 6.0, 1.0], [10, 20, 10, 40, 20])
    assert found.value == pytest.approx(0.14)
    assert found.low
    assert found.high
    assert found.low < 0.14 < found.high
    same = ratio_of_sums([1.0, 2.0, 3.0, 4.0, 5.0], [10, 20, 30, 40, 50])
    assert [same.low, same.high] == pytest.approx([0.1, 0.1])
    assert ratio_of_sums([1.0, 2.0], [10, 10]).low is None
    assert ratio_of_sums([0.0] * 6, [10] * 6).low is None
    # CPU time that is shared out by ticks: two of three launches have none, or less.
    assert ratio_of_sums([-4e-3, 4e-3, 0.0, 0.0, 1e-6, 0.0], [10] * 6).low is None


def test_its_interval_holds_what_many_launches_spend_as_often_as_it_says() -> None:
    """By launches of any length that are drawn here; nothing of it is shared with what is tested."""
    rng, held, tries, true = np.random.default_rng(1), 0, 2000, 3e-6
    for _ in range(tries):
        messages = rng.integers(500, 2000, 8)
        found = ratio_of_sums(list(messages * true * rng.lognormal(-0.02, 0.2, 8)), messages.tolist())
        assert found.low
        assert found.high
        held += found.low <= true <= found.high
    assert 0.93 < held / tries < 0.97
