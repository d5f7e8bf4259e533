"""Checks of payloads: what the contract of a payload promises, alone and through a Pipe between processes."""

from __future__ import annotations

import pickle
from typing import Any, Callable

from ipcbench.errors import IpcbenchError
from ipcbench.probe.payloads.contract import Payload
from ipcbench.probe.touch import EVERY
from ipcbench.probe.workloads.closed.ping_pong import PingPong
from ipcbench.testing.pair import ConformanceError
from ipcbench.testing.workloads import DEADLINE_S, MESSAGES, opened, require_declared, require_own_parameters

SIZES_BYTES = (0, 1, 64, 64 << 10)
#: What "about its size" means of an object, as it is pickled; besides, what pickle says of any object.
FEWEST_SHARE, MOST_SHARE, OVERHEAD_BYTES = 0.5, 2.0, 512


def says_what_it_is(payload: type[Payload], start_method: str) -> None:  # noqa: ARG001
    """It has a summary, and a name for its parameter where it takes one; its usual ones are taken."""
    require_declared(payload, "summary")
    require_own_parameters(payload)


def is_known_by_its_seed(payload: type[Payload], start_method: str) -> None:  # noqa: ARG001
    """What is made for a seed is recognised, as it was and pickled; what is made for another is not."""
    for size in SIZES_BYTES:
        message = payload.make(size, 1)
        if not payload.check(message, size, 1):
            raise ConformanceError(f"its message of {size} B for seed 1 is not recognised as that")
        if not payload.check(pickle.loads(pickle.dumps(message)), size, 1):
            raise ConformanceError(
                f"its message of {size} B is not recognised when it was pickled on the way"
            )
    size = SIZES_BYTES[-1]
    if payload.check(payload.make(size, 2), size, 1):
        raise ConformanceError(f"its message of {size} B for seed 2 is taken for that of seed 1")


def has_its_size(payload: type[Payload], start_method: str) -> None:  # noqa: ARG001
    """A buffer has exactly the size, an object about that when it is pickled."""
    for size in SIZES_BYTES:
        message = payload.make(size, 1)
        if payload.is_buffer:
            found, fewest, most = len(memoryview(message)), size, size
        else:
            size *= payload.messages
            found = len(pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL))
            fewest, most = int(FEWEST_SHARE * size), int(MOST_SHARE * size) + OVERHEAD_BYTES
        if not fewest <= found <= most:
            raise ConformanceError(f"its message of {size} B has {found} B; accepted: {fewest} to {most} B")


def can_be_read(payload: type[Payload], start_method: str) -> None:  # noqa: ARG001
    """Reading a message changes nothing of it."""
    for size in SIZES_BYTES:
        message = payload.make(size, 1)
        for every in EVERY.values():
            payload.touch(message, every)
        if not payload.check(message, size, 1):
            raise ConformanceError(f"its message of {size} B is another when it has been read")


def arrives_whole(payload: type[Payload], start_method: str) -> None:
    """Numbered messages go there and back through a Pipe, each once, in order and unharmed."""
    for size in SIZES_BYTES:
        with opened(PingPong, start_method, payload=payload, size=size) as live:
            try:
                live.verify(MESSAGES, DEADLINE_S)
            except IpcbenchError as error:
                raise ConformanceError(f"messages of {size} B through a Pipe: {error}") from error


CHECKS: dict[str, Callable[[Any, str], None]] = {
    "says-what-it-is": says_what_it_is,
    "is-known-by-its-seed": is_known_by_its_seed,
    "has-its-size": has_its_size,
    "can-be-read": can_be_read,
    "arrives-whole": arrives_whole,
}
