"""The reference loop of shared memory: a copy into a mapped buffer, one out of it, a semaphore for each."""

from __future__ import annotations

from itertools import cycle
from multiprocessing.context import BaseContext
from typing import Any, Callable

from ipcbench.probe.channels.contract import BLOCKS, Channel, Endpoint, Traits
from ipcbench.probe.channels.shared_memory.segment import slots_for

#: As many as the rings have room for that stand beside it.
MOST_MESSAGES = 16


class MappedCopy(Channel):
    """A ring of memory that both ends have mapped, and two semaphores."""

    traits = Traits(
        of_its_own=False,
        transport="shared memory",
        duplex=False,
        carries="bytes",
        copies=2,
        wait="semaphore",
        adds="a copy into mapped memory and one out of it",
        fixed_size=True,
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=BLOCKS,
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        size = max(1, message_bytes)
        count = slots_for(size, MOST_MESSAGES)
        self._memory, self._message_bytes = context.RawArray("B", count * size), size
        self._free, self._filled = context.Semaphore(count), context.Semaphore(0)

    def _next_place(self) -> Callable[[], memoryview]:
        """Return what gives the memory of one message after the other, in a ring."""
        whole, size = memoryview(self._memory).cast("B"), self._message_bytes
        places = [whole[start : start + size] for start in range(0, len(whole), size)]
        return cycle(places).__next__

    def sender(self) -> Endpoint:
        place, take, give = self._next_place(), self._free.acquire, self._filled.release

        def send(message: Any) -> None:
            take()
            place()[:] = message
            give()

        return Endpoint(send=send)

    def receiver(self) -> Endpoint:
        place, take, give = self._next_place(), self._filled.acquire, self._free.release
        whole = memoryview(bytearray(self._message_bytes))

        def receive() -> memoryview:
            take()
            whole[:] = place()
            give()
            return whole

        return Endpoint(receive=receive)

    def close(self) -> None:
        """There are no descriptors: the memory goes with its last process."""
