"""faster-fifo: a ring of bytes in shared memory, with a mutex and conditions of POSIX; it pickles."""

from __future__ import annotations

from multiprocessing.context import BaseContext
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import BLOCKS, COMPETING, Channel, Endpoint, Ends, Requires, Traits

#: Its default; and so many messages, where those are larger.
SIZE_BYTES, FEWEST_MESSAGES = 1_000_000, 4
#: It has no call that waits for ever, and no signal interrupts one: what it raises is asked for again.
PATIENCE_S = 0.2


class FasterFifo(Channel):
    """`faster_fifo.Queue`: any number of senders and receivers, `put` and `get` again where they give up."""

    traits = Traits(
        transport="shared memory",
        duplex=False,
        carries="objects",
        copies=4,
        wait="condition",
        reference_loop="mapped-copy",
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=BLOCKS,
        ends=Ends(None, None),
        fan_out=COMPETING,
        requires=Requires("faster-fifo", "faster_fifo", "faster-fifo"),
        suits="Many senders of small objects, taken several at once (`get_many`).",
    )

    size_bytes: ClassVar[int] = SIZE_BYTES

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        import faster_fifo

        self._queue = faster_fifo.Queue(max(self.size_bytes, FEWEST_MESSAGES * message_bytes))

    def sender(self) -> Endpoint:
        from queue import Full

        put = self._queue.put

        def send(message: Any) -> None:
            while True:
                try:
                    put(message, True, PATIENCE_S)
                    return
                except Full:
                    continue

        return Endpoint(send=send)

    def receiver(self) -> Endpoint:
        from queue import Empty

        get = self._queue.get

        def receive() -> Any:
            while True:
                try:
                    return get(True, PATIENCE_S)
                except Empty:
                    continue

        return Endpoint(receive=receive)

    def close(self) -> None:
        """Its memory goes with the last process that has it."""
