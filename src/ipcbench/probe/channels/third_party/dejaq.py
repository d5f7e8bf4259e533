"""dejaq: a ring of bytes in shared memory with named semaphores; buffers of a pickle go beside it."""

from __future__ import annotations

from contextlib import suppress
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import BLOCKS, Channel, Endpoint, Requires, Traits

#: Its default; and so many messages, where those are larger.
BUFFER_BYTES, FEWEST_MESSAGES = 10_000_000, 4


class Dejaq(Channel):
    """`dejaq.DejaQueue`: a receiver holds its lock while it waits, so one receiver it is."""

    traits = Traits(
        transport="shared memory",
        duplex=False,
        carries="objects",
        copies=4,
        wait="semaphore",
        reference_loop="mapped-copy",
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=BLOCKS,
        requires=Requires("dejaq", "dejaq", "dejaq"),
        leaves="five semaphores stay in /dev/shm",
        suits="Arrays from one process to another.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        from dejaq import DejaQueue

        self._queue = DejaQueue(max(BUFFER_BYTES, FEWEST_MESSAGES * message_bytes))

    def sender(self) -> Endpoint:
        return Endpoint(send=self._queue.put, close=self._queue.close)

    def receiver(self) -> Endpoint:
        return Endpoint(receive=self._queue.get, close=self._queue.close)

    def close(self) -> None:
        """The segments are the creator's, until `remove`."""

    def remove(self) -> None:
        with suppress(Exception):
            self._queue.unlink()
