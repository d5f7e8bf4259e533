"""Check of what stays behind: neither descriptors and processes, nor what kernel and file system keep."""

from __future__ import annotations

import gc
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial, wraps
from multiprocessing.util import get_temp_dir
from typing import Any

from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.process.children import children
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing.delivery import receive_message
from ipcbench.testing.pair import ConformanceError, LivePair
from ipcbench.testing.system_files import entries, lines

MESSAGE = bytes(range(64))
PAIRS = 4
CHANNELS_PER_PAIR = 5
OPENED = PAIRS * CHANNELS_PER_PAIR
#: How long what is left is looked at again: as long as another program may take to remove its own.
SETTLED_S, LOOK_S = 5.0, 0.1

#: Where the whole machine shares a place, so many that stay, twice one after the other, are a channel's own:
#: that another program leaves as many both times is not likely.
FEWEST_SHARED = 5
#: As often is looked at what a check leaves there that is of one channel only.
REPETITIONS = 3

#: What is said of more segments and semaphores.
IN_SHARED = "more entries are in /dev/shm"
#: What there is of each kind, by what to say of more of it.
Left = dict[str, set[Any]]


def leaks_nothing(channel: type[Channel], start_method: str) -> None:
    """Twenty channels opened, used, closed and removed leave nothing in process, kernel or file system."""
    with own_temporary_folder() as folder:
        # What is started once and stays (a forkserver, a resource tracker) is no leak.
        _use_channels(channel, start_method)
        leaked = _leaked_of_twenty(channel, start_method, folder)
        if leaked and leaked.keys() <= _shared().keys():
            again = _leaked_of_twenty(channel, start_method, folder)
            leaked = {what: count for what, count in leaked.items() if what in again}
    if leaked:
        told = ", ".join(f"{count} {what}" for what, count in leaked.items())
        raise ConformanceError(f"after {OPENED} channels were opened, used and closed {told}")


def leaving_nothing(check: Callable[[type[Channel], str], None]) -> Callable[[type[Channel], str], None]:
    """Have a check fail, too, for what the kernel keeps after it: a process was killed.

    What is there more of once may be another program's; what there is more of each time is the channel's.
    """

    @wraps(check)
    def checked(channel: type[Channel], start_method: str) -> None:
        left: dict[str, int] = {}
        for repetition in range(REPETITIONS):
            before = kept()
            check(channel, start_method)
            found = _stays(kept, before, fewest=1)
            left = {what: n for what, n in found.items() if not repetition or what in left}
            if not left:
                return
        told = ", ".join(f"{count} {what}" for what, count in left.items())
        raise ConformanceError(f"after a process was killed and the channel removed {told}")

    return checked


def _leaked_of_twenty(channel: type[Channel], start_method: str, folder: str) -> dict[str, int]:
    """Return what there is more of after twenty channels; of what the machine shares, if it is several."""
    before = {**_own(folder), **_shared()}
    for _ in range(PAIRS):
        _use_channels(channel, start_method)
    return {
        **_stays(lambda: _own(folder), before, fewest=1),
        **_stays(_shared, before, fewest=FEWEST_SHARED),
    }


def _stays(look: Callable[[], Left], before: Left, *, fewest: int) -> dict[str, int]:
    """Return how much more there is than before, and stays: what other programs have, they remove again."""
    after, limit = look(), time.monotonic() + SETTLED_S
    while True:
        more = {what: len(found - before[what]) for what, found in after.items()}
        more = {what: count for what, count in more.items() if count >= fewest}
        if not more or time.monotonic() > limit:
            return more
        time.sleep(LOOK_S)
        after = {what: found & after[what] for what, found in look().items()}


def _own(folder: str) -> Left:
    """Return what there is that only this process and its children have."""
    # What nothing refers to any more is closed by its collection.
    gc.collect()
    descriptors = entries("/proc/self/fd") or entries("/dev/fd")
    return {
        # Numbers are given again: how many there are is what counts.
        "more file descriptors are open": set(range(len(descriptors))),
        "child processes are left": children(),
        "more entries are in the temporary folder": {*files_below(folder), *files_below(get_temp_dir())},
    }


def _shared() -> Left:
    """Return what there is in places that the whole machine shares."""
    return {"more entries are in /tmp": set(entries("/tmp")), **kept()}


def kept() -> Left:
    """Return what the kernel keeps though its processes have ended."""
    objects = set().union(*(system_v_objects(kind) for kind in ("shm", "sem", "msg")))
    return {
        IN_SHARED: set(entries("/dev/shm")),
        "more POSIX message queues are left": set(entries("/dev/mqueue")),
        "more System V objects are left": objects,
    }


def system_v_objects(kind: str) -> set[str]:
    """Return the names of System V's `shm`, `sem` or `msg`."""
    return {" ".join((kind, *line.split()[:2])) for line in lines(f"/proc/sysvipc/{kind}")}


@contextmanager
def own_temporary_folder() -> Iterator[str]:
    """Let this process and its children put what is temporary into a folder that nobody else uses."""
    # multiprocessing's own folder stays where it is: a forkserver listens there while this process lives.
    get_temp_dir()
    usual, variable = tempfile.tempdir, os.environ.get("TMPDIR")
    with tempfile.TemporaryDirectory(prefix="ipcbench-") as folder:
        tempfile.tempdir = os.environ["TMPDIR"] = folder
        try:
            yield folder
        finally:
            tempfile.tempdir = usual
            if variable is None:
                del os.environ["TMPDIR"]
            else:
                os.environ["TMPDIR"] = variable


def _use_channels(channel: type[Channel], start_method: str) -> None:
    traits = channel.traits
    size = min(len(MESSAGE), traits.limit_bytes or len(MESSAGE))
    receiving = None if traits.owns_receiver else partial(_receive_one, size, traits.delivers)
    with LivePair(channel, start_method, [size] * CHANNELS_PER_PAIR) as pair:
        pair.start(sender=partial(_send_one, size, traits.owns_receiver), receiver=receiving)
        pair.finish()


def _send_one(size: int, answered: bool, ends: list[Endpoint], _: Wire) -> None:
    for end in ends:
        end.send(MESSAGE[:size])
        if answered:
            receive_message(end.receive, MESSAGE[:size], "answer 1 of 1")
        end.close()


def _receive_one(size: int, delivers: bool, ends: list[Endpoint], _: Wire) -> None:
    for end in ends:
        if delivers:
            receive_message(end.receive, MESSAGE[:size], "message 1 of 1")
        end.close()


def files_below(folder: str) -> list[str]:
    """Return all but folders below a folder: multiprocessing keeps an empty one until its process ends."""
    return [f"{place}/{name}" for place, _, names in os.walk(folder) for name in names]
