"""Check of what stays where all of a channel's processes are killed at once, so that nobody calls `remove`.

Killed are its creator and both ends. What these have started besides, a server for instance, is left alone:
it is what may stay. Looked at is what Linux shows of it.
"""

from __future__ import annotations

import os
import re
import signal
import stat
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path

from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.payloads.random_bytes import random_bytes
from ipcbench.probe.process.children import descendants
from ipcbench.probe.process.guard import Guard
from ipcbench.probe.protocol.wire import Wire, WireClosed, WireTimeout
from ipcbench.testing import leaks
from ipcbench.testing.delivery import receive_message
from ipcbench.testing.hired import is_alive
from ipcbench.testing.pair import CREATOR_DEADLINE_S, PAIR_DEADLINE_S, ConformanceError, LivePair
from ipcbench.testing.system_files import entries
from ipcbench.words import RECEIVER, SENDER

IS_SEEN = sys.platform.startswith("linux")
SIZE = 64
#: So long after the kill it is looked what stays, and so much longer until all that goes by itself has gone.
SETTLE_S, LOOK_S = 0.5, 0.05
#: What there is to find, by the words that `Traits.leaves` tells it with.
KINDS = PROCESS, FILE, SOCKET, SEGMENT, SEMAPHORE, QUEUE = (
    "process", "file", "socket", "segment", "semaphore", "queue",
)  # fmt: skip
_LOOKED_AT = "ipcbench-looked-at"


def all_killed(channel: type[Channel], start_method: str) -> None:
    """What stays where creator and ends are killed at once is declared, and `remove` removes it."""
    declared = channel.traits.leaves
    with leaks.own_temporary_folder() as folder:
        before, looked_at = _kinds(folder, set()), Path(folder, _LOOKED_AT)
        started, guard = _killed(channel, start_method, folder)
        try:
            expected = {kind for kind in KINDS if re.search(rf"\b{kind}", declared)}
            left = _settled(folder, started, before, expected)
        finally:
            looked_at.touch()
        limit = time.monotonic() + CREATOR_DEADLINE_S
        while is_alive(guard) and time.monotonic() < limit:
            time.sleep(LOOK_S)
        looked_at.unlink()
        stays = _more(_kinds(folder, started), before)
    # A queue of POSIX is seen where its file system is mounted only.
    unseen = set() if Path("/dev/mqueue").is_dir() else {QUEUE}
    if not (left.keys() <= expected and expected - left.keys() <= unseen):
        what = _told(left) or "nothing"
        raise ConformanceError(f"all were killed, and {what} stayed; the traits say leaves={declared!r}")
    if stays:
        raise ConformanceError(f"all were killed, remove was called, and {_told(stays)} stayed")


def _killed(channel: type[Channel], start_method: str, folder: str) -> tuple[set[int], int]:
    """Use a channel and kill its processes; return what these had started, and who removes the rest."""
    context = get_context(start_method)
    near, far = context.Pipe(duplex=True)
    creator = context.Process(  # type: ignore[attr-defined]
        target=_create_and_stay, args=(channel, start_method, folder, far)
    )
    creator.start()
    far.close()
    wire = Wire(near)
    try:
        told, _ = wire.receive(PAIR_DEADLINE_S)
        if "failure" in told:
            raise ConformanceError(told["failure"])
        # What a tracker or a forkserver does by itself then it does in a program, too.
        started = set(descendants(creator.pid)) - {*told["ends"], told["guard"]}
    except (WireClosed, WireTimeout):
        raise ConformanceError("the creator died without a word, or hung") from None
    finally:
        creator.kill()
        creator.join(CREATOR_DEADLINE_S)
        wire.close()
    for end in told["ends"]:
        with suppress(OSError):
            os.kill(end, signal.SIGKILL)
    return started, told["guard"]


def _create_and_stay(channel: type[Channel], start_method: str, folder: str, far: Connection) -> None:
    """The main function of the creator: it opens the channel, and stays until it is killed."""
    # A forkserver has an environment of its own.
    tempfile.tempdir = os.environ["TMPDIR"] = folder
    wire = Wire(far)
    try:
        size = min(SIZE, channel.traits.limit_bytes or SIZE)
        with LivePair(channel, start_method, [size]) as pair:
            pair.start(sender=partial(_send_and_stay, size), receiver=partial(_receive_and_stay, size))
            pair.report(SENDER)
            pair.report(RECEIVER)
            guard = Guard(lambda: _remove_when_told(pair, folder), PAIR_DEADLINE_S)
            wire.send({"ends": pair.processes, "guard": guard.process})
            wire.receive(PAIR_DEADLINE_S)
    except ConformanceError as error:
        wire.send({"failure": str(error)})


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
    folder: str, started: set[int], before: dict[str, set[str]], expected: set[str]
) -> dict[str, int]:
    """Return how much there is of each kind once that is what is expected, or nothing more goes away."""
    time.sleep(SETTLE_S)
    limit = time.monotonic() + leaks.SETTLED_S
    while True:
        left = _more(_kinds(folder, started), before)
        if left.keys() == expected or time.monotonic() > limit:
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
        QUEUE: set(entries("/dev/mqueue")),
    }
    for kind, of_system_v in ((SEGMENT, "shm"), (SEMAPHORE, "sem"), (QUEUE, "msg")):
        found[kind] |= leaks.system_v_objects(of_system_v)
    return found


def _more(now: dict[str, set[str]], before: dict[str, set[str]]) -> dict[str, int]:
    more = {kind: len(found - before[kind]) for kind, found in now.items()}
    return {kind: count for kind, count in more.items() if count}


def _is_socket(name: str) -> bool:
    try:
        return stat.S_ISSOCK(Path(name).stat().st_mode)
    except OSError:
        return False


def _told(left: dict[str, int]) -> str:
    return ", ".join(f"{count} x {kind}" for kind, count in left.items())
