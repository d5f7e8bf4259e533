"""A Pipe whose receiver asks again and again whether something came, and never sleeps (not on Windows).

It burns its core. Where both ends share one, the sender waits until the receiver's turn is over.
"""

from __future__ import annotations

import select
from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Any, Callable

from ipcbench.errors import CaseError
from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.duplex_pipe import DuplexPipe
from ipcbench.probe.channels.stdlib.pipe import Pipe


def require_poll() -> None:
    """Raise CaseError where there is no `select.poll`."""
    if not hasattr(select, "poll"):
        raise CaseError("this system has no select.poll; accepted: Linux, macOS")


def spinning_receiver(connection: Connection) -> Callable[[], Any]:
    """Return what asks until there is something, then receives it."""
    poller = select.poll()
    poller.register(connection.fileno(), select.POLLIN)
    look, receive = poller.poll, connection.recv

    def spin_and_receive() -> Any:
        while not look(0):
            pass
        return receive()

    return spin_and_receive


class SpinningPipe(Pipe):
    """A Pipe whose receiver polls without a pause."""

    traits = replace(
        Pipe.traits,
        wait="polling without a pause",
        spins=True,
        below=None,
        adds="",
        variants={},
        of_its_own=False,
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        require_poll()
        super().__init__(context, message_bytes)

    def receiver(self) -> Endpoint:
        return replace(super().receiver(), receive=spinning_receiver(self._reader))


class SpinningDuplexPipe(DuplexPipe):
    """A duplex Pipe whose ends poll without a pause."""

    traits = replace(
        DuplexPipe.traits,
        wait="polling without a pause",
        spins=True,
        below=None,
        adds="",
        variants={},
        of_its_own=False,
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        require_poll()
        super().__init__(context, message_bytes)

    def sender(self) -> Endpoint:
        return replace(super().sender(), receive=spinning_receiver(self._near))

    def receiver(self) -> Endpoint:
        return replace(super().receiver(), receive=spinning_receiver(self._far))
