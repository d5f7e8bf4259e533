"""pynng: PUSH to PULL of nanomsg's successor, over a Unix socket."""

from __future__ import annotations

from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import BLOCKS, Endpoint, Ends, Requires, Traits
from ipcbench.probe.channels.third_party.meeting import LEFT, Meeting, Met

#: No signal interrupts a call: one that gives up is made again.
PATIENCE_MS = 200
#: How long `close` waits for the receiver to have had all.
LEAVING_S = 4.0


class Pynng(Met):
    """`pynng.Push0` to `pynng.Pull0`: `close` waits for the receiver, which closes when it has all."""

    traits = Traits(
        transport="Unix stream socket of a library's threads",
        duplex=False,
        carries="bytes",
        copies=4,
        wait="a thread of the library wakes",
        reference_loop="socketpair",
        zero_byte=False,
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=BLOCKS,
        fork_after_use=False,
        ends=Ends(None, 1),
        requires=Requires("pynng", "pynng", "pynng"),
        leaves="a socket and a file stay in the temporary folder",
        outlives_sender=False,
        suits="Many senders to one receiver, where the other side speaks nanomsg or NNG.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._meeting = Meeting("nng")

    def sender(self) -> Endpoint:
        import pynng

        socket = pynng.Push0(send_timeout=PATIENCE_MS)
        socket.dial(self._meeting.hear(), block=True)
        hand_over = socket.send

        def send(message: bytes) -> None:
            while True:
                try:
                    hand_over(message)
                    return
                except pynng.Timeout:
                    continue

        def close() -> None:
            # A socket that is closed discards what its threads have not written yet, and tells nobody of it.
            has_left = self._meeting.is_marked(LEFT, LEAVING_S)
            socket.close()
            if not has_left:
                raise OSError(f"the receiver did not close within {LEAVING_S:g} s")

        return Endpoint(send=send, close=close)

    def receiver(self) -> Endpoint:
        import pynng

        # Its default refuses what is larger than 1 MiB.
        socket = pynng.Pull0(recv_max_size=0, recv_timeout=PATIENCE_MS)
        take = socket.recv

        def receive() -> Any:
            while True:
                try:
                    return take()
                except pynng.Timeout:
                    continue

        address = "ipc://" + self._meeting.path("socket")
        socket.listen(address)
        self._meeting.tell(address)

        def close() -> None:
            self._meeting.mark(LEFT)
            socket.close()

        return Endpoint(receive=receive, close=close)
