"""Change points: after which run a figure stayed at another level.

Seeded binary segmentation (Kovacs, Buhlmann, Li, Munk: Biometrika 110:249, 2023) with the narrowest interval
over the threshold first (Baranowski, Chen, Fryzlewicz: JRSS B 81:649, 2019), on log values. Histories of
benchmarks are not white noise, so:

- single values far from both neighbourhoods are drawn in (spikes), at the end of a series too, where nobody
  knows yet whether a new level begins: a change needs `MIN_SEGMENT` runs on either side;
- the scale and the autocorrelation come from the differences of successive values, which a change hardly
  touches; means over few runs are given the variance that such a series (AR(1)) has;
- differences below `MAGNITUDE` are no news.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from ipcbench.statistics.median import median
from ipcbench.statistics.student import t_cdf, t_quantile

MIN_SEGMENT = 3
#: Half of a regression's threshold.
MAGNITUDE = math.log1p(0.025)
#: The probability of a false change in a whole series of any length.
FALSE_ALARMS = 0.05
#: A value may be so many standard deviations away from the medians of the runs before and after it.
SPIKE, NEIGHBOURS, FEWEST_AFTER = 3.0, 5, 2
#: Short series cannot tell their autocorrelation: what they say counts as `n` runs, this as `PRIOR_RUNS`.
PRIOR_CORRELATION, PRIOR_RUNS, MOST_CORRELATION = 0.3, 60, 0.8
#: The share of the runs that the scale has as degrees of freedom: it comes from overlapping differences.
EFFICIENCY = 2 / 3
#: No two runs are more alike than this, however coarse the clock.
LEAST_SCALE = 1e-4


@dataclass(frozen=True, slots=True)
class Change:
    """A new level that begins with run `index`; sizes are differences of logs, above 0 if it got larger."""

    index: int
    size: float
    low: float
    high: float
    #: One less the probability of such a change anywhere in a series without one.
    confidence: float


def find_changes(logs: Sequence[float], errors: Sequence[float] | None = None) -> list[Change]:
    """Return the changes of a series of log values, oldest first.

    `errors` are the values' own standard errors (from within each run): what is less sure counts less.
    """
    values = np.asarray(logs, dtype=float)
    if len(values) < 2 * MIN_SEGMENT:
        return []
    return _Search(values, None if errors is None else np.asarray(errors, dtype=float)).changes()


def noise(values: np.ndarray) -> tuple[float, float]:
    """Return a series' standard deviation about its level and its autocorrelation at lag 1.

    For AR(1) noise differences have the variance 2 s^2 (1 - r) and the autocorrelation -(1 - r) / 2.
    """
    steps = np.diff(values)
    scale = max(LEAST_SCALE, median(np.abs(steps)) / 0.6745)
    clipped = np.clip(steps, -3 * scale, 3 * scale)
    square = float(np.mean(clipped**2))
    seen = 1 + 2 * float(np.mean(clipped[1:] * clipped[:-1])) / square if square else 0.0
    runs = len(values)
    correlation = (runs * seen + PRIOR_RUNS * PRIOR_CORRELATION) / (runs + PRIOR_RUNS)
    correlation = min(MOST_CORRELATION, max(0.0, correlation))
    # Of normal differences, clipping at three deviations leaves 0.995 of the mean square.
    return max(LEAST_SCALE, math.sqrt(square / 0.995)) / math.sqrt(2 * (1 - correlation)), correlation


class _Search:
    """One series with its noise, its running sums and its threshold."""

    def __init__(self, values: np.ndarray, errors: np.ndarray | None) -> None:
        self._runs = len(values)
        self._scale, self._correlation = noise(values)
        self._freedom = max(3, int(EFFICIENCY * self._runs))
        self._threshold = t_quantile(1 - FALSE_ALARMS / self._runs / 2, self._freedom)
        calm = _without_spikes(values, SPIKE * self._scale)
        weights = np.ones(self._runs) if errors is None else _weights(errors, self._scale)
        self._weight = np.concatenate([[0.0], np.cumsum(weights)])
        self._sum = np.concatenate([[0.0], np.cumsum(weights * calm)])

    def changes(self) -> list[Change]:
        found = self._pruned(sorted(self._narrowest()))
        bounds = [0, *found, self._runs]
        return [self._described(*bounds[i : i + 3]) for i in range(len(found))]

    def _narrowest(self) -> list[int]:
        """Return splits over the threshold, of the narrowest intervals first; none shares an interval."""
        chosen: list[int] = []
        for length, starts in _intervals(self._runs):
            splits, strengths, sizes = self._best(starts, length)
            over = np.flatnonzero((strengths > self._threshold) & (np.abs(sizes) >= MAGNITUDE))
            for i in over[np.argsort(-strengths[over], kind="stable")]:
                start = int(starts[i])
                if not any(start < split < start + length for split in chosen):
                    chosen.append(int(splits[i]))
        return chosen

    def _best(self, starts: np.ndarray, length: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Return, for each interval, the split with the strongest difference, its strength and its size."""
        splits = starts[:, None] + np.arange(MIN_SEGMENT, length - MIN_SEGMENT + 1)[None, :]
        strengths, sizes = self._strengths(starts[:, None], splits, starts[:, None] + length)
        best = np.argmax(strengths, axis=1)[:, None]
        return tuple(np.take_along_axis(each, best, axis=1)[:, 0] for each in (splits, strengths, sizes))  # type: ignore[return-value]

    def _strengths(
        self, start: np.ndarray, split: np.ndarray, end: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """Return the differences of the means about splits in their standard errors, and as they are."""
        (left, left_variance), (right, right_variance) = self._mean(start, split), self._mean(split, end)
        sizes = right - left
        return np.abs(sizes) / np.sqrt(left_variance + right_variance), sizes

    def _mean(self, start: np.ndarray, end: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return weighted means of stretches and their variances."""
        # A value of weight w has the variance s^2 / w, so that the weights' sum stands for the runs.
        runs = self._weight[end] - self._weight[start]
        r = self._correlation
        # The variance of the mean of an AR(1) series' stretch, in units of the series' own.
        share = (1 + r) / (1 - r) / runs - 2 * r * (1 - r**runs) / (runs * (1 - r)) ** 2
        return (self._sum[end] - self._sum[start]) / runs, self._scale**2 * share

    def _pruned(self, found: list[int]) -> list[int]:
        """Put each split where its neighbours' whole stretches put it; leave out what does not hold there."""
        while found:
            bounds = [0, *found, self._runs]
            moved: list[tuple[int, float]] = []
            for i in range(len(found)):
                start, end = (moved[-1][0] if moved else 0), bounds[i + 2]
                if end - start < 2 * MIN_SEGMENT:
                    moved.append((found[i], 0.0))
                    continue
                splits, strengths, sizes = self._best(np.array([start]), end - start)
                holds = strengths[0] > self._threshold and abs(sizes[0]) >= MAGNITUDE
                moved.append((int(splits[0]), float(strengths[0]) if holds else 0.0))
            weakest = min(range(len(moved)), key=lambda i: moved[i][1])
            if moved[weakest][1] > 0:
                return [split for split, _ in moved]
            del found[weakest]
        return []

    def _described(self, start: int, split: int, end: int) -> Change:
        strengths, sizes = self._strengths(*(np.array([each]) for each in (start, split, end)))
        size, strength = float(sizes[0]), float(strengths[0])
        half = t_quantile(0.975, self._freedom) * abs(size) / strength
        chance = 2 * (1 - t_cdf(strength, self._freedom)) * self._runs
        return Change(split, size, size - half, size + half, max(0.0, 1 - chance))


def _weights(errors: np.ndarray, scale: float) -> np.ndarray:
    """Return 1 for runs as sure as most are, which the scale is that of, and less for others."""
    more = np.maximum(0.0, errors**2 - median(errors**2))
    weights: np.ndarray = 1 / (1 + more / scale**2)
    return weights


def _intervals(runs: int) -> Iterator[tuple[int, np.ndarray]]:
    """Yield the lengths of intervals, shortest first, and where they start; the last ends the series."""
    length = float(2 * MIN_SEGMENT)
    while True:
        whole = min(runs, round(length))
        starts = np.arange(0, runs - whole + 1, max(1, whole // 4))
        if starts[-1] != runs - whole:
            starts = np.append(starts, runs - whole)
        yield whole, starts
        if whole == runs:
            return
        length *= math.sqrt(2)


def _without_spikes(values: np.ndarray, most: float) -> np.ndarray:
    """Draw in what is further than `most` from both the runs before and the runs after it."""
    runs, beyond = len(values), np.full(NEIGHBOURS, np.nan)
    medians = np.full((2, runs), np.nan)
    windows = np.lib.stride_tricks.sliding_window_view
    known = slice(FEWEST_AFTER, None)
    medians[0, known] = np.nanmedian(
        windows(np.concatenate([beyond, values]), NEIGHBOURS)[:-1][known], axis=1
    )
    known = slice(None, runs - FEWEST_AFTER)
    medians[1, known] = np.nanmedian(windows(np.concatenate([values, beyond]), NEIGHBOURS)[1:][known], axis=1)
    before, after = medians
    before[:FEWEST_AFTER] = np.nan
    after[runs - FEWEST_AFTER :] = _new_level(values)
    calm: np.ndarray = np.clip(values, np.fmin(before, after) - most, np.fmax(before, after) + most)
    return calm


def _new_level(values: np.ndarray) -> float:
    """Return where the last runs may have begun a new level: no further than the weakest of them is.

    Two spikes in three runs are no new level, three runs on the same side may be one. NaN for none.
    """
    last = values[-MIN_SEGMENT:]
    level = median(values[-MIN_SEGMENT - NEIGHBOURS : -MIN_SEGMENT])
    away = last - level
    if np.all(away > 0) or np.all(away < 0):
        return level + float(away[np.argmin(np.abs(away))])
    return math.nan
