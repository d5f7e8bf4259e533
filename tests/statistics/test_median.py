"""The median of few values is numpy's, bit for bit: figures of old records stay as they are."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from ipcbench.statistics.median import FEW, median

TIMES = st.floats(min_value=1e-9, max_value=1e3)


@given(st.lists(TIMES, min_size=1, max_size=60) | st.lists(TIMES, min_size=FEW, max_size=FEW + 2))
def test_it_is_numpys(values: list[float]) -> None:
    assert median(np.array(values)) == np.median(values)
