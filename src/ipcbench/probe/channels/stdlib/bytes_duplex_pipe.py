"""`Connection.send_bytes` and `recv_bytes` over `Pipe()`: `duplex-pipe` without pickling."""

from __future__ import annotations

from dataclasses import replace

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.connections import both_ways
from ipcbench.probe.channels.stdlib.duplex_pipe import DuplexPipe


class BytesDuplexPipe(DuplexPipe):
    """`send_bytes` and `recv_bytes`: a duplex Pipe without pickling."""

    traits = replace(
        DuplexPipe.traits,
        of_its_own=False,
        carries="bytes",
        copies=3,
        adds="header, send_bytes and recv_bytes",
        out_of_band=False,
        variants={"readv": "readv-duplex-pipe"},
    )

    def sender(self) -> Endpoint:
        self._far.close()
        return both_ways(self._near, self._near.send_bytes, self._near.recv_bytes)

    def receiver(self) -> Endpoint:
        self._near.close()
        return both_ways(self._far, self._far.send_bytes, self._far.recv_bytes)
