"""What five traits say is seen in plain experiments, which share no code with the conformance kit."""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

import pytest
from tests.support.peers import FREE_PAIR

from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.protocol.spec import ProbeSpec

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="what Linux's kernel and its limits do")
FORK = multiprocessing.get_context("fork") if sys.platform != "win32" else None
KIB = 1024


@pytest.fixture
def opened() -> Iterator[Callable[[str, int], Channel]]:
    """Open channels by name and size; they are removed in the end."""
    made: list[Channel] = []

    def open_one(name: str, size: int) -> Channel:
        kind = load_channel(name)
        if lacks := kind.missing():
            pytest.skip(lacks)
        assert FORK is not None
        made.append(kind(FORK, size))
        return made[-1]

    yield open_one
    for channel in made:
        channel.close()
        channel.remove()


def started(work: Callable[..., Any], *arguments: Any) -> tuple[Any, Connection]:
    """Start a process that is handed a pipe; return it and the pipe's other end."""
    assert FORK is not None
    here, there = FORK.Pipe()
    process = FORK.Process(target=work, args=(*arguments, there), daemon=True)
    process.start()
    there.close()
    return process, here


def receive_late(channel: Channel, pause_s: float, said: Connection) -> None:
    end = channel.receiver()
    said.send("ready")
    time.sleep(pause_s)
    came = 0
    while True:
        end.receive()
        came += 1
        said.send(came)


def send(channel: Channel, message: bytes, count: int, said: Connection) -> None:
    end = channel.sender()
    said.send("ready")
    said.recv()
    for _ in range(count):
        end.send(message)
    end.close()
    said.send(count)
    said.recv()


def received(said: Connection, quiet_s: float) -> int:
    """Return the last number that comes before so long a silence."""
    came = 0
    while said.poll(quiet_s):
        came = said.recv()
    return came


def test_datagrams_are_lost_while_nobody_receives(opened: Callable[[str, int], Channel]) -> None:
    channel, sent = opened("udp", KIB), 5000
    receiver, came = started(receive_late, channel, 1.0)
    sender, done = started(send, channel, bytes(KIB), sent)
    assert came.recv() == done.recv() == "ready"
    done.send("go")
    assert done.recv() == sent
    assert 0 < received(came, 2.0) < sent
    for process in (receiver, sender):
        process.kill()
        process.join()


def test_a_list_takes_what_nobody_will_receive(opened: Callable[[str, int], Channel]) -> None:
    channel = opened("redis-list", 64)
    receiver, came = started(receive_late, channel, 0.0)
    assert came.recv() == "ready"
    receiver.kill()
    receiver.join()
    sender, done = started(send, channel, bytes(64), 1000)
    assert done.recv() == "ready"
    done.send("go")
    assert done.poll(10)
    assert done.recv() == 1000
    sender.kill()
    sender.join()


def send_and_stay(channel: Channel, message: bytes, count: int, said: Connection) -> None:
    end = channel.sender()
    for _ in range(count):
        end.send(message)
    said.send("ready")
    said.recv()


def test_who_pulls_hears_nothing_of_the_end(opened: Callable[[str, int], Channel]) -> None:
    channel = opened("zmq-push", 64)
    receiver, came = started(receive_late, channel, 0.0)
    assert came.recv() == "ready"
    sender, done = started(send_and_stay, channel, bytes(64), 3)
    assert done.recv() == "ready"
    assert received(came, 1.0) == 3
    sender.kill()
    sender.join()
    # It has neither ended nor said anything more.
    assert not came.poll(1.0)
    assert receiver.is_alive()
    receiver.kill()
    receiver.join()


def test_a_message_queue_of_the_kernel_refuses_a_byte_too_much(
    opened: Callable[[str, int], Channel],
) -> None:
    kind = load_channel("posix-ipc")
    limit = kind.traits.limit_bytes or 0
    assert limit == int(Path("/proc/sys/fs/mqueue/msgsize_default").read_text())
    channel = opened("posix-ipc", limit)
    sender, receiver = channel.sender(), channel.receiver()
    sender.send(bytes(limit))
    assert receiver.receive() == bytes(limit)
    with pytest.raises(ValueError, match="too long"):
        sender.send(bytes(limit + 1))


def queues() -> set[str]:
    """Return the numbers of System V's queues."""
    return {line.split()[1] for line in Path("/proc/sysvipc/msg").read_text().splitlines()[1:]}


def make_and_wait(name: str, said: Connection) -> None:
    assert FORK is not None
    load_channel(name)(FORK, 64)
    said.send("made")
    signal.pause()


@pytest.fixture
def short_folder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The folder of temporary files, in whose name there is room for the paths of sockets."""
    with tempfile.TemporaryDirectory() as folder:
        monkeypatch.setenv("TMPDIR", folder)
        monkeypatch.setattr(tempfile, "tempdir", None)
        yield Path(folder)


def test_a_fifo_outlives_who_made_it_but_not_our_probe(short_folder: Path) -> None:
    def fifos() -> list[Path]:
        return [path for path in short_folder.rglob("*") if path.is_fifo()]

    process, said = started(make_and_wait, "fifo")
    assert said.recv() == "made"
    process.kill()
    process.join()
    (left,) = fifos()
    left.unlink()
    asked = ProbeSpec("fifo", "stream", "bytes", 64, "fork", FREE_PAIR, seed=1)
    with Launcher(find_interpreter(None)) as launcher:
        probe = launcher.launch(asked)
        probe.await_ready(20)
        assert len(fifos()) == 1
        os.kill(probe.process, signal.SIGKILL)
        limit = time.monotonic() + 10
        while fifos() and time.monotonic() < limit:
            time.sleep(0.01)
        assert fifos() == []


def test_a_queue_of_system_v_outlives_who_made_it_but_not_our_probe() -> None:
    if lacks := load_channel("sysv-ipc").missing():
        pytest.skip(lacks)
    before = queues()
    process, said = started(make_and_wait, "sysv-ipc")
    assert said.recv() == "made"
    process.kill()
    process.join()
    (left,) = queues() - before
    import sysv_ipc

    sysv_ipc.MessageQueue(int(_key_of(left))).remove()
    asked = ProbeSpec("sysv-ipc", "stream", "bytes", 64, "fork", FREE_PAIR, seed=1)
    with Launcher(find_interpreter(None)) as launcher:
        probe = launcher.launch(asked)
        probe.await_ready(20)
        assert len(queues() - before) == 1
        os.kill(probe.process, signal.SIGKILL)
        limit = time.monotonic() + 10
        while queues() - before and time.monotonic() < limit:
            time.sleep(0.01)
        assert queues() == before


def _key_of(number: str) -> str:
    lines = Path("/proc/sysvipc/msg").read_text().splitlines()[1:]
    return next(line.split()[0] for line in lines if line.split()[1] == number)
