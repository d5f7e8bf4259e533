"""`multiprocessing.Queue`, unmodified: `put` hands the object to a feeder thread that pickles and writes it.

A Queue object holds both ends of its pipe in every process, so that a dead sender is never noticed; here
each end closes the half it does not use. `_reader`, `_writer` and `_on_queue_feeder_error` are the same in
CPython 3.9-3.15.
"""

from __future__ import annotations

from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import (
    AT_CLOSE,
    COMPETING,
    UNBOUNDED,
    Channel,
    Endpoint,
    Ends,
    Traits,
)
from ipcbench.probe.channels.stdlib.connections import descriptors


class Queue(Channel):
    """`Queue()`: a feeder thread writes to a pipe that all receivers share."""

    traits = Traits(
        transport="pipe",
        duplex=False,
        carries="objects",
        copies=5,
        wait="lock, then blocking read",
        reference_loop="os-pipe",
        below="simple-queue",
        adds="buffer, feeder thread, semaphore",
        delivery=UNBOUNDED,
        dead_receiver=AT_CLOSE,
        kernel_buffer="pipe",
        ends=Ends(None, None),
        fan_out=COMPETING,
        feeder=True,
        outlives_sender=False,
        suits="Several senders or receivers; a sender that must not wait: a thread keeps the rest.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._queue = self.make(context)

    @classmethod
    def make(cls, context: BaseContext) -> Any:
        """Return the queue itself; subclasses bound it."""
        return context.Queue()

    def sender(self) -> Endpoint:
        queue = self._queue
        queue._reader.close()
        losses: list[Exception] = []
        queue._on_queue_feeder_error = lambda error, _message: losses.append(error)

        def check() -> None:
            if losses:
                raise BrokenPipeError(
                    f"the feeder thread lost {len(losses)} messages: {type(losses[0]).__name__}: {losses[0]}"
                )

        def flush_and_close() -> None:
            queue.close()
            queue.join_thread()
            # A queue that never put has no feeder to close its writer.
            queue._writer.close()
            check()

        return Endpoint(
            send=queue.put, check=check, close=flush_and_close, descriptors=descriptors(queue._writer)
        )

    def receiver(self) -> Endpoint:
        queue = self._queue
        queue._writer.close()
        return Endpoint(receive=queue.get, close=queue.close, descriptors=descriptors(queue._reader))

    def close(self) -> None:
        self._queue._writer.close()
        self._queue._reader.close()
