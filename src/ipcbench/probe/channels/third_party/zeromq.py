"""pyzmq: PUSH to PULL, and a PAIR; over a Unix socket or TCP on the loopback."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import BLOCKS, Endpoint, Ends, Requires, Traits
from ipcbench.probe.channels.third_party.meeting import LEFT, Meeting, Met

#: What may wait at each end: ZeroMQ's default number of messages, but not more bytes than these.
MOST_MESSAGES, MOST_BYTES = 1000, 64 << 20
#: How long `close` waits for a receiver to close, and for what is on its way.
LINGER_MS = 5_000


class ZmqPush(Met):
    """PUSH to PULL over a Unix socket: an I/O thread at either end, up to 1,000 messages waiting at each.

    What a receiver has not taken into its queue when its sender's socket closes is lost, LINGER or not (pyzmq
    27.3, a receiver that pauses for 2 ms every 100 messages: 17 of 25 times up to 999 of 2,000; a PAIR 21 of
    25): `close` waits until the receiver has closed.
    """

    traits = Traits(
        transport="Unix stream socket of an I/O thread",
        duplex=False,
        carries="bytes",
        copies=4,
        wait="I/O thread wakes",
        reference_loop="socketpair",
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=BLOCKS,
        fork_after_use=False,
        ends=Ends(None, 1),
        requires=Requires("pyzmq", "zmq", "zmq"),
        leaves="a socket and a file stay in the temporary folder",
        outlives_sender=False,
        suits="Many senders in any language to one receiver here, without a broker.",
    )
    types: ClassVar[tuple[str, str]] = ("PUSH", "PULL")

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._meeting = Meeting("zmq")
        self._waiting = max(2, min(MOST_MESSAGES, MOST_BYTES // max(1, message_bytes)))

    def address(self) -> str:
        """Return what the receiver binds."""
        return "ipc://" + self._meeting.path("socket")

    def sender(self) -> Endpoint:
        context, socket = self._socket(self.types[0])
        socket.connect(self._meeting.hear())

        def close() -> None:
            has_left = self._meeting.is_marked(LEFT, LINGER_MS / 1e3)
            context.destroy(LINGER_MS)
            if not has_left:
                raise OSError(f"the receiver did not close within {LINGER_MS / 1e3:g} s")

        return Endpoint(send=socket.send, receive=socket.recv, close=close)

    def receiver(self) -> Endpoint:
        context, socket = self._socket(self.types[1])
        socket.bind(self.address())
        self._meeting.tell(socket.last_endpoint.decode())

        def close() -> None:
            self._meeting.mark(LEFT)
            context.destroy(LINGER_MS)

        return Endpoint(send=socket.send, receive=socket.recv, close=close)

    def _socket(self, kind: str) -> tuple[Any, Any]:
        import zmq

        context = zmq.Context()
        socket = context.socket(getattr(zmq, kind))
        socket.set_hwm(self._waiting)
        return context, socket


class ZmqPushTcp(ZmqPush):
    """PUSH to PULL over TCP on the loopback."""

    traits = replace(
        ZmqPush.traits, transport="TCP of an I/O thread", reference_loop="tcp-loop",
        leaves="a file stays in the temporary folder",
        suits="Many senders in any language to one receiver elsewhere, without a broker.",
    )  # fmt: skip

    def address(self) -> str:
        return "tcp://127.0.0.1:*"


class ZmqPair(ZmqPush):
    """PAIR to PAIR over a Unix socket: both ways, between two ends only.

    Its `close` waits for the receiver's for the same reason as PUSH's.
    """

    traits = replace(
        ZmqPush.traits,
        duplex=True,
        ends=Ends(),
        suits="Both ways between two ends that speak ZeroMQ; it does not connect again.",
    )
    types = ("PAIR", "PAIR")


class ZmqPairTcp(ZmqPair):
    """PAIR to PAIR over TCP on the loopback."""

    traits = replace(
        ZmqPair.traits,
        transport="TCP of an I/O thread",
        reference_loop="tcp-loop",
        leaves="a file stays in the temporary folder",
        suits="Both ways between two machines that speak ZeroMQ; it does not connect again.",
    )
    address = ZmqPushTcp.address
