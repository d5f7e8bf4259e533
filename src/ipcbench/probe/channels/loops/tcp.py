"""The reference loop of `tcp` and `tcp-listener`: `write` and `read` of whole messages over the loopback."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.loops.socketpair import SocketPair
from ipcbench.probe.channels.pairs import tcp_pair


class TcpLoop(SocketPair):
    """`write` and `read` on a connection of TCP."""

    traits = replace(SocketPair.traits, transport="TCP")

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._near, self._far = tcp_pair()
        self._message_bytes = message_bytes
