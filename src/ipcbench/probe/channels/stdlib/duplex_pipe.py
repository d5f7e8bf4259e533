"""`multiprocessing.Pipe(duplex=True)`: a Unix stream socket pair, messages pickled, both directions."""

from __future__ import annotations

from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.probe.channels.stdlib.connections import both_ways


class DuplexPipe(Channel):
    """`Pipe()`: a pair of Unix stream sockets, or a named pipe on Windows."""

    traits = Traits(
        transport="Unix stream socket pair",
        duplex=True,
        carries="objects",
        copies=5,
        wait="blocking read",
        reference_loop="socketpair",
        below="socketpair",
        adds="header, Connection, pickling",
        kernel_buffer="socket",
        out_of_band=True,
        variants={
            "plain-pickle": "plain-pickle-duplex-pipe",
            "send-bytes": "bytes-duplex-pipe",
            "readv": "readv-duplex-pipe",
            "spin": "spin-duplex-pipe",
        },
        suits="Questions and answers between two processes, by one channel.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._near, self._far = context.Pipe(duplex=True)

    def sender(self) -> Endpoint:
        self._far.close()
        return both_ways(self._near, self._near.send, self._near.recv)

    def receiver(self) -> Endpoint:
        self._near.close()
        return both_ways(self._far, self._far.send, self._far.recv)

    def close(self) -> None:
        self._near.close()
        self._far.close()
