"""Stream sockets with messages framed by hand: a Unix socket pair, and TCP over the loopback."""

from __future__ import annotations

import socket
from collections.abc import Callable
from dataclasses import replace
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.channels.framing import socket_receiver, socket_sender
from ipcbench.probe.channels.pairs import tcp_pair, unix_pair
from ipcbench.probe.channels.two_ends import TwoEnds


class UnixSocket(TwoEnds):
    """A pair of Unix stream sockets, and a length before each message."""

    traits = Traits(
        transport="Unix stream socket pair",
        duplex=True,
        carries="bytes",
        copies=2,
        wait="blocking read",
        reference_loop="socketpair",
        below="socketpair",
        adds="a length before each message",
        kernel_buffer="socket",
        suits="Bytes on one machine, framed by yourself; a death is noticed.",
    )
    connect: Callable[[], tuple[socket.socket, socket.socket]] = staticmethod(unix_pair)

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._near, self._far = self.connect()

    def endpoint(self, end: socket.socket) -> Endpoint:
        return Endpoint(
            send=socket_sender(end),
            receive=socket_receiver(end),
            close=end.close,
            descriptors=(end.fileno(),),
        )


class Tcp(UnixSocket):
    """A connection of TCP over the loopback, and a length before each message; without Nagle's delay."""

    traits = replace(
        UnixSocket.traits,
        transport="TCP",
        reference_loop="tcp-loop",
        below="tcp-loop",
        suits="What may move to another machine one day.",
    )
    connect = staticmethod(tcp_pair)
