"""`Connection.send_bytes` and `recv_bytes` over a one-way pipe: `pipe` without pickling."""

from __future__ import annotations

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.channels.stdlib.connections import receiving, sending
from ipcbench.probe.channels.stdlib.pipe import Pipe


class BytesPipe(Pipe):
    """`send_bytes` and `recv_bytes`: a Pipe without pickling."""

    traits = Traits(
        of_its_own=False,
        transport="pipe",
        duplex=False,
        carries="bytes",
        copies=3,
        wait="blocking read",
        reference_loop="os-pipe",
        below="framed-pipe",
        adds="send_bytes and recv_bytes",
        kernel_buffer="pipe",
        variants={"readv": "readv-pipe"},
    )

    def sender(self) -> Endpoint:
        self._reader.close()
        return sending(self._writer, self._writer.send_bytes)

    def receiver(self) -> Endpoint:
        self._writer.close()
        return receiving(self._reader, self._reader.recv_bytes)
