"""`send_bytes(pickle.dumps(message))` and a plain `recv`: without the pickler of multiprocessing.

That one knows how to send locks, connections and the like besides, and copies copyreg's table each time.
"""

from __future__ import annotations

from dataclasses import replace
from multiprocessing.connection import Connection
from pickle import dumps
from typing import Any, Callable

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.duplex_pipe import DuplexPipe
from ipcbench.probe.channels.stdlib.pipe import Pipe


def plain_sender(connection: Connection) -> Callable[[Any], None]:
    """Return what pickles a message as any program would, and sends that."""
    send_bytes = connection.send_bytes

    def send(message: Any) -> None:
        send_bytes(dumps(message))

    return send


class PlainPicklePipe(Pipe):
    """`send_bytes(pickle.dumps(x))`: a Pipe whose sender pickles itself."""

    traits = replace(Pipe.traits, below=None, adds="", variants={}, of_its_own=False)

    def sender(self) -> Endpoint:
        return replace(super().sender(), send=plain_sender(self._writer))


class PlainPickleDuplexPipe(DuplexPipe):
    """The same over a duplex Pipe."""

    traits = replace(DuplexPipe.traits, below=None, adds="", variants={}, of_its_own=False)

    def sender(self) -> Endpoint:
        return replace(super().sender(), send=plain_sender(self._near))

    def receiver(self) -> Endpoint:
        return replace(super().receiver(), send=plain_sender(self._far))
