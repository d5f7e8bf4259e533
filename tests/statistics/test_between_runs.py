"""Intervals of runs: wider than those of their launches, by what lies between one run and the next."""

from __future__ import annotations

import math

import pytest

from ipcbench.statistics.between_runs import FIGURE, RATIO, figure_of_run, ratio_of_run
from ipcbench.statistics.estimates import Estimate


def test_a_runs_interval_is_that_of_its_launches_widened_about_its_value() -> None:
    launches = Estimate(2.0, 1.9, 2.2, 8)
    for of_run, factor in ((ratio_of_run(launches), RATIO), (figure_of_run(launches), FIGURE)):
        assert of_run is not None
        assert of_run.low is not None
        assert of_run.high is not None
        assert (of_run.value, of_run.launches) == (2.0, 8)
        assert math.log(of_run.low / 2.0) == pytest.approx(factor * math.log(1.9 / 2.0))
        assert math.log(of_run.high / 2.0) == pytest.approx(factor * math.log(2.2 / 2.0))


def test_what_may_take_no_time_is_widened_as_it_is() -> None:
    widened = Estimate(1e-6, 0.0, 3e-6, 5).widened(2)
    assert widened.low == pytest.approx(-1e-6)
    assert widened.high == pytest.approx(5e-6)


def test_without_an_interval_there_is_none_to_widen() -> None:
    assert ratio_of_run(None) is figure_of_run(None) is None
    assert Estimate(1.0, None, None, 3).widened(2) == Estimate(1.0, None, None, 3)
