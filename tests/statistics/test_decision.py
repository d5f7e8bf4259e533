import math
import random

import pytest

from ipcbench.statistics.decision import LOOKS, Rule, SequentialTest, Verdict, decide

RULE = Rule(threshold=0.05, alpha=0.01)


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
    """Of 2,000 comparisons at most 1 % regressed without a change, and at most 1 % not slower with one."""
    same = [outcome(0.0, 0.06, seed)[0] for seed in range(2000)]
    slower = [outcome(0.05, 0.06, seed)[0] for seed in range(2000)]
    assert sum(verdict is Verdict.REGRESSED for verdict in same) <= 20
    assert sum(verdict in (Verdict.NOT_SLOWER, Verdict.WITHIN) for verdict in slower) <= 20
    assert sum(verdict is Verdict.REGRESSED for verdict in slower) >= 1980
