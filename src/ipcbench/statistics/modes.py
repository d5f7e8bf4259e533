"""Whether a case's trials come in two modes, so that no single figure tells how long a message takes.

Hartigan & Hartigan's dip test (1985, Annals of Statistics 13:70): the dip is the largest distance between the
trials' distribution and the unimodal distribution that comes nearest to it. It says *whether* there is more
than one mode; a split of the log times then says where both lie and whether the difference matters.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ipcbench.statistics.median import median

#: Modes closer than this are no finding, however sure.
LEAST_FACTOR = 1.2
#: The share of trials that are in the other mode than most of their own launch.
LEAST_SHARE = 0.05
#: By number of values: what sqrt(number) * dip of a uniform sample exceeds with 1 % and with 0.1 %. Simulated
#: with 720,000 (2,000 values) to 2,400,000 (200) samples each, drawn as `uniform_dips` of
#: tests/statistics/test_modes.py does; the dips came from the C code of PyPI's diptest 0.12 (equal to `dip`).
#: Rounded up: for 10 and 20 until the line of `critical` was nowhere below the simulation, for 50 until R's
#: table was reached. For more than 2,000 extrapolated: the quantiles are straight in 1 / sqrt(number).
CRITICAL: dict[float, tuple[float, float]] = {
    10: (0.508, 0.577),
    20: (0.541, 0.622),
    50: (0.575, 0.667),
    100: (0.592, 0.689),
    200: (0.604, 0.703),
    500: (0.615, 0.716),
    2000: (0.626, 0.729),
    math.inf: (0.637, 0.742),
}


@dataclass(frozen=True, slots=True)
class Modes:
    """Two modes of a case: seconds a message in either, and the share of trials in the slower one."""

    low_s: float
    high_s: float
    share_high: float


def two_modes(launches: Sequence[np.ndarray], alpha: float) -> Modes | None:
    """Return the modes of a case's trials; None where they may as well have one, or lie close together.

    `launches` are each launch's trials in seconds a message, above 0. What differs between launches is
    another question, so each launch's log times count from an origin of its own. `alpha` is the probability
    of a finding in one case whose trials are alike and have one mode, at most; bell-shaped ones stay far
    below it. Trials that are not alike (the first of each launch is slower) do make modes.
    """
    logs = [np.log(trials) for trials in launches if len(trials)]
    pooled = np.concatenate([_from_origin(each) for each in logs]) if logs else np.empty(0)
    if len(pooled) < 4 or math.sqrt(len(pooled)) * dip(pooled) < critical(len(pooled), alpha):
        return None
    # Far modes show best as they are, as all trials of a launch may be in one; close ones once aligned.
    typical = median([_origin(each) for each in logs])
    aligned = [each - _origin(each) + typical for each in logs]
    splits = [split for split in (_split(logs), _split(aligned)) if split is not None]
    return max(splits, key=lambda split: split[0])[1] if splits else None


def critical(count: int, alpha: float) -> float:
    """Return what sqrt(count) * dip of `count` values with one mode reaches with probability `alpha` or less.

    The square of the quantiles of sqrt(count) * dip grows with the log of their 1 / probability, along a line
    that bends down a little. The chord through 1 % and 0.1 % therefore lies above what was simulated beyond
    them (looked at down to 1e-5) and, rounded up, between them. Other counts have the next larger one's row.
    """
    at_1_percent, at_1_permille = next(row for rows, row in CRITICAL.items() if count <= rows)
    slope = (at_1_permille**2 - at_1_percent**2) / math.log(10)
    return math.sqrt(max(0.0, at_1_percent**2 + slope * math.log(0.01 / alpha)))


def dip(values: np.ndarray) -> float:
    """Return Hartigan & Hartigan's dip: 1 / (2 n) for the most regular sample, up to 1/4 for two points.

    As algorithm AS 217 does: the modal interval shrinks to where the greatest convex minorant and the least
    concave majorant of the distribution lie furthest apart, until what was left outside departs further from
    them. Heights are counts of values, so that a step is 1, and a tie one larger step.
    """
    places, ties = np.unique(values, return_counts=True)
    upto = np.cumsum(ties).astype(float)
    below = upto - ties
    departure = 1.0
    while len(places) > 1:
        minorant, majorant = _lower_hull(places, below), _lower_hull(places, -upto)
        low = np.interp(places, places[minorant], below[minorant])
        high = np.interp(places, places[majorant], upto[majorant])
        corners = np.union1d(minorant, majorant)
        widest = corners[np.argmax((high - low)[corners])]
        if high[widest] - low[widest] <= departure:
            break
        first = minorant[np.searchsorted(minorant, widest, side="right") - 1]
        last = majorant[np.searchsorted(majorant, widest)]
        # The ends of the modal interval may be the mode itself, where a step is no departure.
        departure = max(
            departure, (upto - low)[:first].max(initial=0), (high - below)[last + 1 :].max(initial=0)
        )
        inside = slice(first, last + 1)
        places, upto, below = places[inside], upto[inside], below[inside]
    return float(departure) / (2 * len(values))


def _lower_hull(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Return the places in ascending `x` of the corners of the greatest convex minorant of the points."""
    corners: list[tuple[float, float]] = []
    places: list[int] = []
    for place, (at, height) in enumerate(zip(x.tolist(), y.tolist(), strict=True)):
        while len(corners) > 1:
            (x0, y0), (x1, y1) = corners[-2:]
            if (y1 - y0) * (at - x1) < (height - y1) * (x1 - x0):
                break
            corners.pop()
            places.pop()
        corners.append((at, height))
        places.append(place)
    return np.array(places)


def _origin(logs: np.ndarray) -> float:
    """Return the launch's lower quartile, as one of its trials.

    A median would lie in either mode or between them where about half of the trials are slow, and hide what
    is looked for; the quartile is in the faster mode unless three quarters of the trials are slow.
    """
    return float(np.sort(logs)[len(logs) // 4])


def _from_origin(logs: np.ndarray) -> np.ndarray:
    """Return the distances of a launch's other trials from its origin.

    The trial that is the origin is left out: zeros, one from each launch, would be a mode of their own.
    """
    return np.delete(np.sort(logs), len(logs) // 4) - _origin(logs)


def _split(launches: Sequence[np.ndarray]) -> tuple[float, Modes] | None:
    """Return the best split of the log times, with the share of their variance that it explains.

    None where the modes lie too close, where next to no launch has trials in both (then it is launches that
    differ), or where there is no valley between (a long tail is no mode).
    """
    logs = np.sort(np.concatenate(launches))
    explained, border = _least_variance(logs)
    slow = logs > border
    if not slow.any():  # Nearly all are equal.
        return None
    low, high = median(logs[~slow]), median(logs[slow])
    in_other = sum(min(int((each > border).sum()), int((each <= border).sum())) for each in launches)
    if (
        high - low < math.log(LEAST_FACTOR)
        or in_other < LEAST_SHARE * len(logs)
        or not _valley(logs, low, high)
    ):
        return None
    return explained, Modes(math.exp(low), math.exp(high), float(slow.mean()))


def _least_variance(logs: np.ndarray) -> tuple[float, float]:
    """Return the share of variance between the sides of the best split of sorted values, and its border.

    What is too few for a mode is drawn in: trials that stalled for long must not outweigh all others.
    """
    count = len(logs)
    least = max(2, math.ceil(LEAST_SHARE * count))
    drawn_in = np.clip(logs, logs[least - 1], logs[-least])
    drawn_in -= drawn_in.mean()
    cuts = np.arange(least, count - least + 1)
    between = np.cumsum(drawn_in)[cuts - 1] ** 2 * count / (cuts * (count - cuts))
    best = int(np.argmax(between))
    total = float((drawn_in**2).sum())
    return float(between[best]) / total if total else 0.0, float(logs[cuts[best] - 1 : cuts[best] + 1].mean())


def _valley(logs: np.ndarray, low: float, high: float) -> bool:
    """Whether the middle third between two modes holds at most half as many trials as that about either."""
    around = [
        int((np.abs(logs - centre) <= (high - low) / 6).sum()) for centre in (low, (low + high) / 2, high)
    ]
    return 2 * around[1] <= min(around[0], around[2])
