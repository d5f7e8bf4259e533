"""Ends of a `multiprocessing.connection.Connection`, which pipes, duplex pipes and queues consist of."""

from __future__ import annotations

import os
import struct
from multiprocessing.connection import Connection
from typing import Any, Callable

from ipcbench.probe.channels.contract import Endpoint

#: The length of a message as a Connection writes it; where the first form says `_LONG`, the second follows.
_HEADER, _LONG_HEADER, _LONG = struct.Struct("!i"), struct.Struct("!Q"), -1


def descriptors(connection: Connection) -> tuple[int, ...]:
    """Return the file descriptor of an end; none where it is a handle of Windows."""
    return (connection.fileno(),) if os.name == "posix" else ()


def sending(connection: Connection, send: Callable[[Any], Any]) -> Endpoint:
    """Return the end that only sends."""
    return Endpoint(
        send=send,
        close=connection.close,
        descriptors=descriptors(connection),
        send_buffer=connection.send_bytes,
    )


def receiving(connection: Connection, receive: Callable[[], Any]) -> Endpoint:
    """Return the end that only receives."""
    return Endpoint(
        receive=receive,
        close=connection.close,
        descriptors=descriptors(connection),
        receive_into=receiver_into(connection),
    )


def both_ways(connection: Connection, send: Callable[[Any], Any], receive: Callable[[], Any]) -> Endpoint:
    """Return an end that sends and receives."""
    return Endpoint(
        send=send,
        receive=receive,
        close=connection.close,
        descriptors=descriptors(connection),
        send_buffer=connection.send_bytes,
        receive_into=receiver_into(connection),
    )


def receiver_into(connection: Connection) -> Callable[[Any], Any]:
    """Return what fills a buffer with the next message of `send_bytes`, which has to have its size.

    Read straight into the buffer: `recv_bytes_into` reads into memory of its own first, and copies.
    """
    if not hasattr(os, "readv"):
        return connection.recv_bytes_into
    descriptor, readv = connection.fileno(), os.readv

    def fill(buffer: Any) -> None:
        rest = memoryview(buffer)
        while rest:
            received = readv(descriptor, [rest])
            if not received:
                raise EOFError("the sender closed the channel")
            rest = rest[received:]

    def length_in(header: struct.Struct) -> int:
        text = bytearray(header.size)
        fill(text)
        length: int = header.unpack(text)[0]
        return length

    def receive_into(buffer: Any) -> None:
        length = length_in(_HEADER)
        if length == _LONG:
            length = length_in(_LONG_HEADER)
        if length != len(buffer):
            raise OSError(f"a message of {length} B where one of {len(buffer)} B was to come")
        fill(buffer)

    return receive_into
