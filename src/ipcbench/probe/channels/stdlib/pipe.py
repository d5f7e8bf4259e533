"""`multiprocessing.Pipe(duplex=False)`: a one-way pipe of the kernel, messages pickled."""

from __future__ import annotations

from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.probe.channels.stdlib.connections import receiving, sending


class Pipe(Channel):
    """`Pipe(duplex=False)`: `send` and `recv` over a pipe."""

    traits = Traits(
        transport="pipe",
        duplex=False,
        carries="objects",
        copies=5,
        wait="blocking read",
        reference_loop="os-pipe",
        below="bytes-pipe",
        adds="pickling and unpickling",
        kernel_buffer="pipe",
        out_of_band=True,
        variants={
            "plain-pickle": "plain-pickle-pipe",
            "send-bytes": "bytes-pipe",
            "readv": "readv-pipe",
            "spin": "spin-pipe",
        },
        suits="One sender, one receiver, Python objects: the plain answer.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._reader, self._writer = context.Pipe(duplex=False)

    def sender(self) -> Endpoint:
        self._reader.close()
        return sending(self._writer, self._writer.send)

    def receiver(self) -> Endpoint:
        self._writer.close()
        return receiving(self._reader, self._reader.recv)

    def close(self) -> None:
        self._reader.close()
        self._writer.close()
