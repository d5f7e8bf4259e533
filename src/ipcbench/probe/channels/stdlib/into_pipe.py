"""`Connection.send_bytes` and `recv_bytes_into` one buffer, which the next message overwrites."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.channels.stdlib.bytes_pipe import BytesPipe


class IntoPipe(BytesPipe):
    """`send_bytes` and `recv_bytes_into`: received into a buffer that is there already."""

    traits = Traits(
        of_its_own=False,
        transport="pipe",
        duplex=False,
        carries="bytes",
        copies=4,
        wait="blocking read",
        reference_loop="os-pipe",
        fixed_size=True,
        kernel_buffer="pipe",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self._message_bytes = message_bytes

    def receiver(self) -> Endpoint:
        plain = super().receiver()
        buffer = bytearray(self._message_bytes)
        whole, receive_into = memoryview(buffer), partial(self._reader.recv_bytes_into, buffer)

        def receive() -> memoryview:
            receive_into()
            return whole

        return replace(plain, receive=receive)
