"""Messages in a stream of bytes: an eight-byte length before each, as one would write it by hand.

A small message goes with its length in one call; a large one is not joined with it, which would copy it.
"""

from __future__ import annotations

import os
import socket
import struct
from typing import Any, Callable

_HEADER = struct.Struct("!Q")
#: Up to here joining costs less than a second buffer.
_JOINED_UP_TO = 16384


def socket_sender(end: socket.socket) -> Callable[[Any], None]:
    """Return what sends one message through a stream socket."""
    send_all, send_several, pack = end.sendall, getattr(end, "sendmsg", None), _HEADER.pack

    def send(message: Any) -> None:
        size = len(message)
        if size <= _JOINED_UP_TO or send_several is None:
            send_all(pack(size) + message)
            return
        sent = send_several([pack(size), message])
        if sent < _HEADER.size + size:
            header, rest = pack(size)[sent:], memoryview(message)[max(0, sent - _HEADER.size) :]
            send_all(header)
            send_all(rest)

    return send


def socket_receiver(end: socket.socket) -> Callable[[], bytearray]:
    """Return what receives one message; it raises EOFError once the sender has closed or died."""
    return _receiver(end.recv_into)


def descriptor_sender(descriptor: int) -> Callable[[Any], None]:
    """Return what writes one message to a pipe, a FIFO or a terminal of a process. POSIX."""
    write, write_several, pack = os.write, os.writev, _HEADER.pack

    def send(message: Any) -> None:
        size = len(message)
        if size <= _JOINED_UP_TO:
            whole = pack(size) + message
            written = write(descriptor, whole)
            rest = memoryview(whole)[written:]
        else:
            header = pack(size)
            written = write_several(descriptor, [header, message])
            while written < len(header):
                written += write(descriptor, header[written:])
            rest = memoryview(message)[written - len(header) :]
        while rest:
            rest = rest[write(descriptor, rest) :]

    return send


def descriptor_receiver(descriptor: int) -> Callable[[], bytearray]:
    """Return what reads one message; it raises EOFError once all writers have gone. POSIX."""
    readv = os.readv
    return _receiver(lambda rest: readv(descriptor, [rest]))


def _receiver(read_into: Callable[[memoryview], int]) -> Callable[[], bytearray]:
    unpack = _HEADER.unpack

    def fill(buffer: bytearray) -> bytearray:
        rest = memoryview(buffer)
        while rest:
            received = read_into(rest)
            if not received:
                raise EOFError("the sender closed the channel")
            rest = rest[received:]
        return buffer

    def receive() -> bytearray:
        return fill(bytearray(unpack(fill(bytearray(_HEADER.size)))[0]))

    return receive
