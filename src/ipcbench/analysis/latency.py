"""Percentiles of single round trips, each with an interval over launches."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace

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
        self._medians = [value_at(launch, 50) for launch in self._launches]
        self._aligned: dict[tuple[int, ...], Counts] = {}

    def percentiles(self, which: Sequence[float] = PERCENTILES) -> dict[float, Estimate]:
        """Return seconds by percentile; one that too few messages lie beyond is missing.

        A percentile is taken of each launch, then the median of launches with the sign test's interval.
        Neighbouring launches are put together where they are too close in time to be independent, where
        they have too few messages, and where there are very many. At least five parts must remain.
        """
        total, most = self.count(), len(self._parts(MOST_PARTS))
        found = {}
        for percentile in which:
            enough = int(total * (100 - percentile) / 100 / FEWEST_BEYOND + 1e-9)
            parts = self._parts(min(MOST_PARTS, enough))
            if parts and len(parts) >= min(most, FEWEST_LAUNCHES):
                values = [value_at(self._together(part), percentile) / 1e9 for part in parts]
                found[percentile] = replace(median_of_launches(values), launches=len(self._launches))
        return found

    def _together(self, part: tuple[int, ...]) -> Counts:
        """Return neighbouring launches as one."""
        if part not in self._aligned:
            self._aligned[part] = _aligned([(self._launches[i], self._medians[i]) for i in part])
        return self._aligned[part]

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
    """Return the value at rank p n + 1/2 (Hazen), between two measured ones on a log scale.

    The nearest rank lies too low in three samples of four where one message is beyond; over launches that
    adds up. Hazen's has the right mean on a log scale where the tail falls as a power.
    """
    values, counts = launch
    upto = np.cumsum(counts)
    total = int(upto[-1])
    rank = min(float(total), max(1.0, percentile / 100 * total + 0.5))
    below, share = int(rank), rank - int(rank)
    low, high = (max(1.0, float(values[np.searchsorted(upto, at)])) for at in (below, min(total, below + 1)))
    return float(low ** (1 - share) * high**share)
