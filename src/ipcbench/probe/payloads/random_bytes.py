"""Incompressible bytes: what channels are compared with unless somebody asks for more."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from ipcbench.probe.payloads.contract import Payload

#: What is read goes into pieces of so many bytes, 2 to the power of this: too small to change the heap.
PIECE_BITS = 14


def random_bytes(size: int, seed: int) -> bytes:
    """Return incompressible bytes, the same for the same seed.

    Made by one allocation of just this size: what malloc did before decides how it serves large messages.
    """
    import hashlib

    return hashlib.shake_128(str(seed).encode()).digest(size)


class RandomBytes(Payload):
    """`bytes` that nothing compresses."""

    summary = "random bytes"
    is_buffer = True
    variants: ClassVar[Mapping[str, str]] = {"batch": "batch:10"}

    @classmethod
    def make(cls, size: int, seed: int) -> bytes:
        return random_bytes(size, seed)

    @classmethod
    def check(cls, message: Any, size: int, seed: int) -> bool:
        # A channel may hand over another buffer: a bytearray, a view.
        return bytes(message) == cls.make(size, seed)

    @classmethod
    def touch(cls, message: Any, every: int) -> None:
        view, piece = memoryview(message), every << PIECE_BITS
        for start in range(0, len(view), piece):
            bytes(view[start : start + piece : every])
