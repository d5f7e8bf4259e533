"""Launches of two programs sorted into regimes, and compared regime by regime."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from ipcbench.analysis.student import t_quantile

#: Fewer launches of either program in a regime tell nothing of it.
FEWEST = 3
WITHIN = 0.05


@dataclass(frozen=True)
class Regime:
    """The launches with about so many faults a message: how many of each program, and their times' ratio."""

    faults: float
    ours: int
    theirs: int
    launches: int
    ratio: float | None = None
    low: float = math.nan
    high: float = math.nan

    def agrees(self) -> bool:
        """Whether the ratio may be 1 and is within 5 %, and both programs have it as often (Fisher, 1 %)."""
        often = fisher(self.ours, self.theirs, self.launches) > 0.01
        return often and (self.ratio is None or (self.low <= 1 <= self.high or abs(self.ratio - 1) <= WITHIN))

    def __str__(self) -> str:
        told = f"{self.faults:.3g} faults in {self.ours} / {self.theirs} of {self.launches}"
        return told if self.ratio is None else f"{told}: {self.ratio:.3f} [{self.low:.3f}, {self.high:.3f}]"


def regimes(
    our_faults: Sequence[float],
    their_faults: Sequence[float],
    our_s: Sequence[np.ndarray],
    their_s: Sequence[np.ndarray],
    apart: float,
) -> list[Regime]:
    """Return the regimes of both programs' launches: neighbours less than `apart` faults apart are one."""
    every = sorted([*our_faults, *their_faults])
    bounds = [low for low, high in pairwise(every) if high - low > apart]
    found = []
    for low, high in pairwise([-math.inf, *bounds, math.inf]):
        ours, theirs = (
            [math.log(np.median(s)) for f, s in zip(faults, seconds, strict=True) if low < f <= high]
            for faults, seconds in ((our_faults, our_s), (their_faults, their_s))
        )
        faults = float(np.median([each for each in every if low < each <= high]))
        regime = Regime(faults, len(ours), len(theirs), len(our_s))
        if min(len(ours), len(theirs)) >= FEWEST:
            middle = float(np.mean(ours) - np.mean(theirs))
            error = math.sqrt(np.var(ours, ddof=1) / len(ours) + np.var(theirs, ddof=1) / len(theirs))
            half = t_quantile(0.975, min(len(ours), len(theirs)) - 1) * error
            ends = (math.exp(middle + end) for end in (0.0, -half, half))
            regime = Regime(faults, len(ours), len(theirs), len(our_s), *ends)
        found.append(regime)
    return found


def fisher(ours: int, theirs: int, launches: int) -> float:
    """Return the two-sided p-value of Fisher's exact test that both have a regime as often."""
    whole = ours + theirs

    def chance(count: int) -> float:
        return (
            math.comb(launches, count) * math.comb(launches, whole - count) / math.comb(2 * launches, whole)
        )

    seen = chance(ours)
    counts = range(max(0, whole - launches), min(launches, whole) + 1)
    return sum(p for p in map(chance, counts) if p <= seen * (1 + 1e-9))
