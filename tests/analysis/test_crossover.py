"""Where a curve of ratios passes 1: between which sizes, with an interval that follows from the ratios'."""

from __future__ import annotations

import pytest

from ipcbench.analysis.crossover import crossover
from ipcbench.statistics.estimates import Estimate

SIZES = (1024, 4096, 16384, 65536)


def ratio(value: float, share: float = 0.1) -> Estimate:
    return Estimate(value, value / (1 + share), value * (1 + share), 8)


def test_it_lies_where_the_straight_line_over_the_logs_passes() -> None:
    found = crossover("pipe", "socket", SIZES, [ratio(each, 0) for each in (4.0, 2.0, 0.5, 0.25)])
    assert found
    assert (found.below, found.above) == ("pipe", "socket")
    # Half way between 4 KiB and 16 KiB.
    assert found.size == pytest.approx(8192)
    assert found.low == pytest.approx(8192)
    assert found.high == pytest.approx(8192)


def test_its_interval_is_as_wide_as_the_ratios_let_it_be() -> None:
    found = crossover("pipe", "socket", SIZES, [ratio(each, 0.4) for each in (4.0, 2.0, 0.5, 0.25)])
    assert found
    assert found.low
    assert found.high
    # The lower ends pass 1 earlier, the upper ends later: by a quarter of the log of 1.4 to that of 4.
    assert 4096 < found.low < found.size < found.high < 16384
    assert found.low == pytest.approx(4096 * 4 ** ((0.6931 - 0.3365) / 1.3863), rel=1e-3)


def test_where_the_interval_reaches_beyond_what_was_measured_that_end_is_unknown() -> None:
    found = crossover("pipe", "socket", SIZES, [ratio(each, 0.5) for each in (1.2, 0.9, 0.8, 0.7)])
    assert found
    assert found.low is None
    assert found.high is None


@pytest.mark.parametrize(
    "values", [(2.0, 1.5, 1.2, 1.1), (0.5, 0.4, 0.3, 0.2), (2.0, 0.5, 2.0, 0.5), (0.5, 2.0, 3.0, 4.0)]
)
def test_there_is_none_where_it_never_passes_or_more_than_once_or_the_other_way(
    values: tuple[float, ...],
) -> None:
    assert crossover("pipe", "socket", SIZES, [ratio(each) for each in values]) is None


def test_a_size_that_was_not_measured_is_passed_over() -> None:
    found = crossover("pipe", "socket", SIZES, [ratio(4.0, 0), None, ratio(0.25, 0), None])
    assert found
    assert found.size == pytest.approx(4096)


def test_too_few_launches_for_an_interval_give_none() -> None:
    bare = [Estimate(each, None, None, 3) for each in (4.0, 2.0, 0.5, 0.25)]
    found = crossover("pipe", "socket", SIZES, bare)
    assert found
    assert (found.low, found.high) == (None, None)
