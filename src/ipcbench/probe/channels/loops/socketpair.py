"""The reference loop of `duplex-pipe`: `os.write` and `os.read` of whole messages through a socket pair."""

from __future__ import annotations

from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.channels.loops.raw import raw_receiver, raw_sender
from ipcbench.probe.channels.two_ends import TwoEnds


class SocketPair(TwoEnds):
    """`write` and `read` on a pair of Unix stream sockets."""

    traits = Traits(
        of_its_own=False,
        transport="Unix stream socket pair",
        duplex=True,
        carries="bytes",
        copies=2,
        adds="write and read of the kernel",
        wait="blocking read",
        fixed_size=True,
        kernel_buffer="socket",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        # A Connection carries the descriptor through spawn and forkserver; its own framing is not used.
        self._near, self._far = context.Pipe(duplex=True)
        self._message_bytes = message_bytes

    def endpoint(self, end: Any) -> Endpoint:
        return Endpoint(
            send=raw_sender(end.fileno(), self._message_bytes),
            receive=raw_receiver(end.fileno(), self._message_bytes),
            close=end.close,
            descriptors=(end.fileno(),),
        )
