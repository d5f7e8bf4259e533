"""Claims about ratios put to the test: true, false, or only under some conditions."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from ipcbench.statistics.estimates import Estimate

TRUE, FALSE, OPEN = "true", "false", "open"


@dataclass(frozen=True, slots=True)
class Claim:
    """That something lies between two values, ends included; for "slower": above 1."""

    text: str
    low: float = -math.inf
    high: float = math.inf
    #: Whether it is about shares of what was tried (0 to 1), not about ratios.
    of_shares: bool = False

    def judge(self, estimate: Estimate) -> str:
        """Return `true` or `false` where the whole interval lies on one side, else `open`."""
        if estimate.low is None or estimate.high is None:
            return OPEN
        if self.low <= estimate.low and estimate.high <= self.high:
            return TRUE
        return FALSE if estimate.high < self.low or estimate.low > self.high else OPEN


def share(hits: int, tried: int) -> Estimate:
    """Return a share with Wilson's 95 % score interval (Wilson 1927)."""
    z = 1.959964
    middle, centre = hits / tried, (hits + z * z / 2) / (tried + z * z)
    half = z / (tried + z * z) * math.sqrt(hits * (tried - hits) / tried + z * z / 4)
    # Rounding may leave a sliver beyond what a share can be.
    low = 0.0 if not hits else max(0.0, centre - half)
    return Estimate(middle, low, 1.0 if hits == tried else min(1.0, centre + half), tried)


def verdict(claim: Claim, estimates: Mapping[str, Estimate]) -> str:
    """Return the verdict in one word or `only when ...`, from estimates by condition.

    A condition under which the interval does not decide counts for neither side and is named.
    """
    judged = _judged(claim, estimates)
    undecided = f"; undecided: {', '.join(judged[OPEN])}" if judged[OPEN] else ""
    if judged[TRUE] and judged[FALSE]:
        return f"only when {', '.join(judged[TRUE])}; false when {', '.join(judged[FALSE])}{undecided}"
    if judged[TRUE] or judged[FALSE]:
        return (TRUE if judged[TRUE] else FALSE) + undecided
    return "open: the intervals do not decide; measure longer"


def in_a_word(claim: Claim, estimates: Mapping[str, Estimate]) -> str:
    """Return `true`, `false`, `only sometimes` or `open`."""
    judged = _judged(claim, estimates)
    if judged[TRUE] and judged[FALSE]:
        return "only sometimes"
    return TRUE if judged[TRUE] else FALSE if judged[FALSE] else OPEN


def _judged(claim: Claim, estimates: Mapping[str, Estimate]) -> dict[str, list[str]]:
    """Return the conditions by what their estimates say of the claim."""
    judged: dict[str, list[str]] = {TRUE: [], FALSE: [], OPEN: []}
    for condition, estimate in estimates.items():
        judged[claim.judge(estimate)].append(condition)
    return judged
