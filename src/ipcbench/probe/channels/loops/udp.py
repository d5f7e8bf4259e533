"""The reference loop of `udp`: `os.write` and `os.read` of datagrams over the loopback."""

from __future__ import annotations

import os
import socket
from dataclasses import replace
from functools import partial

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.sockets.datagrams import Udp


class UdpLoop(Udp):
    """`write` and `read` on two connected sockets of UDP."""

    traits = replace(
        Udp.traits,
        of_its_own=False,
        adds="write and read of the kernel",
        reference_loop=None,
        below=None,
        suits="",
    )

    def endpoint(self, end: socket.socket) -> Endpoint:
        number = end.fileno()
        return Endpoint(
            send=partial(os.write, number),
            receive=partial(os.read, number, self._most_bytes),
            close=end.close,
            descriptors=(number,),
        )
