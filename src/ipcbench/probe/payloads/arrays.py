"""Arrays of numpy, pickled as they are, or with their data beside the pickle (protocol 5).

The one module of the probe that imports what is not in the standard library, as who sends arrays does.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, ClassVar

from ipcbench.errors import CaseError
from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.payloads.contract import Payload
from ipcbench.probe.payloads.random_bytes import random_bytes

#: Arrays are filled so many bytes at a time: what is larger would raise the heap's limits when it is dropped.
_PIECE_BYTES, _MOST_PIECES = 16 << 10, 1 << 20
#: So many messages stay as they are before their memory is received into again.
RING = 4


class Array(Payload):
    """One array of random bytes."""

    summary = "a numpy array, pickled"
    variants: ClassVar[Mapping[str, str]] = {"out-of-band": "ndarray-oob"}

    @classmethod
    def prepare(cls) -> None:
        try:
            import numpy  # noqa: F401
        except ImportError as error:
            raise CaseError(f"arrays need numpy: {error}; accepted: a Python that has it") from error

    @classmethod
    def make(cls, size: int, seed: int) -> Any:
        import numpy as np

        array = np.empty(size, np.uint8)
        for start, piece in _pieces(size, seed):
            array[start : start + len(piece)] = np.frombuffer(piece, np.uint8)
        return array

    @classmethod
    def check(cls, message: Any, size: int, seed: int) -> bool:
        import numpy as np

        if type(message) is not np.ndarray or message.dtype != np.uint8 or message.shape != (size,):
            return False
        return all(message[at : at + len(piece)].tobytes() == piece for at, piece in _pieces(size, seed))

    @classmethod
    def touch(cls, message: Any, every: int) -> None:
        message[::every].sum()


def _pieces(size: int, seed: int) -> Iterator[tuple[int, bytes]]:
    """Yield where each piece of the data begins, and its bytes."""
    for number, start in enumerate(range(0, size, _PIECE_BYTES)):
        yield start, random_bytes(min(_PIECE_BYTES, size - start), seed * _MOST_PIECES + number)


class OutOfBandArray(Array):
    """The same, its data not pickled: sent as they are, and received into a ring of buffers."""

    summary = "a numpy array, its data beside the pickle (protocol 5), received into a ring"
    out_of_band = True
    variants: ClassVar[Mapping[str, str]] = {}

    @classmethod
    def through(cls, end: Endpoint) -> Endpoint:
        return replace(end, send=_sender(end), receive=_receiver(end))


def _sender(end: Endpoint) -> Any:
    send_head, send_buffer = end.send, end.send_buffer

    def send(array: Any) -> None:
        buffers: list[pickle.PickleBuffer] = []
        head = pickle.dumps(array, protocol=5, buffer_callback=buffers.append)
        views = [buffer.raw() for buffer in buffers]
        send_head((head, [view.nbytes for view in views]))
        for view in views:
            send_buffer(view)

    return send


def _receiver(end: Endpoint) -> Any:
    receive_head, receive_into, ring = end.receive, end.receive_into, Ring()

    def receive() -> Any:
        head, sizes = receive_head()
        views = [ring.room(size) for size in sizes]
        for view in views:
            receive_into(view)
        return pickle.loads(head, buffers=views)

    return receive


class Ring:
    """Memory that messages are received into, one after the other, and then again."""

    def __init__(self) -> None:
        self._slots = [memoryview(bytearray())] * RING
        self._next = 0

    def room(self, size: int) -> memoryview:
        """Return the next slot for so many bytes."""
        place, self._next = self._next, (self._next + 1) % RING
        if self._slots[place].nbytes != size:
            self._slots[place] = memoryview(bytearray(size))
        return self._slots[place]
