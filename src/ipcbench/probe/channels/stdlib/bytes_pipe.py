"""`Connection.send_bytes` and `recv_bytes` over a one-way pipe: `pipe` without pickling."""

from __future__ import annotations

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.channels.stdlib.pipe import Pipe


class BytesPipe(Pipe):
    """`send_bytes` and `recv_bytes`: a Pipe without pickling."""

    traits = Traits(
        transport="pipe",
        duplex=False,
        carries="bytes",
        copies=3,
        wait="blocking read",
        reference_loop="os-pipe",
        below="framed-pipe",
        adds="send_bytes and recv_bytes",
    )

    def sender(self) -> Endpoint:
        self._reader.close()
        return Endpoint(send=self._writer.send_bytes, close=self._writer.close)

    def receiver(self) -> Endpoint:
        self._writer.close()
        return Endpoint(receive=self._reader.recv_bytes, close=self._reader.close)
