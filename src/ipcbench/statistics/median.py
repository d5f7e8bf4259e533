"""The median of one launch's few trials, of which a long run has thousands."""

from __future__ import annotations

import statistics

import numpy as np

#: Up to so many values they are sorted faster in Python than numpy begins to.
FEW = 256


def median(values: np.ndarray) -> float:
    """Return what `np.median` returns, in a tenth of its time where there are few; `values` are not empty."""
    return statistics.median(values.tolist()) if len(values) <= FEW else float(np.median(values))
