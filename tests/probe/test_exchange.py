"""The textbook program: one value from a producer process to a consumer process, and nobody left behind."""

import multiprocessing
import os
import re
import subprocess
import sys
from typing import Any

import pytest
from tests.conformance import broken_channels as broken

from ipcbench.errors import CaseError
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.probe.exchange import end_exchange, kept, start_exchange

LINE = re.compile(r"Value \[(\d+)\] (sent|received) by PID \[(\d+)\]")


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
@pytest.mark.parametrize("channel", ["pipe", "duplex-pipe", "queue"])
def test_the_demo_says_what_is_sent_and_received_and_by_whom(channel: str, start_method: str) -> None:
    code = f"from ipcbench.probe.demo import run_demo; run_demo({channel!r}, {start_method!r})"
    demo = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)
    output, _ = demo.communicate(timeout=60)
    assert demo.returncode == 0
    sent, received = (LINE.fullmatch(line) for line in output.splitlines())
    assert sent is not None
    assert received is not None
    assert (sent[2], received[2]) == ("sent", "received")
    assert sent[1] == received[1]
    assert 1 <= int(sent[1]) <= 10
    assert len({int(sent[3]), int(received[3]), demo.pid}) == 3


def no_report(what: str, value: Any) -> None:
    """Say nothing."""


def test_an_exchange_that_hangs_ends_at_its_deadline_with_both_processes_reaped() -> None:
    context = multiprocessing.get_context("fork")
    channel = broken.Deaf(context, 1)
    processes = start_exchange(context, channel, b"x", no_report)
    with pytest.raises(CaseError, match=r"the consumer did not end within 0.2 s; the producer did not end"):
        end_exchange(processes, 0.2)
    assert multiprocessing.active_children() == []


def test_a_process_of_an_exchange_that_dies_is_named_with_its_status() -> None:
    context = multiprocessing.get_context("fork")
    channel = broken.Exiting(context, 1)
    processes = start_exchange(context, channel, b"x", no_report)
    with pytest.raises(CaseError, match="the producer ended with 3"):
        end_exchange(processes, 5)


def test_an_exchange_leaves_no_descriptor_in_the_process_that_started_it() -> None:
    def exchange() -> int:
        context = multiprocessing.get_context("fork")
        channel = Pipe(context, 1)
        with kept(channel):
            end_exchange(start_exchange(context, channel, b"x", no_report), 5)
        return len(os.listdir("/proc/self/fd"))  # noqa: PTH208

    assert exchange() == exchange() == exchange()
