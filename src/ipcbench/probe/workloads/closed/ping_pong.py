"""Closed loop with one outstanding message: a message goes, its echo comes back, the next one goes."""

from __future__ import annotations

from array import array
from itertools import repeat
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.clock import now_ns
from ipcbench.probe.held import Held
from ipcbench.probe.workloads.contract import Stamps, Trial
from ipcbench.probe.workloads.live import LiveWorkload


class PingPong(LiveWorkload):
    """One message at a time, each echoed before the next."""

    unit = "round trip"
    summary = "one outstanding message, echoed"
    is_rate = True
    payloads_moved = 2
    two_way = True
    bears_loss = True
    leads = True
    default_sizes = "64..16MiB"
    charts: ClassVar[tuple[str, ...]] = ("ratio", "latency", "distribution", "costs", "placements")

    @classmethod
    def drive(cls, end: Endpoint, payload: Any, messages: int, held: Held) -> Stamps:
        """Send, receive the echo, and note how long that took, message by message."""
        send, receive, now = end.send, end.receive, now_ns
        round_trips_ns = array("q", bytes(8 * messages))
        indices = range(messages)
        first_ns = now()
        if held.holds:
            echo, held.last = held.last, None
            for i in indices:
                start_ns = now()
                send(payload)
                echo = receive()
                round_trips_ns[i] = now() - start_ns
            held.last = echo
        else:
            for i in indices:
                start_ns = now()
                send(payload)
                receive()
                round_trips_ns[i] = now() - start_ns
        return Stamps(first_ns, now(), round_trips_ns.tobytes())

    @classmethod
    def serve(cls, end: Endpoint, messages: int, held: Held) -> Stamps:
        """Send every message back."""
        send, receive, times = end.send, end.receive, repeat(None, messages)
        start_ns = now_ns()
        if held.holds:
            message, held.last = held.last, None
            for _ in times:
                message = receive()
                send(message)
            held.last = message
        else:
            for _ in times:
                send(receive())
        return Stamps(start_ns, now_ns())

    @classmethod
    def elapsed(cls, sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:  # noqa: ARG003
        """Return the sender's time: round trips are timed by one clock."""
        return Trial(0, sender.end_ns - sender.start_ns, each_ns=sender.each_ns)
