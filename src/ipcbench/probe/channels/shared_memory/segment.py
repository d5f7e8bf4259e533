"""One segment of shared memory in slots, each with a length: messages are copied in, and out again."""

from __future__ import annotations

import struct
from contextlib import suppress
from typing import Any, Callable

_LENGTH = struct.Struct("@Q")


#: More than this of shared memory is not taken where slots could be fewer: containers have 64 MiB.
MOST_BYTES = 32 << 20


def slots_for(message_bytes: int, most: int) -> int:
    """Return how many messages of this size there is room for: `most`, or fewer, but two if there may be."""
    return max(min(2, most), min(most, MOST_BYTES // max(1, message_bytes)))


class Slots:
    """So many slots of a segment, for messages of up to so many bytes; pickles by the segment's name."""

    def __init__(self, count: int, message_bytes: int) -> None:
        from multiprocessing.shared_memory import SharedMemory

        self.count, self.message_bytes = count, message_bytes
        self._stride = _LENGTH.size + message_bytes + -message_bytes % _LENGTH.size
        self._memory = SharedMemory(create=True, size=count * self._stride)
        # Its pages are there from the first message on.
        self._buffer[:] = bytes(len(self._buffer))

    @property
    def _buffer(self) -> memoryview:
        buffer = self._memory.buf
        assert buffer is not None, "it is closed"
        return buffer

    def writer(self) -> Callable[[int, Any], None]:
        """Return what copies a message into a slot."""
        buffer, stride, header = self._buffer, self._stride, _LENGTH.size
        pack, most = _LENGTH.pack_into, self.message_bytes

        def write(slot: int, message: Any) -> None:
            size = len(message)
            if size > most:
                raise ValueError(f"a message of {size} B; accepted: up to {most} B, the size of a slot")
            start = slot * stride
            pack(buffer, start, size)
            buffer[start + header : start + header + size] = message

        return write

    def reader(self) -> Callable[[int], bytes]:
        """Return what copies a message out of a slot."""
        buffer, stride, header = self._buffer, self._stride, _LENGTH.size
        unpack = _LENGTH.unpack_from

        def read(slot: int) -> bytes:
            start = slot * stride
            (size,) = unpack(buffer, start)
            return bytes(buffer[start + header : start + header + size])

        return read

    def close(self) -> None:
        """Let go of this process's mapping; twice is harmless."""
        self._memory.close()

    def remove(self) -> None:
        """Remove the segment; twice is harmless."""
        self._memory.close()
        with suppress(FileNotFoundError):
            self._memory.unlink()
