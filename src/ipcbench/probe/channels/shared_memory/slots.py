"""Shared memory with two semaphores: one slot, or a ring of several. Messages are not pickled."""

from __future__ import annotations

from dataclasses import replace
from itertools import cycle
from multiprocessing.context import BaseContext
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import BLOCKS, Channel, Endpoint, Traits
from ipcbench.probe.channels.shared_memory.segment import Slots, slots_for


class SharedSlot(Channel):
    """One slot: the next message waits until the one before has been copied out."""

    traits = Traits(
        transport="shared memory",
        duplex=False,
        carries="bytes",
        copies=2,
        wait="semaphore",
        reference_loop="mapped-copy",
        below="mapped-copy",
        adds="a length, memory for each message",
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=BLOCKS,
        suits="Large messages between two that take turns.",
    )
    most_slots: ClassVar[int] = 1

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        count = slots_for(message_bytes, self.most_slots)
        self._slots = Slots(count, message_bytes)
        self._free, self._filled = context.Semaphore(count), context.Semaphore(0)

    def sender(self) -> Endpoint:
        write, take, give = self._slots.writer(), self._free.acquire, self._filled.release
        following = cycle(range(self._slots.count)).__next__

        def send(message: Any) -> None:
            take()
            write(following(), message)
            give()

        return Endpoint(send=send, close=self._slots.close)

    def receiver(self) -> Endpoint:
        read, take, give = self._slots.reader(), self._filled.acquire, self._free.release
        following = cycle(range(self._slots.count)).__next__

        def receive() -> bytes:
            take()
            message = read(following())
            give()
            return message

        return Endpoint(receive=receive, close=self._slots.close)

    def close(self) -> None:
        self._slots.close()

    def remove(self) -> None:
        self._slots.remove()


class SharedRing(SharedSlot):
    """A ring of up to 16 slots: a sender runs ahead of its receiver by so many messages."""

    traits = replace(
        SharedSlot.traits,
        below="shared-slot",
        adds="slots to run ahead by",
        # Each process counts for itself which slot is next.
        fork_after_use=False,
        suits="Large messages in a stream; that the other end lives is yours to watch.",
    )
    most_slots = 16
