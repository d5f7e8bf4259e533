"""Slower or not: a sequential decision over launches with a known error rate.

After 6, 12, 24, 48, 96 and 192 launches Student's interval of the log ratio is looked at, and the first look
that can decide, decides (Bonferroni: each look has its share of alpha, half of it on either side of the
interval). Two errors are kept at alpha or below:

- With no change in any cell, "regressed" comes out anywhere: its end of the interval has alpha shared out
  among the looks and all comparisons, and so has the end of "improved".
- With a slowdown of the threshold or more somewhere, all passes: for that, the very cell that is slower has
  to come out as not slower, so the upper end has alpha shared out among the looks alone (an
  intersection-union test; Berger 1982, Technometrics 24:295).

Between no change and the threshold either may come out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import NormalDist

import numpy as np

from ipcbench.analysis.student import t_quantile

LOOKS = (6, 12, 24, 48, 96, 192)
#: Fewer launches than this have no interval worth its name, when time is up before the first look.
FEWEST = 3
#: What would take more launches than this is not worked out further.
MOST_WANTED = 100_000


class Verdict(Enum):
    """What a comparison came to; the value is what a table says."""

    REGRESSED = "regressed"
    WITHIN = "slower within the threshold"
    NOT_SLOWER = "not slower"
    IMPROVED = "improved"
    INCONCLUSIVE = "inconclusive"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked: slower by `threshold` (a share) or more, in one of `comparisons`, wrongly in `alpha`."""

    threshold: float = 0.05
    alpha: float = 0.01
    comparisons: int = 1
    looks: int = len(LOOKS)

    @property
    def claimed_tail(self) -> float:
        """The probability that one look at one comparison wrongly finds a slowdown (or an improvement)."""
        return self.alpha / (self.looks * self.comparisons) / 2

    @property
    def passed_tail(self) -> float:
        """The probability that one look wrongly excludes a slowdown of the threshold."""
        return self.alpha / self.looks / 2

    @property
    def limit(self) -> float:
        """The threshold as a log ratio."""
        return math.log1p(self.threshold)


@dataclass(frozen=True, slots=True)
class Decision:
    """A verdict, with the ratio (b's time to a's) and the ends of the interval that it rests on."""

    verdict: Verdict
    ratio: float
    low: float
    high: float
    launches: int
    #: What would decide it, where nothing did: about so many launches.
    wanted: int | None = None


def decide(logs: Sequence[float], rule: Rule) -> Decision:
    """Return what these launches' log ratios say at one look; INCONCLUSIVE where they do not decide."""
    count = len(logs)
    if count < FEWEST:
        middle = math.exp(float(np.mean(logs))) if count else math.nan
        return Decision(Verdict.INCONCLUSIVE, middle, 0.0, math.inf, count, LOOKS[0])
    mean = float(np.mean(logs))
    error = float(np.std(logs, ddof=1)) / math.sqrt(count)
    decision = judge(mean, error, count - 1, rule, launches=count)
    if decision.verdict is not Verdict.INCONCLUSIVE:
        return decision
    return replace(decision, wanted=_wanted(mean, error * math.sqrt(count), rule, count))


def judge(mean: float, error: float, degrees: int | None, rule: Rule, *, launches: int) -> Decision:
    """Return what a mean log ratio with this standard error says at one look.

    `degrees` are Student's degrees of freedom; None where the error is known.
    """
    claimed, passed = (
        (t_quantile(1 - tail, degrees) if degrees else NormalDist().inv_cdf(1 - tail)) * error
        for tail in (rule.claimed_tail, rule.passed_tail)
    )
    low, high = (math.exp(min(700.0, max(-700.0, end))) for end in (mean - claimed, mean + passed))
    return Decision(_judge(mean, claimed, passed, rule.limit), math.exp(mean), low, high, launches)


def _judge(mean: float, claimed: float, passed: float, limit: float) -> Verdict:
    """Judge by the half-widths of what claims a difference, and of what excludes a slowdown."""
    below_threshold = mean + passed < limit
    if mean - claimed > 0:
        return Verdict.WITHIN if below_threshold else Verdict.REGRESSED
    if mean + claimed < 0:
        return Verdict.IMPROVED
    return Verdict.NOT_SLOWER if below_threshold else Verdict.INCONCLUSIVE


def _wanted(mean: float, spread: float, rule: Rule, count: int) -> int:
    """Return about how many launches would decide, if their mean and spread stay as they are."""
    wanted = count + 1
    while wanted < MOST_WANTED:
        error = spread / math.sqrt(wanted)
        claimed, passed = (t_quantile(1 - tail, wanted - 1) for tail in (rule.claimed_tail, rule.passed_tail))
        if mean - claimed * error > 0 or mean + passed * error < rule.limit:
            break
        wanted = wanted * 5 // 4 + 1
    return wanted


class Comparison:
    """One cell of a comparison while its launches come in."""

    def __init__(self, rule: Rule) -> None:
        self._rule = rule
        self.logs: list[float] = []
        self.decision: Decision | None = None

    @property
    def is_open(self) -> bool:
        """Whether another launch may decide it."""
        return self.decision is None

    def add(self, log_ratio: float) -> None:
        """Take a launch's log ratio; look where it is time to."""
        if not self.is_open:
            return
        self.logs.append(log_ratio)
        if len(self.logs) in LOOKS:
            found = decide(self.logs, self._rule)
            if found.verdict is not Verdict.INCONCLUSIVE or len(self.logs) == LOOKS[-1]:
                self.decision = found

    def end(self) -> Decision:
        """Return the decision; where time is up, the next look is taken now: it has its share of alpha."""
        if self.decision is None:
            self.decision = decide(self.logs, self._rule)
        return self.decision
