"""The reference loop of `pipe` and `queue`: `os.write` and `os.read` of whole messages through a pipe."""

from __future__ import annotations

from multiprocessing.context import BaseContext

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.probe.channels.loops.raw import raw_receiver, raw_sender


class OsPipe(Channel):
    """`os.write` and `os.read` on a pipe."""

    traits = Traits(
        of_its_own=False,
        transport="pipe",
        duplex=False,
        carries="bytes",
        copies=2,
        wait="blocking read",
        adds="write and read of the kernel",
        fixed_size=True,
        kernel_buffer="pipe",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        # A Connection carries the descriptor through spawn and forkserver; its own framing is not used.
        self._reader, self._writer = context.Pipe(duplex=False)
        self._message_bytes = message_bytes

    def sender(self) -> Endpoint:
        self._reader.close()
        return Endpoint(
            send=raw_sender(self._writer.fileno(), self._message_bytes),
            close=self._writer.close,
            descriptors=(self._writer.fileno(),),
        )

    def receiver(self) -> Endpoint:
        self._writer.close()
        return Endpoint(
            receive=raw_receiver(self._reader.fileno(), self._message_bytes),
            close=self._reader.close,
            descriptors=(self._reader.fileno(),),
        )

    def close(self) -> None:
        self._reader.close()
        self._writer.close()
