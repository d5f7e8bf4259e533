"""`multiprocessing.Pipe(duplex=True)`: a Unix stream socket pair, messages pickled, both directions."""

from __future__ import annotations

from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits


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
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._near, self._far = context.Pipe(duplex=True)

    def sender(self) -> Endpoint:
        self._far.close()
        return Endpoint(send=self._near.send, receive=self._near.recv, close=self._near.close)

    def receiver(self) -> Endpoint:
        self._near.close()
        return Endpoint(send=self._far.send, receive=self._far.recv, close=self._far.close)

    def close(self) -> None:
        self._near.close()
        self._far.close()
