"""Sockets that keep messages apart themselves: SEQPACKET and datagrams of Unix, and UDP."""

from __future__ import annotations

import socket
import sys
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import (
    BLOCKS,
    DROPS_NEWEST,
    Endpoint,
    Traits,
)
from ipcbench.probe.channels.pairs import UDP_LIMIT_BYTES, udp_pair, unix_pair
from ipcbench.probe.channels.two_ends import TwoEnds


def _unix_limit_bytes() -> int:
    """Return what one message of a Unix socket may hold: 192 KiB, or less where buffers are set smaller.

    Linux bounds it by the socket's buffer, 208 KiB unless told otherwise, with what it adds to each.
    """
    try:
        with open("/proc/sys/net/core/wmem_default", encoding="ascii") as file:
            return min(_UNIX_LIMIT_BYTES, int(file.read()) - _ADDED_BYTES)
    except (OSError, ValueError):
        return _UNIX_LIMIT_BYTES


_UNIX_LIMIT_BYTES, _ADDED_BYTES = 192 << 10, 16 << 10
UNIX_LIMIT_BYTES = _unix_limit_bytes()


class Datagram(TwoEnds):
    """A pair of Unix datagram sockets: nobody hears that the other one has gone, but who sends to it."""

    traits = Traits(
        transport="Unix datagram socket pair",
        duplex=True,
        carries="bytes",
        copies=2,
        wait="blocking read",
        reference_loop="socketpair",
        below="socketpair",
        adds="messages that the kernel keeps apart",
        limit_bytes=UNIX_LIMIT_BYTES,
        eof=BLOCKS,
        dead_sender=BLOCKS,
        kernel_buffer="socket",
        suits="Messages of up to 192 KiB without framing, and without a connection.",
    )
    connect: Callable[[], tuple[socket.socket, socket.socket]] = partial(unix_pair, socket.SOCK_DGRAM)

    @classmethod
    def missing(cls) -> str:
        return "" if hasattr(socket, "AF_UNIX") else "no Unix sockets here; accepted: a POSIX system"

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._near, self._far = type(self).connect()
        self._most_bytes = max(1, message_bytes)

    def endpoint(self, end: socket.socket) -> Endpoint:
        send, limit = end.send, self.traits.limit_bytes

        def send_whole(message: bytes) -> None:
            if len(message) > limit:  # type: ignore[operator]
                raise ValueError(f"a message of {len(message)} B; accepted: up to {limit} B")
            send(message)

        return Endpoint(
            send=send_whole,
            receive=self.receives(end, self._most_bytes),
            close=end.close,
            descriptors=(end.fileno(),),
        )

    @staticmethod
    def receives(end: socket.socket, most_bytes: int) -> Callable[[], bytes]:
        """Return what receives one message of so many bytes at most."""
        return partial(end.recv, most_bytes)


class SeqPacket(Datagram):
    """A pair of SEQPACKET sockets: whole messages, in order, of a connection. Not on macOS or Windows."""

    traits = replace(
        Datagram.traits,
        transport="Unix SEQPACKET socket pair",
        eof=Traits.eof,
        dead_sender=Traits.dead_sender,
        # No bytes are what the end of the stream is told by.
        zero_byte=False,
        suits="Messages of up to 192 KiB without framing, and a death is noticed. Linux only.",
    )
    connect = partial(unix_pair, getattr(socket, "SOCK_SEQPACKET", socket.SOCK_STREAM))

    @classmethod
    def missing(cls) -> str:
        known = sys.platform.startswith("linux") and hasattr(socket, "SOCK_SEQPACKET")
        return "" if known else "no SEQPACKET sockets here; accepted: Linux"

    @staticmethod
    def receives(end: socket.socket, most_bytes: int) -> Callable[[], bytes]:
        receive_some = end.recv

        def receive() -> bytes:
            message = receive_some(most_bytes)
            if not message:
                raise EOFError("the sender closed the channel")
            return message

        return receive


class Udp(Datagram):
    """UDP over the loopback: what a slow receiver's buffer has no room for is lost."""

    traits = replace(
        Datagram.traits,
        transport="UDP",
        reference_loop="udp-loop",
        below="udp-loop",
        adds="methods of a socket, and a check of the length",
        limit_bytes=UDP_LIMIT_BYTES,
        delivery=DROPS_NEWEST,
        suits="What is out of date when it is late (a sensor's reading); never what has to arrive.",
    )
    connect = staticmethod(udp_pair)

    @classmethod
    def missing(cls) -> str:
        return ""
