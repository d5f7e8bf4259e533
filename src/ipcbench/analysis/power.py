"""How small a slowdown a machine can find in the time given, from its self-test."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist

from ipcbench.analysis.decision import LOOKS, Rule
from ipcbench.analysis.student import t_quantile
from ipcbench.record.self_test import CellTest, SelfTest

#: How surely a slowdown of the size that is told is found.
POWER = 0.9


@dataclass(frozen=True, slots=True)
class CellKey:
    """Where a cell is: what a comparison of it is as noisy as."""

    channel: str
    workload: str
    payload_bytes: int
    placement: str


def smallest_slowdown(cell: CellTest, seconds: float, rule: Rule) -> float | None:
    """Return the slowdown, as a share, that is called regressed in 9 of 10 cases within so many seconds.

    With a threshold as small: a comparison ends as soon as it excludes the threshold, whatever remains.
    None where the time does not suffice for the first look. At n launches the mean's error is spread/sqrt(n);
    it has to lie above the claiming quantile and, 9 times in 10, its own scatter.
    """
    affordable = [look for look in LOOKS if look * cell.seconds_per_launch <= seconds]
    if not affordable:
        return None
    launches = affordable[-1]
    quantiles = t_quantile(1 - rule.claimed_tail, launches - 1) + NormalDist().inv_cdf(POWER)
    return math.expm1(quantiles * cell.spread / math.sqrt(launches))


def slowdowns(
    found: SelfTest, places: Sequence[CellKey], seconds: float, rule: Rule
) -> tuple[list[float], int]:
    """Return the smallest slowdowns, sorted, for places compared in turns within so many seconds in all.

    And of how many places there is nothing to say: no cell of their kind was tested, or time is too short.
    """
    shares = []
    for place in places:
        cell = _nearest(found.cells, place)
        share = smallest_slowdown(cell, seconds / len(places), rule) if cell else None
        if share is not None:
            # What is smaller is excluded to be as large as the threshold, and passes.
            shares.append(max(share, rule.threshold))
    return sorted(shares), len(places) - len(shares)


def _nearest(cells: Sequence[CellTest], place: CellKey) -> CellTest | None:
    """Return the noisiest cell of the workload and placement at the nearest size; the channel's if tested."""
    alike = [cell for cell in cells if (cell.workload, cell.placement) == (place.workload, place.placement)]
    own = [cell for cell in alike if cell.channel == place.channel] or alike

    def distance(cell: CellTest) -> float:
        return abs(math.log2(cell.payload_bytes + 1) - math.log2(place.payload_bytes + 1))

    return min(own, key=lambda cell: (distance(cell), -cell.spread), default=None)
