"""py-sharedmemory: large objects in blocks of shared memory, told of through Queues."""

from __future__ import annotations

import os
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import BLOCKS, COMPETING, Channel, Endpoint, Ends, Requires, Traits
from ipcbench.probe.channels.third_party.meeting import remove_segments

#: How many messages may wait: what its own benchmark takes.
CAPACITY = 2
DELIVERY_DEADLINE_S = 30.0


class PySharedMemory(Channel):
    """`create_shared_memory_pair`: one sender, which reuses a block once a receiver has said so."""

    traits = Traits(
        transport="shared memory, and a Queue's pipe",
        duplex=False,
        carries="objects",
        copies=2,
        wait="blocking read",
        reference_loop="mapped-copy",
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=BLOCKS,
        fork_after_use=False,
        ends=Ends(1, None),
        fan_out=COMPETING,
        requires=Requires("py-sharedmemory", "py_sharedmemory", "py-sharedmemory"),
        feeder=True,
        suits="Objects of 1 MB and more, arrays and frames, from one sender.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        from py_sharedmemory import create_shared_memory_pair

        # What a killed sender leaves: as long as names are chosen by the standard library, they begin so.
        self._prefix = f"/ib_{os.urandom(3).hex()}"
        self._sender, self._receiver = create_shared_memory_pair(CAPACITY, ctx=context)

    def sender(self) -> Endpoint:
        from multiprocessing import shared_memory

        self._receiver.close()
        vars(shared_memory)["_SHM_NAME_PREFIX"] = self._prefix
        sender = self._sender

        def close() -> None:
            delivered = sender.wait_for_all_ack(DELIVERY_DEADLINE_S)
            sender.close()
            if not delivered:
                raise OSError(f"not all was received within {DELIVERY_DEADLINE_S:g} s")

        return Endpoint(send=sender.put, close=close)

    def receiver(self) -> Endpoint:
        self._sender.close()
        return Endpoint(receive=self._receiver.get, close=self._receiver.close)

    def close(self) -> None:
        self._sender.close()
        self._receiver.close()

    def remove(self) -> None:
        remove_segments(self._prefix[1:])
