"""`multiprocessing.connection.Listener` and `Client`: Connections over a named Unix socket, or TCP."""

from __future__ import annotations

import os
import threading
from dataclasses import replace
from multiprocessing.connection import Client, Connection, Listener
from multiprocessing.context import BaseContext
from typing import ClassVar

from ipcbench.probe.channels.stdlib.duplex_pipe import DuplexPipe

_KEY_BYTES = 32


class UnixListener(DuplexPipe):
    """`Listener(family="AF_UNIX")` and its `Client`, pickled messages both ways."""

    traits = replace(
        DuplexPipe.traits,
        transport="Unix stream socket",
        below="duplex-pipe",
        adds="a name to connect to",
        variants={},
        suits="Python objects between programs that did not start one another, with a key.",
    )
    family: ClassVar[str] = "AF_UNIX"

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        key = os.urandom(_KEY_BYTES)
        accepted: list[Connection] = []
        # Where nothing is said, a Listener takes a name in a folder of one's own, or a port of the loopback.
        with Listener(family=self.family, authkey=key) as listener:
            answering = threading.Thread(target=lambda: accepted.append(listener.accept()))
            answering.start()
            self._near = Client(listener.address, authkey=key)
            answering.join()
        (self._far,) = accepted


class TcpListener(UnixListener):
    """`Listener(family="AF_INET")` and its `Client`, on the loopback: with Nagle's delay, as it comes."""

    traits = replace(
        UnixListener.traits,
        transport="TCP",
        reference_loop="tcp-loop",
        below="tcp-loop",
        suits="Python objects between programs on several machines, with a key that both know.",
    )
    family = "AF_INET"
