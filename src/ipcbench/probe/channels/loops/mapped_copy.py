"""The reference loop of shared memory: a copy into a mapped buffer, one out of it, a semaphore for each."""

from __future__ import annotations

from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import BLOCKS, Channel, Endpoint, Traits


class MappedCopy(Channel):
    """One message of memory that both ends have mapped, and two semaphores."""

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
        self._memory = context.RawArray("B", max(1, message_bytes))
        self._message_bytes = message_bytes
        self._free, self._filled = context.Semaphore(1), context.Semaphore(0)

    def sender(self) -> Endpoint:
        view, take, give = memoryview(self._memory).cast("B"), self._free.acquire, self._filled.release

        def send(message: Any) -> None:
            take()
            view[:] = message
            give()

        return Endpoint(send=send)

    def receiver(self) -> Endpoint:
        view, take, give = memoryview(self._memory).cast("B"), self._filled.acquire, self._free.release
        whole = memoryview(bytearray(self._message_bytes))

        def receive() -> memoryview:
            take()
            whole[:] = view
            give()
            return whole

        return Endpoint(receive=receive)

    def close(self) -> None:
        """There are no descriptors: the memory goes with its last process."""
