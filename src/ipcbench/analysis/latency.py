"""Percentiles of single round trips, each with an interval over launches."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from functools import cached_property

import numpy as np

from ipcbench.record.histogram import Counts, counts_of, together
from ipcbench.statistics.estimates import FEWEST_LAUNCHES, Estimate, independent_parts, median_of_launches

PERCENTILES = (50.0, 90.0, 99.0, 99.9)


#: With fewer messages beyond it, a percentile is no more than the maximum.
FEWEST_BEYOND = 1
#: With more and smaller parts, their percentiles' small-sample bias would show against a narrow interval.
MOST_PARTS = 12


class RoundTripTimes:
    """All round trips of one case."""

    def __init__(self, hdr_texts: Sequence[str], at_s: Sequence[float | None] = ()) -> None:
        """Take one HdrHistogram V2 text a launch, in nanoseconds, and the launches' times if known.

        Raises ValueError for a text that is none.
        """
        launches = [counts_of(text) for text in hdr_texts]
        kept = [number for number, (values, _) in enumerate(launches) if len(values)]
        self._launches = [launches[number] for number in kept]
        self._at_s = [at_s[number] if number < len(at_s) else None for number in kept]

    def percentiles(self, which: Sequence[float] = PERCENTILES) -> dict[float, Estimate]:
        """Return seconds by percentile; one that too few messages lie beyond is missing.

        A percentile is taken of each launch, then the median of launches with the sign test's interval.
        Neighbouring launches are put together where they are too close in time to be independent, where
        they have too few messages, and where there are very many. At least five parts must remain.
        """
        total, most = self.count(), len(self._parts(MOST_PARTS))
        by_part: dict[tuple[int, ...], dict[float, float]] = {}
        found = {}
        for percentile in which:
            enough = int(total * (100 - percentile) / 100 / FEWEST_BEYOND + 1e-9)
            parts = self._parts(min(MOST_PARTS, enough))
            if parts and len(parts) >= min(most, FEWEST_LAUNCHES):
                for part in set(parts) - set(by_part):
                    together = _aligned([(self._launches[i], self._medians[i]) for i in part])
                    by_part[part] = dict(zip(which, values_at(together, which).tolist(), strict=True))
                values = [by_part[part][percentile] / 1e9 for part in parts]
                found[percentile] = replace(median_of_launches(values), launches=len(self._launches))
        return found

    @cached_property
    def _medians(self) -> list[float]:
        """The median of each launch, in nanoseconds."""
        return [value_at(launch, 50) for launch in self._launches]

    def _parts(self, most: int) -> list[tuple[int, ...]]:
        """Return the launches, by number, as at most so many parts of neighbours."""
        parts = independent_parts(self._at_s)
        count = min(most, len(parts))
        bounds = [round(i * len(parts) / count) for i in range(count + 1)] if count else []
        return [tuple(itertools.chain(*parts[low:high])) for low, high in itertools.pairwise(bounds)]

    def count(self) -> int:
        """Return how many messages were timed."""
        return sum(int(counts.sum()) for _, counts in self._launches)

    def longest(self) -> float | None:
        """Return the longest round trip in seconds: what was seen, not what may come."""
        return max((int(values[-1]) / 1e9 for values, _ in self._launches), default=None)

    def distribution(self) -> tuple[np.ndarray, np.ndarray]:
        """Return values in seconds and the share of messages up to each, of all launches together."""
        if not self._launches:
            return np.array([]), np.array([])
        values, counts = together(self._launches)
        return values / 1e9, np.cumsum(counts) / counts.sum()


def _aligned(launches: Sequence[tuple[Counts, float]]) -> Counts:
    """Return the counts of several launches, each with its median, as one: scaled to the medians' middle.

    Put together as they are, launches between which the machine drifted have longer tails than any of them.
    """
    middle = np.exp(np.log([median for _, median in launches]).mean())
    return together([(values * (middle / median), counts) for (values, counts), median in launches])


def value_at(launch: Counts, percentile: float) -> float:
    """Return the value at one percentile, as `values_at` does."""
    return float(values_at(launch, [percentile])[0])


def values_at(launch: Counts, percentiles: Sequence[float]) -> np.ndarray:
    """Return the values at ranks p n + 1/2 (Hazen), between two measured ones on a log scale.

    The nearest rank lies too low in three samples of four where one message is beyond; over launches that
    adds up. Hazen's has the right mean on a log scale where the tail falls as a power.
    """
    values, counts = launch
    upto = np.cumsum(counts)
    total = int(upto[-1])
    ranks = np.clip(np.asarray(percentiles) / 100 * total + 0.5, 1.0, float(total))
    below = ranks.astype(np.int64)
    share = ranks - below
    at = (values[np.searchsorted(upto, rank)] for rank in (below, np.minimum(total, below + 1)))
    low, high = (np.maximum(1.0, each.astype(float)) for each in at)
    found: np.ndarray = low ** (1 - share) * high**share
    return found
