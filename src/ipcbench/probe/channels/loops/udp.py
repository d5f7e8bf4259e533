"""The reference loop of `udp`: `os.write` and `os.read` of datagrams over the loopback."""

from __future__ import annotations

import os
import socket
from functools import partial
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import BLOCKS, DROPS_NEWEST, Endpoint, Traits
from ipcbench.probe.channels.pairs import UDP_LIMIT_BYTES, udp_pair
from ipcbench.probe.channels.two_ends import TwoEnds


class UdpLoop(TwoEnds):
    """`write` and `read` on two connected sockets of UDP."""

    traits = Traits(
        of_its_own=False,
        transport="UDP",
        duplex=True,
        carries="bytes",
        copies=2,
        wait="blocking read",
        adds="write and read of the kernel",
        limit_bytes=UDP_LIMIT_BYTES,
        delivery=DROPS_NEWEST,
        eof=BLOCKS,
        dead_sender=BLOCKS,
        kernel_buffer="socket",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._near, self._far = udp_pair()
        self._most_bytes = max(1, message_bytes)

    def endpoint(self, end: socket.socket) -> Endpoint:
        number = end.fileno()
        return Endpoint(
            send=partial(os.write, number),
            receive=partial(os.read, number, self._most_bytes),
            close=end.close,
            descriptors=(number,),
        )
