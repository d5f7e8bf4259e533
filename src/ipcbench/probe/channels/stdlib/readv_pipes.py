"""`send_bytes`, received by `os.readv` into one buffer, which the next message overwrites."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext
from typing import Callable

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.bytes_duplex_pipe import BytesDuplexPipe
from ipcbench.probe.channels.stdlib.bytes_pipe import BytesPipe
from ipcbench.probe.channels.stdlib.connections import receiver_into


def receiver_over(connection: Connection, message_bytes: int) -> Callable[[], memoryview]:
    """Return what receives a message of that size into the same buffer each time."""
    whole, receive_into = memoryview(bytearray(message_bytes)), receiver_into(connection)

    def receive() -> memoryview:
        receive_into(whole)
        return whole

    return receive


class ReadvPipe(BytesPipe):
    """`send_bytes` and `os.readv`: received into a buffer that is there already, without a copy."""

    traits = replace(BytesPipe.traits, copies=2, fixed_size=True, below=None, adds="", variants={})

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self._message_bytes = message_bytes

    def receiver(self) -> Endpoint:
        return replace(super().receiver(), receive=receiver_over(self._reader, self._message_bytes))


class ReadvDuplexPipe(BytesDuplexPipe):
    """The same over a duplex Pipe."""

    traits = replace(BytesDuplexPipe.traits, copies=2, fixed_size=True, below=None, adds="", variants={})

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self._message_bytes = message_bytes

    def sender(self) -> Endpoint:
        return replace(super().sender(), receive=receiver_over(self._near, self._message_bytes))

    def receiver(self) -> Endpoint:
        return replace(super().receiver(), receive=receiver_over(self._far, self._message_bytes))
