"""Launches sorted by the page faults that a message takes there."""

from __future__ import annotations

import pytest

from ipcbench.report.wording import regimes as words
from ipcbench.statistics.regimes import regimes

MIB = 1 << 20


def test_launches_whose_memory_is_returned_are_told_apart_from_those_that_keep_it() -> None:
    found = regimes([752, 258, 260, 750, 753], [2.6e-3, 1.5e-3, 1.6e-3, 2.5e-3, 2.7e-3], MIB)
    assert [(each.launches, each.faults) for each in found] == [(2, 259), (3, 752)]
    assert [each.figure for each in found] == pytest.approx([1.55e-3, 2.6e-3])
    assert words(found) == "by its heap 259 faults, 1.55 ms (2 launches) or 752 faults, 2.60 ms (3 launches)"


def test_faults_that_make_no_difference_to_the_time_are_no_regimes() -> None:
    assert regimes([0, 250, 0, 250], [1e-3, 1.1e-3, 1e-3, 1.15e-3], MIB) == []


def test_faults_that_differ_little_for_the_size_are_one_regime() -> None:
    faults, times = [180, 200, 210, 230, 250, 270], [1e-3, 1.1e-3, 1.2e-3, 1.3e-3, 1.4e-3, 1.5e-3]
    assert regimes(faults, times, MIB) == []
    assert len(regimes([2, 17, 17], [40e-6, 80e-6, 80e-6], 64 << 10)) == 2


def test_without_launches_there_are_none() -> None:
    assert regimes([], [], MIB) == []
