"""What a peer's loops cost, counted by the kernel."""

import sys
import threading

import pytest

from ipcbench.probe.process.usage import COUNTERS, UsageMeter
from ipcbench.probe.workloads.closed.stream import largest_backlog

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows does not count by process")


def burn(rounds: int = 200_000) -> int:
    return sum(number * number for number in range(rounds))


def test_only_what_runs_between_start_and_stop_is_counted() -> None:
    meter = UsageMeter()
    burn(2_000_000)
    meter.start()
    burn()
    meter.stop()
    inside = meter.take()
    meter.start()
    meter.stop()
    outside = meter.take()
    assert inside["user_s"] + inside["system_s"] > 0
    assert outside["user_s"] + outside["system_s"] < inside["user_s"] + inside["system_s"]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts by thread")
def test_what_other_threads_do_after_the_loop_is_counted_too() -> None:
    meter = UsageMeter()
    thread = threading.Thread(target=burn, args=(1_000_000,))
    meter.start()
    thread.start()
    meter.stop()
    thread.join()
    used = meter.take()
    assert used["user_s"] + used["system_s"] > 0.01


def test_taking_starts_anew() -> None:
    meter = UsageMeter()
    meter.start()
    burn()
    meter.stop()
    meter.take()
    again = meter.take()
    assert set(again) == {*COUNTERS, "peak_rss_bytes"}
    assert again["peak_rss_bytes"] > 1 << 20
    assert again["voluntary_switches"] == 0


@pytest.mark.parametrize(
    ("accepted", "received", "most"),
    [
        ([1, 2, 3], [10, 11, 12], 3),
        ([1, 2, 3], [1, 2, 3], 0),
        ([1, 2, 10, 11], [3, 4, 12, 13], 2),
        ([5], [1], 0),
    ],
)
def test_the_backlog_is_what_was_accepted_and_not_yet_received(
    accepted: list[int], received: list[int], most: int
) -> None:
    assert largest_backlog(accepted, received) == most
