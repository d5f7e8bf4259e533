"""Where a series changed, and where it only looks so."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ipcbench.statistics.changes import MIN_SEGMENT, find_changes, noise


def white(runs: int = 100, spread: float = 0.01, seed: int = 1) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, spread, runs)


def autoregressive(runs: int, spread: float, correlation: float, seed: int) -> np.ndarray:
    shocks = np.random.default_rng(seed).normal(0, spread * math.sqrt(1 - correlation**2), runs)
    values = np.empty(runs)
    values[0] = shocks[0] / math.sqrt(1 - correlation**2)
    for i in range(1, runs):
        values[i] = correlation * values[i - 1] + shocks[i]
    return values


def test_a_step_is_found_with_its_place_size_and_interval() -> None:
    values = white()
    values[60:] += math.log(1.05)
    (change,) = find_changes(values.tolist())
    assert abs(change.index - 60) <= 1
    assert change.low < math.log(1.05) < change.high
    assert change.confidence > 0.99


def test_a_step_is_found_as_soon_as_three_runs_show_it() -> None:
    values = white(60)
    values[-MIN_SEGMENT:] += math.log(1.08)
    assert [change.index for change in find_changes(values.tolist())] == [60 - MIN_SEGMENT]


def test_two_runs_are_too_few_for_a_change() -> None:
    values = white(60)
    values[-2:] += math.log(1.08)
    assert find_changes(values.tolist()) == []


def test_what_comes_and_goes_are_two_changes() -> None:
    values = white()
    values[40:50] += math.log(1.1)
    found = find_changes(values.tolist())
    assert [abs(change.index - at) <= 1 for change, at in zip(found, (40, 50), strict=True)] == [True, True]
    assert found[0].size > 0 > found[1].size


@pytest.mark.parametrize("at", [0, 30, 58, 59])
def test_single_spikes_are_no_change(at: int) -> None:
    values = white(60)
    values[at] += math.log(1.5)
    assert find_changes(values.tolist()) == []


def test_a_change_too_small_to_matter_is_none() -> None:
    values = white(400, spread=0.002)
    values[200:] += math.log(1.01)
    assert find_changes(values.tolist()) == []


def test_correlation_is_no_change() -> None:
    alarms = sum(len(find_changes(autoregressive(100, 0.03, 0.4, seed).tolist())) for seed in range(40))
    assert alarms <= 40 * 0.3


def test_noise_is_estimated_across_a_change() -> None:
    values = autoregressive(2000, 0.02, 0.5, 3)
    values[1000:] += 0.5
    spread, correlation = noise(values)
    assert spread == pytest.approx(0.02, rel=0.2)
    assert correlation == pytest.approx(0.5, abs=0.1)


def test_runs_that_were_less_sure_count_less() -> None:
    values = white(40)
    values[20:24] += 0.06
    sure, unsure = [0.0] * 40, [0.0] * 20 + [0.5] * 4 + [0.0] * 16
    assert find_changes(values.tolist(), sure)
    assert not find_changes(values.tolist(), unsure)


@pytest.mark.parametrize("runs", range(2 * MIN_SEGMENT))
def test_short_series_have_no_changes(runs: int) -> None:
    assert find_changes([float(i) for i in range(runs)]) == []


def test_a_series_of_equal_values_has_none() -> None:
    assert find_changes([-11.5] * 50) == []


@settings(max_examples=60)
@given(st.lists(st.floats(-30, 10), min_size=0, max_size=80))
def test_changes_are_in_order_and_leave_three_runs_on_either_side(values: list[float]) -> None:
    ends = [0, *(change.index for change in find_changes(values)), len(values)]
    if len(ends) > 2:
        assert min(np.diff(ends)) >= MIN_SEGMENT
