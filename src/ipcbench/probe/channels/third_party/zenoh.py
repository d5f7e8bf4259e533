"""eclipse-zenoh: a publisher and a subscriber that know of one another only, over a Unix socket."""

from __future__ import annotations

import json
import time
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import AT_CLOSE, BLOCKS, Endpoint, Requires, Traits
from ipcbench.probe.channels.third_party.meeting import DEADLINE_S, LEFT, Meeting, Met

KEY = "ipcbench/messages"
#: How many messages wait at the receiver before the sender does: zenoh's own default.
CAPACITY = 256
#: How long `close` waits for the receiver to have had all.
PATIENCE_S = 4.0


class Zenoh(Met):
    """`put` with CongestionControl.BLOCK, to one subscriber; no multicast, no shared memory, no router."""

    traits = Traits(
        transport="Unix stream socket of a library's threads",
        duplex=False,
        carries="bytes",
        copies=4,
        wait="a thread of the library wakes",
        reference_loop="socketpair",
        eof=BLOCKS,
        dead_sender=BLOCKS,
        dead_receiver=AT_CLOSE,
        fork_after_use=False,
        requires=Requires("eclipse-zenoh", "zenoh", "zenoh"),
        leaves="a socket and files stay in the temporary folder",
        outlives_sender=False,
        suits="Publishing that is to grow from two processes to a network of robots.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._meeting = Meeting("zenoh")

    def sender(self) -> Endpoint:
        import zenoh

        session = _session(zenoh, connect=self._meeting.hear())
        publisher = session.declare_publisher(KEY, congestion_control=zenoh.CongestionControl.BLOCK)
        limit = time.monotonic() + DEADLINE_S
        # What is put before the subscriber is known goes nowhere.
        while not publisher.matching_status.matching:
            if time.monotonic() > limit:
                raise TimeoutError(f"no subscriber within {DEADLINE_S:g} s")
            time.sleep(0.001)

        def close() -> None:
            # A session that closes drops the rest of a large message that is on its way.
            has_left = self._meeting.is_marked(LEFT, PATIENCE_S)
            session.close()
            if not has_left:
                raise OSError(f"the receiver did not close within {PATIENCE_S:g} s")

        return Endpoint(send=publisher.put, close=close)

    def receiver(self) -> Endpoint:
        import zenoh

        address = "unixsock-stream/" + self._meeting.path("socket")
        session = _session(zenoh, listen=address)
        subscriber = session.declare_subscriber(KEY, zenoh.handlers.FifoChannel(CAPACITY))
        self._meeting.tell(address)
        receive_sample = subscriber.recv

        def close() -> None:
            self._meeting.mark(LEFT)
            session.close()

        return Endpoint(receive=lambda: receive_sample().payload.to_bytes(), close=close)


def _session(zenoh: Any, listen: str = "", connect: str = "") -> Any:
    config = zenoh.Config()
    for name, value in (
        ("mode", "peer"),
        ("listen/endpoints", [listen] if listen else []),
        ("connect/endpoints", [connect] if connect else []),
        ("scouting/multicast/enabled", False),
        ("scouting/gossip/enabled", False),
        ("transport/shared_memory/enabled", False),
    ):
        config.insert_json5(name, json.dumps(value))
    return zenoh.open(config)
