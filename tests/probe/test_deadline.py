"""A deadline ends what blocks, and does not touch a deadline around it."""

import signal
import time
from collections.abc import Iterator

import pytest

from ipcbench.probe.process.deadline import deadline


@pytest.fixture(autouse=True)
def _no_timer_around() -> Iterator[None]:
    """Set the test runner's own timer aside."""
    left_s, _ = signal.setitimer(signal.ITIMER_REAL, 0)
    yield
    signal.setitimer(signal.ITIMER_REAL, left_s)


def test_what_blocks_is_ended_with_how_long_it_had() -> None:
    with pytest.raises(TimeoutError, match=r"nothing moved for 0.05 s"), deadline(0.05):
        time.sleep(20)


def test_nothing_rings_after_the_end() -> None:
    before = signal.getsignal(signal.SIGALRM)
    with deadline(0.05):
        pass
    assert signal.getitimer(signal.ITIMER_REAL) == (0, 0)
    assert signal.getsignal(signal.SIGALRM) is before


def hold_inner_deadline_then_block(seconds: float) -> None:
    with deadline(5):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            time.sleep(0.01)
    time.sleep(20)


def test_an_inner_deadline_leaves_the_outer_one_running() -> None:
    with pytest.raises(TimeoutError, match=r"0.2 s"), deadline(0.2):
        hold_inner_deadline_then_block(0)


def test_an_outer_deadline_that_passed_meanwhile_rings_afterwards() -> None:
    with pytest.raises(TimeoutError, match=r"0.05 s"), deadline(0.05):
        hold_inner_deadline_then_block(0.2)


def test_an_inner_deadline_rings_before_the_outer_one() -> None:
    with deadline(20), pytest.raises(TimeoutError, match=r"0.05 s"), deadline(0.05):
        time.sleep(20)
