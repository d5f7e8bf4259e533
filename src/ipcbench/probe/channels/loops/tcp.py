"""The reference loop of `tcp` and `tcp-listener`: `write` and `read` of whole messages over the loopback."""

from __future__ import annotations

import socket
from dataclasses import replace
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.channels.loops.raw import raw_receiver, raw_sender
from ipcbench.probe.channels.loops.socketpair import SocketPair
from ipcbench.probe.channels.pairs import tcp_pair


class TcpLoop(Channel):
    """`write` and `read` on a connection of TCP."""

    traits = replace(SocketPair.traits, transport="TCP")

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._near, self._far = tcp_pair()
        self._message_bytes = message_bytes

    def sender(self) -> Endpoint:
        self._far.close()
        return self._endpoint(self._near)

    def receiver(self) -> Endpoint:
        self._near.close()
        return self._endpoint(self._far)

    def _endpoint(self, end: socket.socket) -> Endpoint:
        return Endpoint(
            send=raw_sender(end.fileno(), self._message_bytes),
            receive=raw_receiver(end.fileno(), self._message_bytes),
            close=end.close,
            descriptors=(end.fileno(),),
        )

    def close(self) -> None:
        self._near.close()
        self._far.close()
