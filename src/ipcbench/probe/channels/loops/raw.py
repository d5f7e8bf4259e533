"""Raw whole-message loops over a file descriptor: what the kernel gives when Python adds almost nothing.

No header and no pickle: every message of such a channel has the one size that it was made for, and a large
message is received into a buffer that the next one overwrites.
"""

from __future__ import annotations

import os
from typing import Callable, Union

Message = Union[bytes, memoryview]

#: Above this, a fresh bytes object for each read costs more than the read (page faults).
_FRESH_BYTES_UP_TO = 65536


def raw_sender(descriptor: int, message_bytes: int) -> Callable[[Message], None]:
    """Return a function that writes one whole message."""
    write = os.write

    def send(message: Message) -> None:
        written = write(descriptor, message)
        if written != message_bytes:
            rest = memoryview(message)[written:]
            while rest:
                rest = rest[write(descriptor, rest) :]

    return send


def raw_receiver(descriptor: int, message_bytes: int) -> Callable[[], Message]:
    """Return a function that reads one whole message; it raises EOFError when the sender is gone."""
    return (
        _small_receiver(descriptor, message_bytes)
        if message_bytes <= _FRESH_BYTES_UP_TO
        else (_large_receiver(descriptor, message_bytes))
    )


def _small_receiver(descriptor: int, message_bytes: int) -> Callable[[], Message]:
    read = os.read

    def receive() -> bytes:
        message = read(descriptor, message_bytes)
        while len(message) < message_bytes:
            more = read(descriptor, message_bytes - len(message))
            if not more:
                raise EOFError("the sender closed the channel")
            message += more
        return message

    return receive


def _large_receiver(descriptor: int, message_bytes: int) -> Callable[[], Message]:
    whole, readv = memoryview(bytearray(message_bytes)), os.readv

    def receive() -> memoryview:
        rest = whole
        while rest:
            received = readv(descriptor, [rest])
            if not received:
                raise EOFError("the sender closed the channel")
            rest = rest[received:]
        return whole

    return receive
