"""Check of what stays behind: whoever creates a channel is left with no descriptor, process or segment."""

from __future__ import annotations

import gc
import multiprocessing
from functools import partial
from pathlib import Path

from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.wire import Wire
from ipcbench.testing.delivery import receive_message
from ipcbench.testing.pair import ConformanceError, Pair

MESSAGE = bytes(range(64))
PAIRS = 4
CHANNELS_PER_PAIR = 5
OPENED = PAIRS * CHANNELS_PER_PAIR


def leaks_nothing(channel: type[Channel], start_method: str) -> None:
    """Twenty channels opened, used and closed leave nothing in the process that created them."""
    # What is started once and stays (a forkserver, a resource tracker) is no leak.
    _use_channels(channel, start_method)
    descriptors, children, segments = _descriptors(), _children(), _segments()
    for _ in range(PAIRS):
        _use_channels(channel, start_method)
    found = [
        (len(_descriptors()) - len(descriptors), 1, "more file descriptors are open"),
        (len(_children() - children), 1, "child processes are left"),
        # The folder belongs to the whole machine: a few new entries may be another program's.
        (len(_segments() - segments), OPENED, "more entries are in /dev/shm"),
    ]
    leaked = [f"{count} {what}" for count, tolerated, what in found if count >= tolerated]
    if leaked:
        raise ConformanceError(f"after {OPENED} channels were opened, used and closed {', '.join(leaked)}")


def _use_channels(channel: type[Channel], start_method: str) -> None:
    size = min(len(MESSAGE), channel.traits.limit_bytes or len(MESSAGE))
    delivers = channel.traits.delivers
    with Pair(channel, start_method, [size] * CHANNELS_PER_PAIR) as pair:
        pair.start(sender=partial(_send_one, size), receiver=partial(_receive_one, size, delivers))
        pair.finish()


def _send_one(size: int, channels: list[Channel], _: Wire) -> None:
    for channel in channels:
        end = channel.sender()
        end.send(MESSAGE[:size])
        end.close()


def _receive_one(size: int, delivers: bool, channels: list[Channel], _: Wire) -> None:
    for channel in channels:
        end = channel.receiver()
        if delivers:
            receive_message(end.receive, MESSAGE[:size], "message 1 of 1")
        end.close()


def _descriptors() -> list[str]:
    # What nothing refers to any more is closed by its collection.
    gc.collect()
    return _entries("/proc/self/fd") or _entries("/dev/fd")


def _children() -> set[int | None]:
    return {process.pid for process in multiprocessing.active_children()}


def _segments() -> set[str]:
    return set(_entries("/dev/shm"))


def _entries(folder: str) -> list[str]:
    """Return what is in a folder; nothing where the platform has no such folder."""
    try:
        return [entry.name for entry in Path(folder).iterdir()]
    except OSError:
        return []
