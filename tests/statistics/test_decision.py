import math
import random
from dataclasses import replace

import pytest

from ipcbench.statistics.decision import LOOKS, GainTest, Question, Rule, SequentialTest, Verdict, decide

RULE = Rule(threshold=0.05, alpha=0.01)
FASTER, DIFFERENT = (replace(RULE, question=asked) for asked in (Question.FASTER, Question.DIFFERENT))


def launches(true_share: float, spread: float, count: int = LOOKS[-1], seed: int = 1) -> list[float]:
    rng = random.Random(seed)
    return [rng.gauss(math.log1p(true_share), spread) for _ in range(count)]


def outcome(true_share: float, spread: float, seed: int = 1, rule: Rule = RULE) -> tuple[Verdict, int]:
    comparison = SequentialTest(rule)
    for value in launches(true_share, spread, seed=seed):
        comparison.add(value)
    assert not comparison.is_open
    found = comparison.end()
    return found.verdict, found.launches


@pytest.mark.parametrize(
    ("true_share", "verdict"),
    [
        (0.0, Verdict.NOT_SLOWER),
        (0.10, Verdict.REGRESSED),
        (0.02, Verdict.WITHIN),
        (-0.10, Verdict.IMPROVED),
    ],
)
def test_a_clear_case_is_decided_at_the_first_look(true_share: float, verdict: Verdict) -> None:
    assert outcome(true_share, 0.002) == (verdict, LOOKS[0])


@pytest.mark.parametrize(
    ("rule", "true_share", "verdict"),
    [
        (FASTER, 0.0, Verdict.NOT_FASTER),
        (FASTER, -0.10, Verdict.IMPROVED),
        (FASTER, -0.02, Verdict.FASTER_WITHIN),
        (FASTER, 0.10, Verdict.REGRESSED),
        (FASTER, 0.02, Verdict.WITHIN),
        (DIFFERENT, 0.0, Verdict.NOT_DIFFERENT),
        (DIFFERENT, 0.10, Verdict.REGRESSED),
        (DIFFERENT, -0.10, Verdict.IMPROVED),
        (DIFFERENT, 0.02, Verdict.WITHIN),
        (DIFFERENT, -0.02, Verdict.FASTER_WITHIN),
    ],
)
def test_what_is_asked_is_what_is_answered(rule: Rule, true_share: float, verdict: Verdict) -> None:
    assert outcome(true_share, 0.002, rule=rule) == (verdict, LOOKS[0])


def test_a_gain_that_is_asked_for_is_not_given_up_once_a_slowdown_is_excluded() -> None:
    """Half as long, but so noisy that six launches exclude no more than a slowdown."""
    logs = [math.log(0.5) + error for error in (0.2, -0.2, 0.16, -0.16, 0.12, -0.12)]
    wide = Rule(0.05, 0.01, comparisons=10_000)
    assert decide(logs, wide).verdict is Verdict.NOT_SLOWER
    found = decide(logs, replace(wide, question=Question.FASTER))
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.low < 0.5 < 1 < found.high


def test_the_interval_that_is_shown_is_the_one_that_answers() -> None:
    """The end that excludes is nearer than the one that claims, of which there are as many as comparisons."""
    logs = launches(0.0, 0.05, 12)
    slower, faster, different = (
        decide(logs, replace(rule, comparisons=36)) for rule in (RULE, FASTER, DIFFERENT)
    )
    assert (different.low, different.high) == (slower.low, faster.high)
    assert slower.high < different.high
    assert faster.low > different.low


def test_a_noisier_case_takes_more_launches() -> None:
    assert outcome(0.0, 0.05)[1] > outcome(0.0, 0.01)[1]


def test_what_no_look_decides_is_inconclusive_and_says_what_would_decide() -> None:
    comparison = SequentialTest(RULE)
    for value in launches(0.0, 0.9):
        comparison.add(value)
    found = comparison.end()
    assert found.verdict is Verdict.INCONCLUSIVE
    assert found.wanted is not None
    assert found.wanted > LOOKS[-1]


def test_a_decision_once_taken_stays() -> None:
    comparison = SequentialTest(RULE)
    for value in [*launches(0.10, 0.002, 6), *launches(-0.5, 0.002, 6)]:
        comparison.add(value)
    assert comparison.end().verdict is Verdict.REGRESSED
    assert len(comparison.logs) == LOOKS[0]


def test_when_time_is_up_the_next_look_is_taken_early() -> None:
    comparison = SequentialTest(RULE)
    for value in launches(0.10, 0.001, 4):
        comparison.add(value)
    assert comparison.end().verdict is Verdict.REGRESSED
    few = SequentialTest(RULE)
    few.add(0.5)
    assert few.end().verdict is Verdict.INCONCLUSIVE
    assert SequentialTest(RULE).end().verdict is Verdict.INCONCLUSIVE


def test_more_comparisons_make_each_interval_wider() -> None:
    logs = launches(0.0, 0.05, 24)
    one, many = decide(logs, RULE), decide(logs, Rule(0.05, 0.01, comparisons=36))
    assert many.high - many.low > one.high - one.low


def torn(true_share: float, slow_in_b: float, seed: int) -> list[float]:
    """Launches of which some, in either arm, are 1.6 times as slow."""
    rng = random.Random(seed)

    def log(slow: float) -> float:
        return rng.gauss(0, 0.015) + (math.log(1.6) if rng.random() < slow else 0.0)

    return [math.log1p(true_share) + log(slow_in_b) - log(0.3) for _ in range(LOOKS[-1])]


def judged(logs: list[float]) -> Verdict:
    comparison = SequentialTest(RULE)
    for value in logs:
        comparison.add(value)
    return comparison.end().verdict


def test_launches_in_two_regimes_are_decided_too() -> None:
    same = [judged(torn(0.0, 0.3, seed)) for seed in range(200)]
    slower = [judged(torn(0.05, 0.3, seed)) for seed in range(200)]
    assert same.count(Verdict.NOT_SLOWER) >= 180
    assert same.count(Verdict.REGRESSED) <= 2
    assert slower.count(Verdict.REGRESSED) >= 190


def test_a_slow_regime_that_has_become_more_frequent_does_not_pass() -> None:
    found = [judged(torn(0.0, 0.55, seed)) for seed in range(200)]
    assert found.count(Verdict.NOT_SLOWER) <= 4


def test_errors_are_as_seldom_as_promised() -> None:
    """Of 2,000 comparisons at most 1 % regressed without a change, and at most 0.2 % not slower with one."""
    same = [outcome(0.0, 0.06, seed)[0] for seed in range(2000)]
    slower = [outcome(0.05, 0.06, seed)[0] for seed in range(2000)]
    assert sum(verdict is Verdict.REGRESSED for verdict in same) <= 20
    assert sum(verdict in (Verdict.NOT_SLOWER, Verdict.WITHIN) for verdict in slower) <= 4
    assert sum(verdict is Verdict.REGRESSED for verdict in slower) >= 1980


@pytest.mark.parametrize("rule", [FASTER, DIFFERENT])
def test_errors_are_as_seldom_as_promised_whatever_is_asked(rule: Rule) -> None:
    """At most 1 % of 1,000 comparisons faster without a change, and at most 0.2 % not faster with a gain."""
    same = [outcome(0.0, 0.06, seed, rule)[0] for seed in range(1000)]
    gained = [outcome(-0.05, 0.06, seed, rule)[0] for seed in range(1000)]
    assert sum(verdict in (Verdict.IMPROVED, Verdict.REGRESSED) for verdict in same) <= 10
    passed = (Verdict.NOT_FASTER, Verdict.NOT_DIFFERENT, Verdict.FASTER_WITHIN)
    assert sum(verdict in passed for verdict in gained) <= 2
    assert sum(verdict is Verdict.IMPROVED for verdict in gained) >= 985


def test_what_gains_nothing_and_looks_slower_goes_on_until_that_is_shown_or_not() -> None:
    """A gain is excluded at the first look; that it is slower takes more launches, if it is."""
    noise = random.Random(2)
    harmful, alike = GainTest(RULE), GainTest(RULE)
    while harmful.is_open:
        harmful.add(math.log(1.4) + noise.gauss(0, 0.12))
    assert harmful.end().verdict is Verdict.REGRESSED
    assert decide(harmful.logs[: LOOKS[0]], replace(FASTER, comparisons=50)).verdict is not Verdict.IMPROVED
    while alike.is_open:
        alike.add(noise.gauss(0, 0.01))
    assert alike.end().verdict is Verdict.NOT_FASTER
    assert len(alike.logs) <= LOOKS[1]
    called = 0
    for seed in range(400):
        same = GainTest(RULE)
        for value in launches(0.0, 0.06, seed=seed):
            if same.is_open:
                same.add(value)
        called += same.end().verdict in (Verdict.IMPROVED, Verdict.REGRESSED, Verdict.WITHIN)
    assert called <= 8


def test_a_slow_regime_of_the_base_does_not_pass_for_no_gain() -> None:
    """What is left out of ranks may be what a change gains: launches that were slow in the base alone."""
    rule = replace(RULE, question=Question.FASTER)
    found = []
    for seed in range(100):
        comparison = SequentialTest(rule)
        for log in torn(0.0, 0.55, seed):
            comparison.add(-log)
        found.append(comparison.end().verdict)
    assert found.count(Verdict.NOT_FASTER) <= 2
