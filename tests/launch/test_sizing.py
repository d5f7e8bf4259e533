import pytest

from ipcbench.launch import sizing
from ipcbench.measure.run.budget import Budget

pytestmark = pytest.mark.usefixtures("whole_trials")


def test_a_trial_lasts_five_milliseconds_for_the_fastest_channel() -> None:
    assert sizing.messages_per_trial([4e-6, 5e-6, 8e-6], 64) == 1250


def test_a_slow_channel_keeps_the_trial_short() -> None:
    assert sizing.messages_per_trial([100e-6, 2e-3], 64) == 20


@pytest.mark.parametrize(("seconds", "messages"), [(9e-3, 4), (50e-3, 2), (1.0, 2)])
def test_slow_messages_of_a_stream_come_in_small_numbers_but_not_alone(seconds: float, messages: int) -> None:
    assert sizing.messages_per_trial([seconds], 64) == messages


def test_a_slow_round_trip_stands_for_itself() -> None:
    assert sizing.messages_per_trial([50e-3], 64, overlapping=False) == 1


def test_a_streams_trial_is_longer_than_what_a_pipe_holds() -> None:
    assert sizing.brief_trial_messages(4e-6, 64, overlapping=True) * 64 > 64 << 10
    assert sizing.brief_trial_messages(4e-6, 64, overlapping=False) == 375
    assert sizing.brief_trial_messages(20e-6, 64 << 10, overlapping=True) == 75
    assert sizing.brief_trial_messages(1.2e-3, 1 << 20, overlapping=True) == 8
    assert sizing.brief_trial_messages(30e-3, 16 << 20, overlapping=True) == 1
    assert sizing.brief_trial_messages(1e-3, 64, overlapping=True) == 6, (
        "no slow channel sends a thousand messages"
    )


def test_a_brief_trial_that_takes_something_once_is_made_so_long_that_it_counts_little() -> None:
    assert sizing.parts_of_a_trial(1000, 44e-3, 4, 56e-3) == pytest.approx((40e-3, 4e-6))
    assert sizing.parts_of_a_trial(1000, 44e-3, 4, 43e-3) == (0.0, 44e-6)
    assert sizing.sustained_messages(1000, [(2e-3, 4e-6), (0.0, 5e-6)]) == 1000
    longer = sizing.sustained_messages(1000, [(40e-3, 4e-6), (0.0, 4e-6)])
    assert 40e-3 / (longer * 4e-6) == pytest.approx(0.05, rel=0.01)
    assert sizing.sustained_messages(1000, [(40e-3, 4e-6), (40e-3, 50e-6)]) * 50e-6 == pytest.approx(1)
    assert sizing.sustained_messages(100, [(3.0, 0.02)]) == 100
    assert sizing.sustained_messages(100, []) == 100


def test_a_launch_of_brief_trials_has_messages_enough_for_a_percentile() -> None:
    assert sizing.brief_blocks(375, 4e-6) == 30
    assert sizing.brief_blocks(1, 0.1) == 10
    assert sizing.brief_blocks(1, 0.1, fewest_messages=100) == 100


def test_trials_of_large_messages_outlast_the_cycles_of_the_heap() -> None:
    assert sizing.messages_per_trial([0.5e-3, 2e-3], 1 << 20) == 16
    assert sizing.messages_per_trial([0.5e-3, 4e-3], 1 << 20) == 10, "no trial of the slowest is too long"
    assert sizing.messages_per_trial([0.5e-3, 2e-3], 64 << 10) == 10
    for each_s, overlapping in ((1e-3, True), (2.5e-3, False)):
        messages = sizing.brief_trial_messages(each_s, 1 << 20, overlapping=overlapping)
        assert messages == 8
        assert messages * sizing.brief_blocks(messages, each_s) >= 80


def test_a_loop_gets_as_many_messages_as_its_trial_needs() -> None:
    assert sizing.loop_messages(0.5e-6, 1000) == 10000
    assert sizing.loop_messages(1.0, 4) == 4


def test_ten_short_blocks_are_warm_under_fork() -> None:
    assert not sizing.is_warm({"a": [1e-3] * 9}, "fork")
    assert sizing.is_warm({"a": [1e-3] * 10}, "fork")


def test_slow_blocks_are_warm_by_time() -> None:
    assert not sizing.is_warm({"a": [0.05]}, "fork")
    assert sizing.is_warm({"a": [0.05, 0.05]}, "fork")


def test_one_arm_that_still_falls_keeps_all_from_being_warm() -> None:
    falling = [1.0, 0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.2, 0.1]
    assert sizing.is_falling(falling)
    assert not sizing.is_warm({"a": [1.0] * 10, "b": falling}, "fork")


def test_who_compiles_while_running_is_warm_once_its_times_no_longer_fall_in_steps() -> None:
    steps = [10e-3] * 30 + [5e-3] * 30
    # A level stretch in between would do where nothing is compiled.
    assert sizing.is_warm({"a": steps}, "fork")
    assert not sizing.is_warm({"a": steps}, "fork", compiles=True)
    assert sizing.is_warm({"a": [*steps, *[5e-3] * 30]}, "fork", compiles=True)
    # Fast ones run for a quarter of a second all the same.
    assert not sizing.is_warm({"a": [1e-3] * 100}, "fork", compiles=True)


def test_every_launch_gets_at_least_the_fewest_blocks() -> None:
    budget = Budget(["a"], passes=5, max_time_s=1)
    assert budget.blocks("a", fixed_s=10, block_s=0.5, elapsed_s=10) == sizing.MIN_BLOCKS
    assert budget.blocks("a", fixed_s=10, block_s=0.7, elapsed_s=10) == 2
    assert budget.blocks("a", fixed_s=10, block_s=10, elapsed_s=10) == 2


def test_a_launch_measures_as_long_as_it_took_to_start() -> None:
    budget = Budget(["a"], passes=5, max_time_s=1000)
    assert budget.blocks("a", fixed_s=0.3, block_s=0.03, elapsed_s=1) == 10
    assert budget.blocks("a", fixed_s=9, block_s=0.03, elapsed_s=1) == sizing.MAX_BLOCKS
    assert budget.blocks("a", fixed_s=0.1, block_s=0.5, elapsed_s=1) == sizing.MIN_BLOCKS


def test_launches_of_the_first_passes_share_scarce_time_evenly() -> None:
    budget = Budget(["a"], passes=5, max_time_s=50 / 0.96)
    elapsed = 0.0
    given = []
    for _ in range(5):
        elapsed += 20 * 0.2
        given.append(budget.blocks("a", fixed_s=4, block_s=1, elapsed_s=elapsed))
        elapsed += given[-1]
    assert given == [4] * 5


def test_a_slow_group_does_not_eat_the_time_of_the_others() -> None:
    budget = Budget(["slow", "fast"], passes=2, max_time_s=20)
    assert budget.blocks("slow", fixed_s=10, block_s=0.5, elapsed_s=1) == sizing.MIN_BLOCKS
    assert budget.blocks("fast", fixed_s=0.1, block_s=0.001, elapsed_s=1) == sizing.MAX_BLOCKS


def test_a_launch_after_the_first_passes_ends_with_the_run() -> None:
    budget = Budget(["a"], passes=1, max_time_s=10 / 0.96)
    assert budget.blocks("a", fixed_s=2, block_s=0.1, elapsed_s=2) == 20
    assert budget.blocks("a", fixed_s=2, block_s=0.1, elapsed_s=8.99) == 10
    assert budget.affords("a", elapsed_s=8)
    assert not budget.affords("a", elapsed_s=8.1)


@pytest.mark.parametrize(("seconds", "lead"), [(1e-6, 20), (60e-6, 20), (1e-3, 10), (2e-3, 5), (0.5, 1)])
def test_a_lead_has_twenty_messages_or_lasts_10_ms_and_has_one_at_least(seconds: float, lead: int) -> None:
    assert sizing.lead_messages(seconds) == lead


@pytest.mark.parametrize(
    ("factor", "trial_s", "longer"),
    [(4, 5e-3, 4), (16, 5e-3, 16), (16, 20e-3, 4), (4, 60e-3, 2), (16, 0.4, 2), (4, 0.6, 1)],
)
def test_a_longer_trial_is_as_long_as_there_is_time_for(factor: int, trial_s: float, longer: int) -> None:
    assert sizing.longer_by(factor, trial_s) == longer


def test_a_trial_that_compares_single_messages_is_as_long_as_one_that_describes() -> None:
    assert sizing.brief_trial_messages(50e-6, 64, overlapping=False, single=True) == 100
    assert sizing.brief_trial_messages(50e-6, 64, overlapping=False) == 30


@pytest.mark.parametrize(
    ("rough_s", "shared"),
    [
        ([4.9e-3, 3.7e-3], [3.7e-3, 3.7e-3]),
        ([221e-6, 88e-6, 88e-6], [88e-6, 88e-6, 88e-6]),
        # What is far from one another has paces of its own, two by two.
        ([1e-3, 5e-6, 1.2e-3, 4e-6], [1e-3, 4e-6, 1e-3, 4e-6]),
        ([], []),
    ],
)
def test_what_is_compared_is_taken_to_be_as_fast_as_what_is_near_it(
    rough_s: list[float], shared: list[float]
) -> None:
    assert sizing.shared_paces(rough_s) == shared
