"""What every tool times: some messages through a live channel, until the last has arrived."""

from __future__ import annotations

import multiprocessing
import os
import time
from typing import Any

#: Messages a call, so that a call takes some milliseconds.
MESSAGES = {64: 1000, 64 << 10: 40, 1 << 20: 6}
CELLS = [(channel, size) for channel in ("pipe", "duplex-pipe", "queue") for size in MESSAGES]
#: How much longer everything is said to have taken: the slowdown that is planted, exactly.
FACTOR = float(os.environ.get("PLANTED_FACTOR", "1"))


def clock() -> float:
    """Return a clock whose durations are longer by the planted factor."""
    return time.perf_counter() * FACTOR


def _receive(channel: Any, done: Any, cores: list[int], messages: int) -> None:
    os.sched_setaffinity(0, {cores[-1]})
    receive = channel.get if hasattr(channel, "get") else channel[0].recv
    while True:
        for _ in range(messages):
            if receive() is None:
                return
        done.send(None)


class LiveStream:
    """A sender in this process, a receiver in another, each on a core of its own; call it to send."""

    def __init__(self, name: str, size: int) -> None:
        context = multiprocessing.get_context("fork")
        cores = sorted(os.sched_getaffinity(0))
        channel: Any = context.Queue() if name == "queue" else context.Pipe(duplex=name == "duplex-pipe")
        self._done, theirs = context.Pipe()
        self.messages = MESSAGES[size]
        self._process = context.Process(
            target=_receive, args=(channel, theirs, cores, self.messages), daemon=True
        )
        self._process.start()
        os.sched_setaffinity(0, {cores[0]})
        self._cores = cores
        self._send = channel.put if hasattr(channel, "put") else channel[1].send
        self._payload = os.urandom(size)

    def __call__(self) -> None:
        send, payload = self._send, self._payload
        for _ in range(self.messages):
            send(payload)
        self._done.recv()

    def close(self) -> None:
        self._send(None)
        self._process.join(10)
        os.sched_setaffinity(0, self._cores)
