"""What a trial takes once is found where it matters, and taken out of the time a message."""

import numpy as np
import pytest

from ipcbench.statistics.sustained import Lengths, _most_t_without_one, _t, length_effect

MESSAGES = 1600
STALL_S, MESSAGE_S = 0.042, 2.5e-6
ALPHA = 1e-4


def case(
    launches: int = 5,
    trials: int = 6,
    longer: tuple[int, ...] = (16,),
    fixed_s: float = STALL_S,
    noise: float = 0.1,
    *,
    slow_share: float = 0.0,
    seed: int = 1,
) -> list[Lengths]:
    """Return launches of trials that take `fixed_s` once; a share of the trials is 3 times as slow."""
    generator = np.random.default_rng(seed)

    def seconds_a_message(messages: int, count: int) -> np.ndarray:
        held_up = np.where(generator.random(count) < slow_share, 3.0, 1.0)
        return (fixed_s / messages + MESSAGE_S) * np.exp(generator.normal(0, noise, count)) * held_up

    made = []
    for _ in range(launches):
        drift = float(np.exp(generator.normal(0, 0.1)))
        usual_s = drift * seconds_a_message(MESSAGES, trials)
        long = [
            (times * MESSAGES, drift * float(seconds_a_message(times * MESSAGES, 1)[0])) for times in longer
        ]
        made.append(Lengths(MESSAGES, usual_s, tuple(long)))
    return made


def held_up(launch: Lengths) -> Lengths:
    """Return the launch with its longer trials 3 times as slow."""
    return Lengths(launch.messages, launch.usual_s, tuple((count, 3 * s) for count, s in launch.longer))


@pytest.mark.parametrize("longer", [(2,), (4,), (16,), (4, 16)])
def test_a_line_of_two_lengths_gives_what_is_fixed_and_what_a_message_takes(longer: tuple[int, ...]) -> None:
    found = length_effect(case(longer=longer, noise=1e-4), ALPHA)
    assert found is not None
    assert found.fixed_s == pytest.approx(STALL_S, rel=0.15)  # The launches' drift is in it.
    assert found.message_s == pytest.approx(MESSAGE_S, rel=0.15)
    assert np.median(found.by_launch) == found.message_s


@pytest.mark.parametrize("longer", [(4,), (16,), (2, 4), (4, 16)])
def test_a_stall_is_found_from_five_noisy_launches(longer: tuple[int, ...]) -> None:
    found = [length_effect(case(longer=longer, seed=seed), ALPHA) for seed in range(60)]
    assert sum(each is not None for each in found) >= 59
    assert np.median([each.message_s for each in found if each]) == pytest.approx(MESSAGE_S, rel=0.2)


def test_a_stall_is_found_whatever_lengths_each_launch_had_time_for() -> None:
    mixed = case(2, longer=(4,)) + case(2, longer=(16,), seed=2) + case(1, longer=(8,), seed=3)
    assert length_effect(mixed, ALPHA) is not None


@pytest.mark.parametrize(("launches", "times"), [(6, 16), (8, 4), (8, 2)])
def test_one_slow_longer_trial_does_not_hide_a_stall(launches: int, times: int) -> None:
    first, *others = case(launches, longer=(times,), noise=0.05)
    assert length_effect([held_up(first), *others], ALPHA) is not None


@pytest.mark.parametrize("launches", [4, 5, 8])
def test_one_slow_longer_trial_is_no_finding(launches: int) -> None:
    first, *others = case(launches, fixed_s=0.0, noise=0.02)
    assert length_effect([held_up(first), *others], 0.05) is None


@pytest.mark.parametrize("noise", [0.05, 0.1])
@pytest.mark.parametrize(("launches", "trials", "longer"), [(4, 2, (2,)), (5, 10, (4,)), (12, 4, (4, 16))])
def test_trials_without_an_effect_are_found_no_more_often_than_stated(
    noise: float, launches: int, trials: int, longer: tuple[int, ...]
) -> None:
    made = [
        case(launches, trials, longer, fixed_s=0.0, noise=noise, slow_share=0.02, seed=seed)
        for seed in range(200)
    ]
    found = sum(length_effect(each, 0.05) is not None for each in made)
    assert found <= 10 + 3 * 10**0.5


def test_trials_of_two_modes_are_no_effect_of_length() -> None:
    slow, fast = np.array([40e-6, 41e-6, 2e-6, 42e-6]), 2.1e-6
    by_luck = [Lengths(MESSAGES, slow * factor, ((4 * MESSAGES, fast),)) for factor in (1, 1.01, 0.99, 1.02)]
    assert length_effect(by_luck, 0.01) is None


@pytest.mark.parametrize(("share", "is_found"), [(0.02, False), (0.05, True), (-0.02, False), (-0.05, True)])
def test_an_effect_must_matter_however_sure_it_is(share: float, *, is_found: bool) -> None:
    fixed_s = share / (1 - share) * MESSAGES * MESSAGE_S
    found = length_effect(case(8, fixed_s=fixed_s, noise=0.001), 0.05)
    assert (found is not None) == is_found


def test_messages_that_take_longer_in_longer_trials_give_less_than_nothing_fixed() -> None:
    found = length_effect(case(fixed_s=-0.5 * MESSAGES * MESSAGE_S, noise=0.01), ALPHA)
    assert found is not None
    assert found.fixed_s < 0
    assert found.message_s == pytest.approx(MESSAGE_S, rel=0.15)


def test_three_launches_with_longer_trials_say_too_little() -> None:
    without = [Lengths(each.messages, each.usual_s, ()) for each in case(5)]
    assert length_effect([*case(3, noise=0.001), *without], 0.05) is None
    assert length_effect([*case(4, noise=0.001), *without], 0.05) is not None
    assert length_effect(without, 0.05) is None
    assert length_effect([], 0.05) is None


def test_launches_without_longer_trials_are_as_much_slower_as_their_usual_ones() -> None:
    usual_s = np.full(3, STALL_S / MESSAGES + MESSAGE_S)
    line = [Lengths(MESSAGES, usual_s, ((4 * MESSAGES, STALL_S / 4 / MESSAGES + MESSAGE_S),))] * 4
    slower = Lengths(MESSAGES, 1.2 * usual_s, ())
    found = length_effect([line[0], slower, *line[1:]], ALPHA)
    assert found is not None
    assert found.by_launch == pytest.approx(MESSAGE_S * np.array([1, 1.2, 1, 1, 1]))


def test_a_launch_whose_longer_trial_took_less_time_in_all_does_not_tell_its_own() -> None:
    usual_s = np.full(3, 28.75e-6)
    line = [Lengths(MESSAGES, usual_s, ((4 * MESSAGES, 9.0625e-6),))] * 5
    lucky = Lengths(MESSAGES, usual_s, ((4 * MESSAGES, 7e-6),))
    found = length_effect([*line, lucky], ALPHA)
    assert found is not None
    assert found.by_launch == pytest.approx(np.full(6, MESSAGE_S))


def test_where_no_time_is_left_for_a_message_the_longest_trials_tell_the_most_it_can_take() -> None:
    usual_s = np.full(3, 28.75e-6)
    launches = [Lengths(MESSAGES, usual_s, ((2 * MESSAGES, 16e-6), (4 * MESSAGES, 7e-6)))] * 5
    found = length_effect(launches, ALPHA)
    assert found is not None
    assert found.message_s == pytest.approx(7e-6)
    assert found.fixed_s == pytest.approx(MESSAGES * 21.75e-6)


@pytest.mark.parametrize("least_error", [0.0, 0.01, 0.5])
@pytest.mark.parametrize("launches", [5, 8, 40])
def test_all_launches_left_out_at_once_are_as_each_left_out_by_itself(
    launches: int, least_error: float
) -> None:
    rng = np.random.default_rng(launches)
    for shares in (rng.normal(0.1, 0.2, launches), np.zeros(launches), np.full(launches, 0.3)):
        each = [_t(np.delete(shares, number), least_error) for number in range(launches)]
        # Where all are alike, what is rounded is all that scatters.
        found, whole = (min(t, 1e6) for t in (_most_t_without_one(shares, least_error), max(each)))
        assert found == pytest.approx(whole)
