"""Whether the launches of a case fall into regimes, by how many pages are faulted in for each message.

Where a launch's blocks happen to lie in the heap, its memory is returned and taken anew for each message, or
is not (docs/method.md): the median of such launches is a time that hardly any message takes.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ipcbench.statistics.median import median

PAGE_BYTES = 4096
#: Launches are of one regime unless their faults are further apart than this share of a message's pages.
APART_SHARE = 1 / 4
#: Regimes whose times differ by less are no finding.
LEAST_FACTOR = 1.2


@dataclass(frozen=True, slots=True)
class Regime:
    """So many launches with about so many faults a message (both ends), and the figure's median there."""

    launches: int
    faults: float
    #: Seconds a message, or a ratio of them.
    figure: float


def ratio_regimes(
    faults: Sequence[tuple[float, float]], logs: Sequence[float], payload_bytes: int
) -> list[Regime]:
    """Return the regimes of launches' log ratios, by the faults of both sides; none if any lacks them."""
    if not faults or len(faults) != len(logs):
        return []
    return regimes([sum(pair) for pair in faults], [math.exp(log) for log in logs], payload_bytes)


def regimes(faults: Sequence[float], figures: Sequence[float], payload_bytes: int) -> list[Regime]:
    """Return what launches with these faults and figures (positive) fall into, fewest faults first.

    Empty where all are of one, or where it makes no difference to the figure.
    """
    apart = max(1.0, APART_SHARE * payload_bytes / PAGE_BYTES)
    ordered = sorted(faults)
    bounds = [low for low, high in pairwise(ordered) if high - low > apart]
    counts, measured = np.array(faults), np.array(figures)
    found = []
    for low, high in pairwise([-math.inf, *bounds, math.inf]):
        inside = (counts > low) & (counts <= high)
        if inside.any():
            found.append(Regime(int(inside.sum()), median(counts[inside]), median(measured[inside])))
    each = [regime.figure for regime in found]
    return found if len(found) > 1 and max(each) >= LEAST_FACTOR * min(each) else []
