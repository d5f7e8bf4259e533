"""`multiprocessing.SimpleQueue`: a pipe with a lock at either end; the caller pickles and writes itself."""

from __future__ import annotations

from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import COMPETING, Channel, Endpoint, Ends, Traits
from ipcbench.probe.channels.stdlib.connections import receiving, sending


class SimpleQueue(Channel):
    """`SimpleQueue()`: a pipe with locks, and no thread."""

    traits = Traits(
        transport="pipe",
        duplex=False,
        carries="objects",
        copies=5,
        wait="lock, then blocking read",
        reference_loop="os-pipe",
        below="pipe",
        adds="a lock at either end",
        kernel_buffer="pipe",
        ends=Ends(None, None),
        fan_out=COMPETING,
        suits="Several senders and receivers, and no thread: who sends waits for room.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._queue: Any = context.SimpleQueue()

    def sender(self) -> Endpoint:
        self._queue._reader.close()
        return sending(self._queue._writer, self._queue.put)

    def receiver(self) -> Endpoint:
        self._queue._writer.close()
        return receiving(self._queue._reader, self._queue.get)

    def close(self) -> None:
        self._queue._reader.close()
        self._queue._writer.close()
