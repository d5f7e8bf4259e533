"""Whether launches of two programs agree, where a message's time hangs on how often memory is faulted in.

The heap of a launch may fall so that a message takes 258 faults or 750 (docs/method.md). Both programs must
then do so equally often, and take equally long where they take equally many.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from ipcbench.statistics.estimates import Estimate, paired_ratio

PAGE_BYTES = 4096
#: Differences in faults below this share of a message's pages count as none.
LEAST_SHARE = 1 / 16
PERMUTATIONS = 2000
PERCENTILES = (50.0, 99.0, 99.9)


@dataclass
class Launches:
    """What the launches of one case gave, in the harness and in the bare loop."""

    harness_s: list[np.ndarray] = field(default_factory=list)
    bare_s: list[np.ndarray] = field(default_factory=list)
    longer_s: list[np.ndarray] = field(default_factory=list)
    #: Faults a message of sender and receiver, by launch.
    harness_faults: list[tuple[float, float]] = field(default_factory=list)
    bare_faults: list[tuple[float, float]] = field(default_factory=list)
    harness_each_ns: list[np.ndarray] = field(default_factory=list)
    bare_each_ns: list[np.ndarray] = field(default_factory=list)
    longer_each_ns: list[np.ndarray] = field(default_factory=list)

    def ratio(self, payload_bytes: int) -> Estimate:
        """Return harness to bare loop, seconds a message, at equal page faults."""
        ours, theirs = ([sum(ends) for ends in side] for side in (self.harness_faults, self.bare_faults))
        ratio: Estimate = ratio_at_equal_faults(self.harness_s, self.bare_s, ours, theirs, payload_bytes)
        return ratio

    def chances(self, payload_bytes: int) -> tuple[float, float]:
        """Return the p-values that sender and receiver have as many faults as those of the bare loop."""
        ours, theirs = (np.array(side).T for side in (self.harness_faults, self.bare_faults))
        sender, receiver = map(partial(chance_of_faults, payload_bytes=payload_bytes), ours, theirs)
        return sender, receiver

    def percentiles(self) -> dict[str, Estimate | None]:
        """Return ratios of percentiles of single messages: to the bare loop, and of longer trials to ours."""
        beside = {"": (self.harness_each_ns, self.bare_each_ns)}
        beside[" of 10x longer"] = (self.longer_each_ns, self.harness_each_ns)
        return {
            f"p{at:g}{of}": percentile_ratio(*sides, at) for of, sides in beside.items() for at in PERCENTILES
        }


def percentile_ratio(
    ours: Sequence[np.ndarray], theirs: Sequence[np.ndarray], percentile: float
) -> Estimate | None:
    """Return the ratio of a percentile of single messages; None where launches have too few for it."""
    fewest = min(map(len, (*ours, *theirs)), default=0)
    if fewest * (100 - percentile) / 100 < 5:
        return None
    at_percentile = (
        [np.array([np.percentile(each, percentile)]) for each in side] for side in (ours, theirs)
    )
    return paired_ratio(*at_percentile)


def ratio_at_equal_faults(
    our_s: Sequence[np.ndarray],
    their_s: Sequence[np.ndarray],
    our_faults: Sequence[float],
    their_faults: Sequence[float],
    payload_bytes: int,
) -> Estimate:
    """Return our time a message to theirs, block by block and over launches, had both as many faults.

    The log of the time is taken for a curve of the second degree in faults a message, the same for both
    programs; what it makes a launch's sides differ is taken out. Where faults hardly differ, nothing is.
    """
    faults = np.array([*our_faults, *their_faults])
    factors = np.ones(len(our_s))
    if np.ptp(faults) >= _least_difference(payload_bytes):
        times = np.log([float(np.median(launch)) for launch in (*our_s, *their_s)])
        scaled = faults / faults.max()
        is_ours = np.repeat([1.0, 0.0], len(our_s))
        design = np.column_stack([scaled, scaled**2, is_ours, np.ones(len(faults))])
        slope, curvature = np.linalg.lstsq(design, times, rcond=None)[0][:2]
        ours, theirs = np.split(slope * scaled + curvature * scaled**2, 2)
        factors = np.exp(theirs - ours)
    ratio = paired_ratio([launch * factor for launch, factor in zip(our_s, factors, strict=True)], their_s)
    assert ratio is not None
    return ratio


def chance_of_faults(ours: Sequence[float], theirs: Sequence[float], payload_bytes: int) -> float:
    """Return the p-value that both have as many faults equally often (Kolmogorov-Smirnov, permuted)."""
    pooled = np.round(np.array([*ours, *theirs]) / _least_difference(payload_bytes))
    rng, seen = np.random.default_rng(1), _distance(pooled, len(ours))
    further = sum(_distance(rng.permutation(pooled), len(ours)) >= seen - 1e-9 for _ in range(PERMUTATIONS))
    return (further + 1) / (PERMUTATIONS + 1)


def _least_difference(payload_bytes: int) -> float:
    return max(1.0, LEAST_SHARE * payload_bytes / PAGE_BYTES)


def _distance(pooled: np.ndarray, first: int) -> float:
    """Return how far apart the distributions of the first so many values and of the rest lie at most."""
    places = np.unique(pooled)
    ours, theirs = (
        np.searchsorted(np.sort(side), places, side="right") / len(side)
        for side in (pooled[:first], pooled[first:])
    )
    return float(np.abs(ours - theirs).max())
