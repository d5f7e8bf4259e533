"""What claims of libraries are put to the test with: their own messages, their own settings."""

from __future__ import annotations

import multiprocessing
import time
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any

import numpy as np

from ipcbench.launch.catalogue import missing
from ipcbench.probe.channels.loops.mapped_copy import MappedCopy
from ipcbench.probe.channels.loops.raw import raw_receiver, raw_sender
from ipcbench.probe.channels.stdlib.bounded_queue import BoundedQueue
from ipcbench.probe.channels.stdlib.fifo import NamedPipe
from ipcbench.probe.channels.third_party.faster_fifo import FasterFifo
from ipcbench.probe.channels.third_party.iceoryx2 import Iceoryx2Lossless
from ipcbench.probe.payloads.arrays import Array
from ipcbench.testing import Channel, Endpoint, Payload

CONTEXT = multiprocessing.get_context("spawn")
DEADLINE_S = 60.0


def lacking(*channels: str) -> str:
    """Return what is not installed of what these need, or nothing."""
    return "; ".join(why for name in channels if (why := missing(name)))


class FiveNumbers(Payload):
    """What the authors of faster-fifo send: a tuple of five equal numbers."""

    summary = "a tuple of five equal integers"

    @classmethod
    def make(cls, size: int, seed: int) -> Any:  # noqa: ARG003
        return (seed,) * 5

    @classmethod
    def touch(cls, message: Any, every: int) -> None:  # noqa: ARG003
        message[0]


class Floats(Array):
    """What the author of py-sharedmemory sends: an array of 32-bit floats."""

    summary = "a numpy array of 32-bit floats"

    @classmethod
    def make(cls, size: int, seed: int) -> Any:
        return super().make(size, seed).view(np.float32)

    @classmethod
    def check(cls, message: Any, size: int, seed: int) -> bool:
        return message.dtype == np.float32 and super().check(message.view(np.uint8), size, seed)


class Queue2(BoundedQueue):
    """`Queue(2)`."""

    maxsize = 2


class Queue100000(BoundedQueue):
    """`Queue(100000)`: of so many messages. A semaphore of macOS does not count so far."""

    maxsize = 100_000


class SmallFifo(FasterFifo):
    """`faster_fifo.Queue(100000)`: of so many bytes."""

    size_bytes = 100_000


class ManyAtOnce(SmallFifo):
    """The same, received with `get_many`, 100 messages at most, as its authors do."""

    def receiver(self) -> Endpoint:
        from queue import Empty

        get_many, waiting = self._queue.get_many, []

        def receive() -> Any:
            while not waiting:
                try:
                    waiting.extend(reversed(get_many(True, 0.2, 100)))
                except Empty:
                    continue
            return waiting.pop()

        return Endpoint(receive=receive)


class RawFifo(NamedPipe):
    """`os.write` and `os.read` of whole messages through a FIFO: what `os-pipe` does through a pipe."""

    traits = replace(
        NamedPipe.traits, of_its_own=False, fixed_size=True, below=None, adds="write and read of the kernel"
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self._message_bytes = message_bytes

    def sender(self) -> Endpoint:
        end = super().sender()
        return replace(end, send=raw_sender(end.descriptors[0], self._message_bytes))

    def receiver(self) -> Endpoint:
        end = super().receiver()
        return replace(end, receive=raw_receiver(end.descriptors[0], self._message_bytes))


class SpinningMemory(MappedCopy):
    """A copy into mapped memory and one out of it, where either end looks again and again, as the C program.

    How many messages were sent and taken stands in the memory as well; each counter has one writer.
    """

    traits = replace(
        MappedCopy.traits, reference_loop="mapped-copy", wait="reading memory without a pause", spins=True
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self._sent, self._taken = context.RawValue("q", 0), context.RawValue("q", 0)

    def sender(self) -> Endpoint:
        place, sent, taken = self._next_place(), self._sent, self._taken
        room = len(self._memory) // max(1, self._message_bytes)

        def send(message: Any) -> None:
            while sent.value - taken.value >= room:
                pass
            place()[:] = message
            sent.value += 1

        return Endpoint(send=send)

    def receiver(self) -> Endpoint:
        place, sent, taken = self._next_place(), self._sent, self._taken
        whole = memoryview(bytearray(self._message_bytes))

        def receive() -> memoryview:
            while sent.value == taken.value:
                pass
            whole[:] = place()
            taken.value += 1
            return whole

        return Endpoint(receive=receive)


class Untouched(Iceoryx2Lossless):
    """iceoryx2 without a copy: nothing is written into what is lent, and a byte is read of what came."""

    @staticmethod
    def sends(loan: Callable[[int], Any], notify: Callable[[], Any]) -> Callable[[Any], None]:
        def send(size: int) -> None:
            loan(size).assume_init().send()
            notify()

        return send

    @staticmethod
    def taken(sample: Any) -> bytes:
        return bytes(sample.payload().as_memory_view()[:1])


def untouched_round_trips(sizes: list[int], launches: int, times: int) -> dict[int, list[np.ndarray]]:
    """Return the round trips of each size by launch, in seconds: one of each size after the other."""
    found: dict[int, list[np.ndarray]] = {size: [] for size in sizes}
    for _ in range(launches):
        there = {size: Untouched(CONTEXT, size) for size in sizes}
        back = {size: Untouched(CONTEXT, size) for size in sizes}
        answering = CONTEXT.Process(target=_answer, args=(there, back, times))
        answering.start()
        ends = {size: (there[size].sender(), back[size].receiver()) for size in sizes}
        took: dict[int, list[float]] = {size: [] for size in sizes}
        for _ in range(times):
            for size, (sender, receiver) in ends.items():
                began_s = time.perf_counter()
                sender.send(size)
                receiver.receive()
                took[size].append(time.perf_counter() - began_s)
        answering.join(DEADLINE_S)
        for size in sizes:
            # The first ones meet memory that nobody has used.
            found[size].append(np.array(took[size][times // 4 :]))
            for channel in (there[size], back[size]):
                channel.remove()
    return found


def _answer(there: dict[int, Channel], back: dict[int, Channel], times: int) -> None:
    ends = {size: (there[size].receiver(), back[size].sender()) for size in there}
    for _ in range(times):
        for size, (receiver, sender) in ends.items():
            receiver.receive()
            sender.send(size)
