"""Slower, faster, different: a sequential decision over launches with a known error rate.

After 6, 12, 24, 48, 96 and 192 launches an interval of the log ratio is looked at, and the first look that
can decide, decides (Bonferroni: each look has its share of alpha, half of it on either side).

The first two looks take Student's interval. From 24 launches on it is that of the signed ranks, which
launches in another regime do not widen (`ranks`). A channel against itself gives either sign alike, so ranks
err no more often than they say. Where one arm is in a slow regime more often than the other, they can
overlook what that adds on average: so nothing passes unless the mean, too, lies below the threshold.

What it goes on for is the question. Whether something became *slower*: until that is shown, or a slowdown
of the threshold is excluded. Whether something makes it *faster*: until that is shown, or a gain of the
threshold is excluded (one that was "not slower" may still be twice as fast). Whether it is *different*: until
either is shown, or both are excluded.

Two errors are kept at alpha or below, whichever is asked, the second at a fifth of it:

- With no change in any cell, "regressed" comes out anywhere: its end of the interval has alpha shared out
  among the looks and all comparisons, and so has the end of "improved".
- With a change of the threshold or more somewhere, all passes: for that, the very cell that changed has to
  come out as not changed, so the end that excludes shares out what it has among the looks alone (an
  intersection-union test; Berger 1982, Technometrics 24:295). It has a fifth of alpha: of gains of exactly
  the threshold 2 in 324 were called smaller with all of it, and a fifth costs a tenth to a third more
  launches where nothing changed (docs/evidence.md).

Between no change and the threshold either may come out.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum
from statistics import NormalDist

import numpy as np

from ipcbench.statistics.ranks import Ranks
from ipcbench.statistics.student import t_quantile

LOOKS = (6, 12, 24, 48, 96, 192)
#: Fewer launches than this have no interval worth its name, when time is up before the first look.
FEWEST = 3
#: From so many launches on ranks decide; fewer have no interval by ranks at the levels that are asked for.
FEWEST_FOR_RANKS = 24
#: Of alpha, what excluding a change of the threshold may err in.
EXCLUDING_SHARE = 0.2
#: What would take more launches than this is not worked out further.
MOST_WANTED = 100_000


class Verdict(Enum):
    """What a comparison came to; the value is what a table says."""

    REGRESSED = "regressed"
    WITHIN = "slower within the threshold"
    NOT_SLOWER = "not slower"
    IMPROVED = "improved"
    FASTER_WITHIN = "faster within the threshold"
    NOT_FASTER = "not faster"
    NOT_DIFFERENT = "not different"
    INCONCLUSIVE = "inconclusive"


class Question(Enum):
    """What a comparison goes on for; the value is what a user writes."""

    SLOWER = "slower"
    FASTER = "faster"
    DIFFERENT = "different"


@dataclass(frozen=True, slots=True)
class Rule:
    """What is asked: a change of `threshold` (a share) or more in one of `comparisons`; errs in `alpha`."""

    threshold: float
    alpha: float
    comparisons: int = 1
    looks: int = len(LOOKS)
    question: Question = Question.SLOWER

    @property
    def claimed_tail(self) -> float:
        """The probability that one look at one comparison wrongly finds a slowdown (or an improvement)."""
        return self.alpha / (self.looks * self.comparisons) / 2

    @property
    def passed_tail(self) -> float:
        """The probability that one look wrongly excludes a change of the threshold."""
        return EXCLUDING_SHARE * self.alpha / self.looks / 2

    @property
    def slower_limit(self) -> float:
        """A slowdown of the threshold as a log ratio."""
        return math.log1p(self.threshold)

    @property
    def faster_limit(self) -> float:
        """A gain of the threshold as a log ratio."""
        return math.log1p(-self.threshold)


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


@dataclass(frozen=True, slots=True)
class _Ends:
    """A log ratio with the ends of what can be claimed of it, and the ends of what can be excluded."""

    middle: float
    #: Above 0 it is slower, below 0 the other end says faster.
    claimed_low: float
    claimed_high: float
    #: Above the log of a gain it is not faster by so much, below that of a slowdown not slower.
    passed_low: float
    passed_high: float

    def verdict(self, rule: Rule) -> Verdict:
        no_slowdown, no_gain = self.passed_high < rule.slower_limit, self.passed_low > rule.faster_limit
        asked = rule.question
        if self.claimed_low > 0:
            return Verdict.WITHIN if no_slowdown else Verdict.REGRESSED
        if self.claimed_high < 0:
            return Verdict.FASTER_WITHIN if no_gain and asked is not Question.SLOWER else Verdict.IMPROVED
        if asked is Question.SLOWER and no_slowdown:
            return Verdict.NOT_SLOWER
        if asked is Question.FASTER and no_gain:
            return Verdict.NOT_FASTER
        return Verdict.NOT_DIFFERENT if no_slowdown and no_gain else Verdict.INCONCLUSIVE

    def decision(self, rule: Rule, launches: int) -> Decision:
        shown_low = self.passed_low if rule.question is Question.FASTER else self.claimed_low
        shown_high = self.passed_high if rule.question is Question.SLOWER else self.claimed_high
        ratio, low, high = (
            math.exp(min(700.0, max(-700.0, end))) for end in (self.middle, shown_low, shown_high)
        )
        return Decision(self.verdict(rule), ratio, low, high, launches)


def decide(logs: Sequence[float], rule: Rule) -> Decision:
    """Return what these launches' log ratios say at one look; INCONCLUSIVE where they do not decide."""
    if len(logs) < FEWEST:
        return _too_few(logs)
    ends, spread = _ends(logs, rule)
    decision = ends.decision(rule, len(logs))
    if decision.verdict is not Verdict.INCONCLUSIVE:
        return decision
    return replace(decision, wanted=_wanted(ends.middle, spread, rule, len(logs)))


def interval(logs: Sequence[float], alpha: float = 0.05) -> tuple[float, float, float]:
    """Return the ratio of these launches and the ends of an interval that misses it in `alpha`, of one look.

    Ends are 0 and infinite where there are too few launches; the ratio is NaN without any.
    """
    rule = Rule(0.0, alpha, looks=1, question=Question.DIFFERENT)
    found = _too_few(logs) if len(logs) < FEWEST else _ends(logs, rule)[0].decision(rule, len(logs))
    return found.ratio, found.low, found.high


def _too_few(logs: Sequence[float]) -> Decision:
    middle = math.exp(float(np.mean(logs))) if logs else math.nan
    return Decision(Verdict.INCONCLUSIVE, middle, 0.0, math.inf, len(logs), LOOKS[0])


def _ends(logs: Sequence[float], rule: Rule) -> tuple[_Ends, float]:
    """Return the ends by Student's interval or by ranks, and the spread that launches have to overcome."""
    count = len(logs)
    mean, spread = float(np.mean(logs)), float(np.std(logs, ddof=1))
    if count < FEWEST_FOR_RANKS:
        return _student(mean, spread / math.sqrt(count), count - 1, rule), spread
    return _ranked(logs, mean, spread, rule)


def judge(mean: float, error: float, degrees: int | None, rule: Rule, *, launches: int) -> Decision:
    """Return what a mean log ratio with this standard error says at one look.

    `degrees` are Student's degrees of freedom; None where the error is known.
    """
    return _student(mean, error, degrees, rule).decision(rule, launches)


def _student(mean: float, error: float, degrees: int | None, rule: Rule) -> _Ends:
    claimed, passed = (
        (t_quantile(1 - tail, degrees) if degrees else NormalDist().inv_cdf(1 - tail)) * error
        for tail in (rule.claimed_tail, rule.passed_tail)
    )
    return _Ends(mean, mean - claimed, mean + claimed, mean - passed, mean + passed)


def _ranked(logs: Sequence[float], mean: float, spread: float, rule: Rule) -> tuple[_Ends, float]:
    """Return the ends by ranks, and the spread that more launches have to overcome.

    That is the mean's where the mean is what does not pass; else that of normal launches whose interval would
    be as wide.
    """
    ranks = Ranks(logs)
    low, high = ranks.lower(rule.claimed_tail), ranks.upper(rule.claimed_tail)
    passed_low, passed_high = ranks.lower(rule.passed_tail), ranks.upper(rule.passed_tail)
    overlooks_none = {
        Question.SLOWER: mean < passed_high,
        Question.FASTER: mean > passed_low,
        Question.DIFFERENT: passed_low < mean < passed_high,
    }
    if overlooks_none[rule.question]:
        spread = (high - low) / 2 / NormalDist().inv_cdf(1 - rule.claimed_tail) * math.sqrt(len(logs))
    return _Ends(ranks.middle, low, high, min(passed_low, mean), max(passed_high, mean)), spread


def _wanted(mean: float, spread: float, rule: Rule, count: int) -> int:
    """Return about how many launches would decide, if their mean and spread stay as they are."""
    wanted = count + 1
    while wanted < MOST_WANTED:
        ends = _student(mean, spread / math.sqrt(wanted), wanted - 1, rule)
        if ends.verdict(rule) is not Verdict.INCONCLUSIVE:
            break
        wanted = wanted * 5 // 4 + 1
    return min(wanted, MOST_WANTED)


class SequentialTest:
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


class GainTest(SequentialTest):
    """Asks whether it is faster; where a gain is excluded and it looks slower, whether it is slower, too.

    Both claims are taken at the same looks by the same rule, so that together they err in alpha.
    """

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._gain = SequentialTest(replace(rule, question=Question.FASTER))
        self._harm = SequentialTest(replace(rule, question=Question.DIFFERENT))

    @property
    def is_open(self) -> bool:
        if self.decision is None:
            return True
        excluded = self.decision.verdict is Verdict.NOT_FASTER
        return excluded and self._harm.is_open and interval(self.logs)[1] > 1

    def add(self, log_ratio: float) -> None:
        """Take a launch's log ratio, also after the decision."""
        self.logs.append(log_ratio)
        for test in (self._gain, self._harm):
            test.add(log_ratio)
        if self._gain.decision is not None:
            self.decision = _gain_or_harm(self._gain.decision, self._harm.decision)

    def end(self) -> Decision:
        """Return the decision about the gain, or that it is slower."""
        return _gain_or_harm(self._gain.end(), self._harm.end())


def _gain_or_harm(gain: Decision, harm: Decision | None) -> Decision:
    if gain.verdict is Verdict.NOT_FASTER and harm and harm.verdict in (Verdict.REGRESSED, Verdict.WITHIN):
        return harm
    return gain
