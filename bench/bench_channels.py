"""The main job: Pipe, duplex Pipe and Queue, payloads of 64 B to 1 MiB, each beside its loop."""

from __future__ import annotations

import pytest

from ipcbench.pytest_plugin.suite import Replay

CHANNELS = "pipe,duplex-pipe,queue"
#: Fewer than a run has by default, so that nearly all ratios become narrow in two and a half minutes. Times
#: from some MiB on depend on where a launch's data happen to lie, so that they need many launches, which are
#: long: such sizes want a run of their own (`ipcbench run --size 1MiB,16MiB --max-time 10min`).
ROUND_TRIP_SIZES = "64,1KiB,16KiB,64KiB"
STREAM_SIZES = f"{ROUND_TRIP_SIZES},1MiB"
START_METHODS = "fork,spawn,forkserver"


@pytest.mark.ipcbench(workload="stream", channel=CHANNELS, size=STREAM_SIZES)
def test_stream(ipcbench: Replay) -> None:
    ipcbench()


@pytest.mark.ipcbench(workload="ping-pong", channel=CHANNELS, size=ROUND_TRIP_SIZES)
def test_ping_pong(ipcbench: Replay) -> None:
    ipcbench()


@pytest.mark.ipcbench(workload="handoff", channel=CHANNELS, start_method=START_METHODS)
def test_handoff(ipcbench: Replay) -> None:
    ipcbench()
