"""How small a slowdown a machine can find in the time given, from its self-test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache

import numpy as np

from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.record.schema import CaseRow
from ipcbench.record.self_test_cache import CellTest, SelfTest
from ipcbench.statistics.decision import LOOKS, Rule
from ipcbench.statistics.student import t_quantile

#: How surely a slowdown of the size that is told is found.
POWER = 0.9
DRAWS = 20_000
#: Minutes after the self-test launches scatter more or less than in it. Taken for this much more, nine of ten
#: promises are kept (`bench/self_test_power.py`).
MOODS = 1.25
#: Coordinates in which cells differ that are as noisy as one another.
_NO_KIND = ("channel", "size", "python", "start_method", "touch")


def smallest_slowdown(cell: CellTest, seconds: float, rule: Rule) -> float | None:
    """Return the slowdown, as a share, that is called regressed in 9 of 10 cases within so many seconds.

    With a threshold as small: a comparison ends as soon as it excludes the threshold, whatever remains.
    None where the time does not suffice for the first look.
    """
    affordable = [look for look in LOOKS if look * cell.seconds_per_launch <= seconds]
    if not affordable:
        return None
    launches = affordable[-1]
    error = MOODS * cell.spread / math.sqrt(launches)
    return math.expm1(_shift(launches, cell.launches, rule.claimed_tail) * error)


@lru_cache(maxsize=512)
def _shift(launches: int, learnt: int, tail: float) -> float:
    """Return how far a mean of `launches` has to lie from 0, in standard errors as they were learnt.

    What is found is a mean beyond Student's quantile times its own standard error; both scatter, and so does
    the spread that was learnt from `learnt` launches, which may be too small by luck. All three are drawn (of
    normal launches), and the shift is that which suffices in nine cases of ten.
    """
    rng = np.random.default_rng(0)
    claimed = t_quantile(1 - tail, launches - 1)
    own = np.sqrt(rng.chisquare(launches - 1, DRAWS) / (launches - 1))
    known = np.sqrt(rng.chisquare(learnt - 1, DRAWS) / (learnt - 1))
    return float(np.quantile((claimed * own + rng.standard_normal(DRAWS)) / known, POWER))


def smallest_slowdowns(
    self_test: SelfTest, places: Sequence[Case], seconds: float, rule: Rule
) -> tuple[list[float], int]:
    """Return the smallest slowdowns, sorted, for places compared in turns within so many seconds in all.

    And of how many places there is nothing to say: no cell of their kind was tested, or time is too short.
    """
    shares = []
    for place in places:
        cell = _nearest(self_test.cells, place)
        share = smallest_slowdown(cell, seconds / len(places), rule) if cell else None
        if share is not None:
            # What is smaller is excluded to be as large as the threshold, and passes.
            shares.append(max(share, rule.threshold))
    return sorted(shares), len(places) - len(shares)


def _kind(case: Case | CaseRow) -> tuple[object, ...]:
    """Return what makes a case as noisy as another, apart from its size and its channel."""
    return tuple(each.of(case) for each in COORDINATES if each.name not in _NO_KIND)


def _nearest(cells: Sequence[CellTest], place: Case) -> CellTest | None:
    """Return the noisiest cell of the same kind at the nearest size; the channel's if that was tested."""
    alike = [cell for cell in cells if _kind(cell.case) == _kind(place)]
    own = [cell for cell in alike if cell.case.channel == place.channel] or alike

    def distance(cell: CellTest) -> float:
        return abs(math.log2(cell.case.payload_bytes + 1) - math.log2(place.payload_bytes + 1))

    return min(own, key=lambda cell: (distance(cell), -cell.spread), default=None)
