"""From which size on another channel is faster: where a curve of ratios passes 1, and between which sizes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from ipcbench.statistics.estimates import Estimate


@dataclass(frozen=True, slots=True)
class Crossover:
    """One channel is the faster up to a size, the other above; sizes in bytes."""

    below: str
    above: str
    size: float
    #: Between these it lies, by the ends of the ratios' intervals; None where it may lie beyond what was
    #: measured on that side.
    low: float | None
    high: float | None


def crossover(
    below: str, above: str, sizes: Sequence[int], ratios: Sequence[Estimate | None]
) -> Crossover | None:
    """Return where `above` becomes faster than `below`; None where it does not, or does so more than once.

    `ratios` are its time to that of `below`, by ascending size. Between two sizes the log of the ratio is
    taken as a straight line over the log of the size, and so are the ends of its interval.
    """
    known = [(size, ratio) for size, ratio in zip(sizes, ratios, strict=True) if ratio]
    places = [size for size, _ in known]
    passes = _passes(places, [ratio.value for _, ratio in known])
    if len(passes) != 1 or known[0][1].value <= 1:
        return None
    ends = [
        _passes(places, [end for _, ratio in known if (end := getattr(ratio, name)) is not None])
        if all(getattr(ratio, name) is not None for _, ratio in known)
        else []
        for name in ("low", "high")
    ]
    # Where it may be faster at the earliest, and where it is for certain.
    low, high = min(ends[0], default=None), max(ends[1], default=None)
    return Crossover(below, above, passes[0], low, high)


def _passes(sizes: Sequence[int], ratios: Sequence[float]) -> list[float]:
    """Return the sizes at which the ratio passes 1."""
    found = []
    for (size, ratio), (next_size, next_ratio) in pairwise(zip(sizes, ratios, strict=True)):
        if ratio > 0 and next_ratio > 0 and (ratio > 1) != (next_ratio > 1):
            here, there = math.log(ratio), math.log(next_ratio)
            share = here / (here - there)
            found.append(size * (next_size / size) ** share)
    return found
