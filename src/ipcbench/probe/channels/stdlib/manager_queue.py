"""`multiprocessing.Manager().Queue()`: a queue in a process of its own, which every call asks."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import (
    ACCEPTS,
    BLOCKS,
    COMPETING,
    UNBOUNDED,
    Channel,
    Endpoint,
    Ends,
    Traits,
)


class ManagerQueue(Channel):
    """`Manager().Queue()`: proxies of a `queue.Queue` that a server process keeps."""

    traits = Traits(
        transport="Unix stream sockets to a server",
        duplex=False,
        carries="objects",
        copies=10,
        wait="answer of the server",
        reference_loop="socketpair",
        delivery=UNBOUNDED,
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=ACCEPTS,
        ends=Ends(None, None),
        fan_out=COMPETING,
        leaves="a server process stays, and its socket",
        suits="Processes that come and go, elsewhere, too: for its reach, never for its speed.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        manager: Any = context.Manager()
        self._manager, self._server, self._creator = manager, manager._process.pid, os.getpid()
        self._queue = self._manager.Queue()

    def __getstate__(self) -> dict[str, Any]:
        # An end has the proxy; the server is its creator's.
        return {"_queue": self._queue}

    def sender(self) -> Endpoint:
        return Endpoint(send=self._queue.put)

    def receiver(self) -> Endpoint:
        return Endpoint(receive=self._queue.get)

    def close(self) -> None:
        """There are no copies to let go of: each end has a connection of its own."""

    def remove(self) -> None:
        if os.getpid() == self._creator:
            self._manager.shutdown()
        else:
            # Whoever guards the creator cannot wait for a process that is none of its own.
            with suppress(OSError):
                os.kill(self._server, signal.SIGTERM)
                # Of Windows it is a pipe's name.
                os.unlink(self._manager.address)
