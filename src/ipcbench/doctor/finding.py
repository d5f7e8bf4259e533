"""A finding: what was looked at, what was found, and what that means for measuring."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum


class Fitness(Enum):
    """How a machine suits measuring; the value is the exit status (3 undecided, 4 cannot measure)."""

    FIT = 0
    UNKNOWN = 1
    DOUBTFUL = 3
    UNFIT = 4

    @property
    def word(self) -> str:
        """How it is printed."""
        return self.name.lower()


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at."""

    name: str
    found: str
    verdict: Fitness = Fitness.FIT
    #: What to do about it; empty where nothing is to be done.
    advice: str = ""


def unknown(name: str) -> Finding:
    """Return the finding that the system does not say."""
    return Finding(name, "not said by this system", Fitness.UNKNOWN)


def judge(value: float, doubtful: float, unfit: float) -> Fitness:
    """Return the verdict on a value that is the worse the larger it is."""
    return Fitness.UNFIT if value >= unfit else Fitness.DOUBTFUL if value >= doubtful else Fitness.FIT


def overall(findings: Iterable[Finding]) -> Fitness:
    """Return the worst verdict; what is not known does not count."""
    worst = max((finding.verdict.value for finding in findings), default=0)
    return Fitness(worst) if worst > Fitness.UNKNOWN.value else Fitness.FIT
