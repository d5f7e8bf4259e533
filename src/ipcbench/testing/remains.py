"""Check of what stays where all of a channel's processes are killed at once, so that nobody calls `remove`.

Killed are its creator, a program of its own, and both ends. What these have started besides, a server for
instance, is left alone: it is what may stay. Python's resource tracker is left alone, too, and removes what
it knows of. Looked at is what Linux shows.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import re
import select
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Set
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.payloads.random_bytes import random_bytes
from ipcbench.probe.process.children import descendants
from ipcbench.probe.process.guard import Guard
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing import leaks
from ipcbench.testing.delivery import receive_message
from ipcbench.testing.hired import alive_after, is_alive
from ipcbench.testing.pair import (
    CREATOR_DEADLINE_S,
    PAIR_DEADLINE_S,
    ConformanceError,
    LivePair,
)
from ipcbench.testing.system_files import entries, lines
from ipcbench.words import RECEIVER, SENDER

IS_SEEN = sys.platform.startswith("linux")
SIZE = 64
#: So long after the kill it is looked what stays, and so much longer until all that goes by itself has gone.
SETTLE_S, LOOK_S = 0.5, 0.05
#: What there is to find, by the words that `Traits.leaves` tells it with.
KINDS = PROCESS, FILE, SOCKET, SEGMENT, SEMAPHORE, QUEUE = (
    "process", "file", "socket", "segment", "semaphore", "queue",
)  # fmt: skip
_PROGRAM = f"import sys; from {__name__} import create_and_stay; create_and_stay(*sys.argv[1:])"
_LOOKED_AT = "ipcbench-looked-at"
#: Where queues of POSIX are seen, if their file system is mounted.
MESSAGE_QUEUES = "/dev/mqueue"


@dataclass(frozen=True)
class _Started:
    """What a creator had started besides its ends, the files before its channel, and who removes that."""

    processes: set[int]
    there: set[str]
    guard: int


def all_killed(channel: type[Channel], start_method: str) -> None:
    """What stays where creator and ends are killed at once is declared, and `remove` removes it.

    What another program has in a place that all share is not there each time.
    """
    for _ in range(leaks.REPETITIONS):
        fault = _fault(channel, start_method)
        if not fault:
            return
    raise ConformanceError(fault)


def unseen(channel: type[Channel]) -> str:
    """Return what is declared to stay and cannot be seen here, with what to do; nothing where all can."""
    if MESSAGE_QUEUES not in channel.traits.leaves or os.path.ismount(MESSAGE_QUEUES):
        return ""
    shown_by = f"`mount -t mqueue none {MESSAGE_QUEUES}` shows it"
    return f"whether {channel.traits.leaves} was not looked at: {shown_by}"


def _fault(channel: type[Channel], start_method: str) -> str:
    """Return what is not as declared; nothing where all is."""
    declared = channel.traits.leaves
    expected = {kind for kind in KINDS if re.search(rf"\b{kind}", declared)}
    hidden = {QUEUE} if unseen(channel) else set()

    def is_declared(kinds: Set[str]) -> bool:
        return expected - hidden <= kinds <= expected

    with leaks.own_temporary_folder() as folder:
        before, looked_at = _kinds(folder, set()), Path(folder, _LOOKED_AT)
        started = _killed(channel, start_method, folder)
        before[FILE] |= started.there
        before[SOCKET] |= started.there
        try:
            time.sleep(SETTLE_S)
            left = _settled(folder, started.processes, before, is_declared)
        finally:
            looked_at.touch()
        alive_after(CREATOR_DEADLINE_S, [started.guard])
        looked_at.unlink()
        stays = _settled(folder, started.processes, before, lambda kinds: not kinds)
    if not is_declared(left.keys()):
        return f"all were killed, and {_told(left) or 'nothing'} stayed; the traits say leaves={declared!r}"
    return f"all were killed, remove was called, and {_told(stays)} stayed" if stays else ""


def _killed(channel: type[Channel], start_method: str, folder: str) -> _Started:
    """Use a channel and kill its processes; return what these had started, and who removes the rest."""
    creator = subprocess.Popen(
        [sys.executable, "-c", _PROGRAM, f"{channel.__module__}:{channel.__qualname__}", start_method],
        # A tracker warns of what it removes.
        env={
            **os.environ,
            "TMPDIR": folder,
            "PYTHONPATH": os.pathsep.join(sys.path),
            "PYTHONWARNINGS": "ignore",
        },
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    with creator:
        try:
            told = _line(creator)
            # What a tracker or a forkserver does by itself then it does in a program, too.
            started = set(descendants(creator.pid)) - {*told["ends"], told["guard"]}
        finally:
            creator.kill()
    for end in told["ends"]:
        with suppress(OSError):
            os.kill(end, signal.SIGKILL)
    return _Started(started, set(told["there"]), told["guard"])


def _line(creator: subprocess.Popen[str]) -> dict[str, Any]:
    """Return what the creator says; raise ConformanceError for a failure, or where it says nothing."""
    assert creator.stdout
    if not select.select([creator.stdout], [], [], PAIR_DEADLINE_S)[0]:
        raise ConformanceError("the creator hung")
    told: dict[str, Any] = json.loads(creator.stdout.readline() or "null") or {}
    if "guard" not in told:
        raise ConformanceError(told.get("failure", "the creator died without a word"))
    return told


def create_and_stay(name: str, start_method: str) -> None:
    """The main function of the creator: it opens the channel, and stays until it is killed."""
    channel = load_channel(name)
    folder = tempfile.gettempdir()
    context = multiprocessing.get_context(start_method)
    # What starts processes has files of its own; they are none of the channel's.
    first = context.Process(target=int)  # type: ignore[attr-defined]
    first.start()
    first.join()
    there = leaks.files_below(folder)
    try:
        size = min(SIZE, channel.traits.limit_bytes or SIZE)
        with LivePair(channel, start_method, [size]) as pair:
            pair.start(sender=partial(_send_and_stay, size), receiver=partial(_receive_and_stay, size))
            pair.report(SENDER)
            pair.report(RECEIVER)
            guard = Guard(lambda: _remove_when_told(pair, folder), PAIR_DEADLINE_S)
            print(json.dumps({"ends": pair.processes, "guard": guard.process, "there": there}), flush=True)
            sys.stdin.read()
    except ConformanceError as error:
        print(json.dumps({"failure": str(error)}), flush=True)


def _remove_when_told(pair: LivePair, folder: str) -> None:
    while not Path(folder, _LOOKED_AT).exists():
        time.sleep(LOOK_S)
    pair.remove()


def _send_and_stay(size: int, ends: list[Endpoint], wire: Wire) -> None:
    ends[0].send(random_bytes(size, 0))
    wire.send({})
    wire.receive(PAIR_DEADLINE_S)


def _receive_and_stay(size: int, ends: list[Endpoint], wire: Wire) -> None:
    receive_message(ends[0].receive, random_bytes(size, 0), "message 1 of 1")
    wire.send({})
    wire.receive(PAIR_DEADLINE_S)


def _settled(
    folder: str, started: set[int], before: dict[str, set[str]], is_expected: Callable[[Set[str]], bool]
) -> dict[str, int]:
    """Return how much there is of each kind once these are expected, or nothing more goes away."""
    limit = time.monotonic() + leaks.SETTLED_S
    while True:
        left = _more(_kinds(folder, started), before)
        if is_expected(left.keys()) or time.monotonic() > limit:
            return left
        time.sleep(LOOK_S)


def _kinds(folder: str, started: set[int]) -> dict[str, set[str]]:
    """Return what there is of each kind: those that were started, in the folder, kept by the kernel."""
    files = leaks.files_below(folder)
    sockets = {name for name in files if _is_socket(name)}
    shared = entries("/dev/shm")
    semaphores = {name for name in shared if name.startswith("sem.")}
    found = {
        PROCESS: {str(process) for process in started if is_alive(process)},
        FILE: set(files) - sockets,
        SOCKET: sockets,
        SEGMENT: set(shared) - semaphores,
        SEMAPHORE: semaphores,
        QUEUE: set(entries(MESSAGE_QUEUES)),
    }
    for kind, of_system_v in ((SEGMENT, "shm"), (SEMAPHORE, "sem"), (QUEUE, "msg")):
        found[kind] |= leaks.system_v_objects(of_system_v)
    return found


def _more(now: dict[str, set[str]], before: dict[str, set[str]]) -> dict[str, int]:
    """Return how much there is more of each kind; what somebody alive uses is another program's."""
    more = {kind: found - before[kind] for kind, found in now.items()}
    if more[SEGMENT] | more[SEMAPHORE]:
        used = _mapped()
        more = {kind: {name for name in found if name not in used} for kind, found in more.items()}
    return {kind: len(found) for kind, found in more.items() if found}


def _mapped() -> set[str]:
    """Return the names in /dev/shm that living processes have mapped."""
    processes = (name for name in entries("/proc") if name.isdecimal())
    maps = (line for process in processes for line in lines(f"/proc/{process}/maps"))
    return {line.partition("/dev/shm/")[2] for line in maps if "/dev/shm/" in line}


def _is_socket(name: str) -> bool:
    try:
        return stat.S_ISSOCK(Path(name).stat().st_mode)
    except OSError:
        return False


def _told(left: dict[str, int]) -> str:
    return ", ".join(f"{count} x {kind}" for kind, count in left.items())
