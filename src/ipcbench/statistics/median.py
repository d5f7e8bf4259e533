"""The median, which numpy takes slowly where values are few, and with a package that nothing else needs."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

import numpy as np

#: Up to so many values they are sorted faster in Python than numpy begins to.
FEW = 256


def median(values: np.ndarray | Sequence[float]) -> float:
    """Return what `np.median` returns of one or more values, in a tenth of its time where they are few.

    NaN where one of them is. The first `np.median` of a process imports `numpy.ma`: 3 MiB, in the middle of
    what is measured.
    """
    if len(values) <= FEW:
        few = np.asarray(values).tolist()
        # Where one is NaN, the order of all says nothing.
        return math.nan if math.isnan(sum(few)) else float(statistics.median(few))
    half = len(values) // 2
    # NaN comes last.
    parted = np.partition(values, (half - 1, half, -1))
    middle = parted[half] if len(values) % 2 else parted[half - 1 : half + 1].mean()
    return math.nan if np.isnan(parted[-1]) else float(middle)
