"""Closing the sending end with messages pending: what was accepted has to be delivered first."""

from __future__ import annotations

from array import array
from itertools import repeat
from typing import Any

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.clock import now_ns
from ipcbench.probe.workloads.closed.burst import MOST_MESSAGES, is_count
from ipcbench.probe.workloads.contract import Trial
from ipcbench.probe.workloads.lifecycle.fresh import FreshWorkload

_CLOSING, _CLOSED, _RECEIVED = 1, 2, 3


class Close(FreshWorkload):
    """Messages, then `close`: until the last has arrived, and until the sender is free."""

    unit = "close"
    summary = "close (of a queue: flush and join its feeder) right after so many messages were sent"
    parameter_name = "messages just sent"
    sweep = ("1", "100", "10000")
    accepted = f"1 to {MOST_MESSAGES} messages, as in close:100"
    moments = 4

    @classmethod
    def takes(cls, parameter: str) -> bool:
        """Whether this is a number of messages."""
        return is_count(parameter)

    @classmethod
    def send(cls, end: Endpoint, payload: Any, moments: Any) -> None:
        """Send so many messages, then close, and note when that began and returned."""
        send, times = end.send, repeat(None, int(cls.parameter))
        for _ in times:
            send(payload)
        start_ns = now_ns()
        end.close()
        moments[_CLOSED] = now_ns()
        moments[_CLOSING] = start_ns

    @classmethod
    def receive(cls, end: Endpoint, moments: Any) -> Any:
        """Receive them all; note when the last was there."""
        receive, message = end.receive, None
        for _ in repeat(None, int(cls.parameter)):
            message = receive()
        moments[_RECEIVED] = now_ns()
        return message

    def trial(self, messages: int, timeout_s: float, lead: int = 0) -> Trial:  # noqa: ARG002
        """Return what `close` took, and beside it when the last message was received."""
        start_ns = now_ns()
        also = {"last received": 0}
        each = array("q")
        for _ in range(messages):
            _, closing_ns, closed_ns, received_ns = self.life(timeout_s)
            each.append(closed_ns - closing_ns)
            also["last received"] += max(0, received_ns - closing_ns)
        return Trial(messages, sum(each), also, each.tobytes(), now_ns() - start_ns)
