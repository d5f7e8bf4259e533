"""The median is numpy's, bit for bit: figures of old records stay as they are."""

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcbench.statistics.median import FEW, median

TIMES = st.floats(min_value=1e-9, max_value=1e3) | st.integers(0, 2**53)


@given(st.lists(TIMES, min_size=1, max_size=60))
def test_it_is_numpys(values: list[float]) -> None:
    assert median(values) == median(np.array(values)) == np.median(values)


@pytest.mark.parametrize("count", range(FEW - 1, FEW + 3))
def test_it_is_numpys_of_many(count: int) -> None:
    for seed in range(20):
        values = np.random.default_rng(seed).lognormal(size=count)
        assert median(values) == median(values.tolist()) == np.median(values)


@pytest.mark.parametrize("count", [1, 2, 5, FEW, FEW + 1, FEW + 2])
def test_it_is_nan_where_one_of_the_values_is(count: int) -> None:
    values = np.arange(float(count))
    values[count // 3] = np.nan
    assert np.isnan(median(values))
    assert np.isnan(median(values.tolist()))


def test_it_imports_nothing_in_the_middle_of_what_is_measured() -> None:
    code = (
        "import sys; from ipcbench.statistics.median import median; before = set(sys.modules); "
        "median([1.0, 2.0]); median(range(1000)); print(set(sys.modules) - before)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"
