"""What a channel does from rest, under a busy producer, without a receiver and at its end: real processes."""

from __future__ import annotations

import os
import pickle
import signal
import socket
import statistics
import sys
from array import array
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from tests.conformance.interpreters import on_other_interpreters
from tests.support.channels import FailsLater
from tests.support.peers import FREE_PAIR

from ipcbench.errors import CaseError
from ipcbench.launch.catalogue import expand
from ipcbench.launch.interpreter import Interpreter, find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.probe.held import Held
from ipcbench.probe.protocol.messages import RunTrial
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.workloads import WORKLOADS, load_workload

DEADLINE_S = 20.0
WITH_PARAMETERS = [each for name in WORKLOADS for each in expand("workload", [name])]
FEEDERS = [name for name in WITH_PARAMETERS if name not in ("stream", "ping-pong", "handoff")]


def spec(channel: str, workload: str, start_method: str = "fork", size: int = 64) -> ProbeSpec:
    return ProbeSpec(channel, workload, "bytes", size, start_method, FREE_PAIR, seed=1)


@pytest.fixture(scope="module")
def shared() -> Iterator[Launcher]:
    with Launcher(find_interpreter(None), [str(Path.cwd())]) as launcher:
        yield launcher


def times_s(launcher: Launcher, asked: ProbeSpec, messages: int) -> tuple[list[float], dict[str, float]]:
    """Return each message's time, and the further durations in seconds a message."""
    with launcher.ready(asked, DEADLINE_S) as probe:
        probe.trial(2, DEADLINE_S)
        trial, each_ns = probe.trial(messages, DEADLINE_S)
    assert trial.messages == messages
    assert trial.took_ns >= trial.elapsed_ns > 0
    also = {name: nanoseconds / 1e9 / messages for name, nanoseconds in trial.also_ns.items()}
    return [nanoseconds / 1e9 for nanoseconds in array("q", each_ns)], also


@pytest.mark.parametrize("workload", FEEDERS)
@pytest.mark.parametrize("channel", ["pipe", "duplex-pipe", "simple-queue", "queue", "os-pipe"])
def test_every_channel_runs_each_of_them(shared: Launcher, channel: str, workload: str) -> None:
    each_s, also = times_s(shared, spec(channel, workload), 2)
    assert all(seconds > 0 for seconds in each_s)
    assert all(seconds >= 0 for seconds in also.values())
    if load_workload(workload).unit in ("first message", "close"):
        assert len(each_s) == 2


@pytest.mark.parametrize("start_method", ["spawn", "forkserver"])
@pytest.mark.parametrize("workload", ["busy-producer:1ms", "backlog", "first-put", "close:10"])
def test_they_run_under_every_start_method(shared: Launcher, workload: str, start_method: str) -> None:
    times_s(shared, spec("queue", workload, start_method), 2)


@on_other_interpreters
def test_they_run_on_other_interpreters(interpreter: Interpreter) -> None:
    with Launcher(interpreter) as launcher:
        for workload in (
            "acceptance:idle",
            "busy-producer:1ms",
            "burst:16",
            "backlog",
            "first-put",
            "close:10",
        ):
            times_s(launcher, spec("queue", workload), 2)


def undisturbed_s(times: Sequence[float]) -> float:
    """The lower quartile: other tests, which want the cores too, add to some of the messages."""
    return statistics.quantiles(times, n=4)[0]


def test_a_queue_under_a_busy_producer_waits_for_the_switch_interval(shared: Launcher) -> None:
    usual, _ = times_s(shared, spec("queue", "busy-producer:5ms"), 15)
    short, _ = times_s(shared, spec("queue", "busy-producer:0.1ms"), 50)
    assert undisturbed_s(usual) >= 4e-3
    assert undisturbed_s(short) < undisturbed_s(usual) / 4


def test_a_pipe_under_a_busy_producer_does_not_wait_for_it(shared: Launcher) -> None:
    each_s, _ = times_s(shared, spec("pipe", "busy-producer:5ms"), 15)
    assert undisturbed_s(each_s) < 4e-3


def test_the_switch_interval_is_put_back() -> None:
    before = sys.getswitchinterval()
    workload = load_workload("busy-producer:9ms")
    with pytest.raises(AttributeError):
        workload.drive(None, b"", 1, Held(holds=True))  # type: ignore[attr-defined]
    assert sys.getswitchinterval() == before


def held(launcher: Launcher, channel: str, size: int) -> int | None:
    with launcher.ready(spec(channel, "backlog", size=size), DEADLINE_S) as probe:
        return probe.backlog(100, DEADLINE_S)


def held_by_a_pipe(frame_bytes: int) -> int:
    """A pipe has slots of a page; a write that fits into the rest of the last one's page joins it."""
    fcntl = pytest.importorskip("fcntl")
    page = os.sysconf("SC_PAGE_SIZE")
    reader, writer = os.pipe()
    try:
        slots: int = fcntl.fcntl(writer, fcntl.F_GETPIPE_SZ) // page
    finally:
        os.close(reader)
        os.close(writer)
    return slots * (page // frame_bytes)


def held_by_a_socketpair(frame_bytes: int) -> int:
    """A socket counts what the kernel spends on a message, so ask this kernel."""
    near, far = socket.socketpair()
    with near, far:
        near.setblocking(False)
        count = 0
        while True:
            try:
                near.send(bytes(frame_bytes))
            except BlockingIOError:
                return count
            count += 1


@pytest.mark.skipif(sys.platform != "linux", reason="other kernels count otherwise")
def test_messages_in_flight_without_a_reader_are_what_the_kernel_s_settings_say(shared: Launcher) -> None:
    assert held(shared, "os-pipe", 64) == held_by_a_pipe(64)
    assert held(shared, "socketpair", 64) == held_by_a_socketpair(64)
    framed_bytes = 4 + len(pickle.dumps(bytes(64)))
    assert held(shared, "pipe", 64) == held_by_a_pipe(framed_bytes)
    assert held(shared, "duplex-pipe", 64) == held_by_a_socketpair(framed_bytes)


@pytest.mark.parametrize(("channel", "most"), [("queue-1", 1), ("queue-16", 16), ("queue-1024", 1024)])
@pytest.mark.parametrize("size", [64, 65536])
def test_a_bounded_queue_holds_its_maxsize_whatever_the_size(
    shared: Launcher, channel: str, most: int, size: int
) -> None:
    assert held(shared, channel, size) == most


def test_no_limit_of_a_queue_is_found(shared: Launcher) -> None:
    assert held(shared, "queue", 64) is None


def test_a_pipe_holds_no_message_that_is_larger_than_itself(shared: Launcher) -> None:
    assert held(shared, "pipe", 4 << 20) == 0


def test_closing_a_queue_waits_until_all_was_written(shared: Launcher) -> None:
    """4,000 messages of 1 KiB are more than a pipe holds: close cannot return before they are read."""
    with shared.ready(spec("queue", "close:4000", size=1024), DEADLINE_S) as probe:
        trial, _ = probe.trial(3, DEADLINE_S)
    assert trial.also_ns["last received"] > 0
    assert trial.elapsed_ns > trial.also_ns["last received"] / 2


@pytest.mark.parametrize("workload", ["busy-producer:5ms", "acceptance:idle", "burst:400", "backlog"])
@pytest.mark.parametrize("victim", ["receiver", "sender"])
def test_a_killed_end_is_named_and_nothing_hangs(shared: Launcher, workload: str, victim: str) -> None:
    with shared.ready(spec("queue", workload), DEADLINE_S) as probe:
        peers = probe.peers
        probe.ask(RunTrial(1_000_000, DEADLINE_S))
        os.kill(peers[victim], signal.SIGKILL)
        with pytest.raises(CaseError, match=f"the {victim}.*was killed by SIGKILL"):
            probe.answer(DEADLINE_S, object)


def test_a_channel_that_breaks_on_the_way_names_its_error(shared: Launcher) -> None:
    name = f"{FailsLater.__module__}:{FailsLater.__name__}"
    with (
        shared.ready(spec(name, "burst:1000"), DEADLINE_S) as probe,
        pytest.raises(CaseError, match="boom"),
    ):
        probe.trial(2, DEADLINE_S)
