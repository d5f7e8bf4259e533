"""Two modes are found where there are two, and nowhere else; dips against published and computed values."""

import math

import numpy as np
import pytest

from ipcbench.statistics.modes import critical, dip, two_modes

ALPHA = 1e-4
#: Quality of 63 statistics departments: Hartigan & Hartigan (1985), `statfaculty` of R's diptest.
FACULTY = """
30 33 35 36 37 37 39 39 39 39 39 40 40 40 40 41 42 43 43 43 44 44 45 45 46 46 47 47 48 48 48 49
50 50 51 52 52 53 53 53 53 53 54 54 57 57 59 60 60 60 61 61 61 61 62 62 62 62 63 66 70 72 72
"""
SINES = """
84 91 14 -76 -96 -28 66 99 41 -54 -100 -54 42 99 65 -29 -96 -75 15 91 84 -1 -85 -91 -13 76 96 27 -66 -99
"""


def uniform_dips(count: int, draws: int, seed: int) -> np.ndarray:
    """Return sqrt(count) * dip of uniform samples, largest first: the simulation behind `critical`.

    With 2,000,000 draws and a faster dip, the table's entries are its values at draws / 100 and draws / 1000.
    """
    generator = np.random.default_rng(seed)
    dips = np.array([dip(generator.random(count)) for _ in range(draws)])
    return math.sqrt(count) * np.sort(dips)[::-1]


def case(
    launches: int,
    trials: int,
    *,
    slow_share: float = 0.0,
    factor: float = 1.0,
    noise: float = 0.05,
    between: float = 0.1,
    seed: int = 1,
) -> list[np.ndarray]:
    """Return trials of about 2.1 us a message, of which a share is `factor` times as slow."""
    generator = np.random.default_rng(seed)
    return [
        2.1e-6
        * np.exp(generator.normal(0, noise, trials) + generator.normal(0, between))
        * np.where(generator.random(trials) < slow_share, factor, 1.0)
        for _ in range(launches)
    ]


def is_rejected(launches: list[np.ndarray]) -> bool:
    """Whether the dip alone, however small the difference, speaks against one mode."""
    pooled = np.concatenate([np.log(each / np.quantile(each, 0.25)) for each in launches])
    return math.sqrt(len(pooled)) * dip(pooled) > critical(len(pooled), ALPHA)


@pytest.mark.parametrize("count", [4, 5, 10, 63])
def test_the_dip_of_equally_spaced_points_is_half_a_step(count: int) -> None:
    assert dip(np.arange(float(count))) == pytest.approx(1 / (2 * count), abs=1e-12)


@pytest.mark.parametrize("values", [[3.0], [1.0, 2.0], [0.0, 0.0, 5.0], [1.0, 2.0, 4.0], [2.0] * 9])
def test_the_dip_of_few_or_equal_values_is_half_a_step(values: list[float]) -> None:
    assert dip(np.array(values)) == pytest.approx(1 / (2 * len(values)))


@pytest.mark.parametrize("half", [2, 10, 100])
def test_the_dip_of_two_points_of_equal_weight_is_a_quarter(half: int) -> None:
    assert dip(np.repeat([1.0, 7.0], half)) == pytest.approx(0.25)


def test_the_dip_of_one_point_beside_a_heavier_one_is_half_its_weight() -> None:
    assert dip(np.repeat([1.0, 7.0], [9, 3])) == pytest.approx(0.125)


@pytest.mark.parametrize(
    ("values", "expected"),
    # R's manual for the faculty; PyPI's diptest 0.12, dipstat(x, allow_zero=False), for the others. All were
    # confirmed by linear programs over the unimodal distributions (scipy; the least of those of each mode).
    [
        (FACULTY, 0.05952381),
        (SINES, 0.0904040404040404),
        ("1.0 1.2 1.1 1.4 5.0 5.3 5.1 5.2 1.3", 0.20512820512820518),
        ("2 3 5 7 11 13 17 19 23 29 31 37 41 43 47", 0.05),
        ("0 0 0 1 2 4 5 5 5", 0.16666666666666666),
        ("0 0 1 1 1 2 3 3 3 3 3 4 7 7 7 9", 0.09375),
        ("0 0.1 0.2 5 5.1 5.2 10 10.1", 0.18),
    ],
)
def test_the_dip_of_known_samples_is_as_others_compute_it(values: str, expected: float) -> None:
    assert dip(np.array(values.split(), dtype=float)) == pytest.approx(expected, abs=1e-8)


def test_the_dip_of_a_sample_does_not_depend_on_order_place_scale_or_direction() -> None:
    generator = np.random.default_rng(2)
    values = np.concatenate([generator.normal(0, 1, 30), generator.normal(5, 2, 20)])
    expected = dip(values)
    for same in (np.sort(values), 7 + 0.001 * values, -values):
        assert dip(same) == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("count", [10, 13, 50])
def test_the_critical_values_agree_with_the_simulation_they_stand_for(count: int) -> None:
    draws = 2000
    dips = uniform_dips(count, draws, seed=count)
    for alpha, fewest in ((0.05, 0.4), (0.01, 0.2)):
        expected = alpha * draws
        rejected = int((dips >= critical(count, alpha)).sum())
        # At most `alpha`, but for four standard deviations of luck; and not so rarely that nothing is found.
        assert fewest * expected <= rejected <= expected + 4 * math.sqrt(expected)


def test_rarer_chances_and_more_trials_ask_for_more() -> None:
    for count in (10, 60, 300, 5000):
        values = [critical(count, alpha) for alpha in (0.05, 0.01, 1e-3, 1e-4, 1e-5, 1e-6)]
        assert values == sorted(values)
    assert critical(10, ALPHA) < critical(100, ALPHA) < critical(100_000, ALPHA)


@pytest.mark.parametrize("shape", ["normal", "lognormal", "student", "uniform"])
@pytest.mark.parametrize(("launches", "trials"), [(5, 4), (12, 5), (5, 40)])
def test_trials_with_one_mode_are_seldom_taken_for_two(shape: str, launches: int, trials: int) -> None:
    generator = np.random.default_rng(4)
    found = 0
    for _ in range(100):
        logs = {
            "normal": generator.normal(0, 0.5, (launches, trials)),
            "lognormal": generator.lognormal(0, 0.5, (launches, trials)),
            "student": 0.3 * generator.standard_t(3, (launches, trials)),
            "uniform": 2 * generator.random((launches, trials)),
        }[shape]
        found += two_modes(list(np.exp(logs)), alpha=0.05) is not None
    assert found <= 5


def test_two_modes_are_told_with_their_times_and_share() -> None:
    modes = two_modes(case(8, 20, slow_share=0.3, factor=21), ALPHA)
    assert modes is not None
    assert modes.low_s == pytest.approx(2.1e-6, rel=0.15)
    assert modes.high_s == pytest.approx(44e-6, rel=0.15)
    assert modes.share_high == pytest.approx(0.3, abs=0.08)


def test_close_modes_are_seen_through_differences_between_launches() -> None:
    modes = two_modes(case(12, 40, slow_share=0.4, factor=1.35, noise=0.03, between=0.3), ALPHA)
    assert modes is not None
    assert modes.high_s / modes.low_s == pytest.approx(1.35, rel=0.05)
    assert modes.share_high == pytest.approx(0.4, abs=0.08)


def test_launches_that_are_mostly_slow_do_not_blur_where_the_modes_lie() -> None:
    mostly_fast = case(4, 20, slow_share=0.2, factor=10, between=0.02, seed=5)
    mostly_slow = case(4, 20, slow_share=0.85, factor=10, between=0.02, seed=6)
    modes = two_modes(mostly_fast + mostly_slow, ALPHA)
    assert modes is not None
    assert modes.high_s / modes.low_s == pytest.approx(10, rel=0.1)
    assert modes.share_high == pytest.approx(0.525, abs=0.08)


def test_modes_that_lie_close_together_are_no_finding() -> None:
    trials = case(12, 40, slow_share=0.4, factor=1.1, noise=0.01)
    assert is_rejected(trials)
    assert two_modes(trials, ALPHA) is None


def test_a_few_stalls_are_no_mode_and_do_not_hide_one() -> None:
    stalled = case(12, 40, slow_share=0.02, factor=50, noise=0.03)
    assert two_modes(stalled, ALPHA) is None
    both = [
        each * np.where(np.random.default_rng(number).random(40) < 0.4, 1.4, 1.0)
        for number, each in enumerate(stalled)
    ]
    modes = two_modes(both, ALPHA)
    assert modes is not None
    assert modes.high_s / modes.low_s == pytest.approx(1.4, rel=0.05)


def test_a_long_tail_beyond_close_modes_is_no_second_mode() -> None:
    generator = np.random.default_rng(7)
    trials = [
        each * np.exp(np.where(generator.random(40) < 0.2, generator.exponential(0.7, 40), 0.0))
        for each in case(12, 40, slow_share=0.4, factor=1.1, noise=0.005)
    ]
    assert is_rejected(trials)
    assert two_modes(trials, ALPHA) is None


def test_launches_that_differ_are_not_two_modes() -> None:
    assert two_modes([each * (1 + 9 * (i % 2)) for i, each in enumerate(case(12, 20))], ALPHA) is None


def test_launches_that_differ_are_not_two_modes_where_close_modes_are_within() -> None:
    launches = case(12, 40, slow_share=0.4, factor=1.1, noise=0.01, between=0.0)
    assert two_modes([each * (1 + 9 * (i % 2)) for i, each in enumerate(launches)], ALPHA) is None


def test_too_few_trials_say_nothing() -> None:
    clear = np.array([1e-6, 1.01e-6, 9e-6, 9.1e-6])
    assert two_modes([], ALPHA) is None
    assert two_modes([np.empty(0), np.array([1e-6])], ALPHA) is None
    assert two_modes([clear], ALPHA) is None
    assert two_modes([clear] * 12, ALPHA) is not None


def test_equal_trials_have_one_mode() -> None:
    assert two_modes([np.full(20, 3e-6)] * 6, 0.05) is None


@pytest.mark.parametrize("other_s", [1e-6, 9e-6])
def test_equal_trials_but_for_a_few_have_one_mode(other_s: float) -> None:
    assert two_modes([np.repeat([3e-6, other_s], [96, 4])] * 20, 0.05) is None


def test_tied_trials_can_have_two_modes() -> None:
    modes = two_modes([np.repeat([2e-6, 8e-6], [6, 4])] * 6, ALPHA)
    assert modes is not None
    assert (modes.low_s, modes.high_s) == pytest.approx((2e-6, 8e-6))
    assert modes.share_high == 0.4
