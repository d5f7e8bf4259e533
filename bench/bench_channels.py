"""The main job: Pipe, duplex Pipe and Queue, payloads of 64 B to 16 MiB, each beside its floor."""

from __future__ import annotations

import pytest

from ipcbench.pytest_plugin.suite import Replay

CHANNELS = "pipe,duplex-pipe,queue"
#: Fewer than a run has by default: with memory kept beside from 32 KiB on, ten would leave launches too few.
SIZES = "64,1KiB,16KiB,64KiB,1MiB,16MiB"


@pytest.mark.ipcbench(workload="stream", channel=CHANNELS, size=SIZES)
def test_stream(ipcbench: Replay) -> None:
    ipcbench()


@pytest.mark.ipcbench(workload="ping-pong", channel=CHANNELS, size=SIZES)
def test_ping_pong(ipcbench: Replay) -> None:
    ipcbench()


@pytest.mark.ipcbench(workload="handoff", channel=CHANNELS, start_method="fork,spawn,forkserver")
def test_handoff(ipcbench: Replay) -> None:
    ipcbench()
