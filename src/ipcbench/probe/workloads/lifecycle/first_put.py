"""The first message of a fresh channel: a queue has to start its feeder thread for it."""

from __future__ import annotations

import time
from array import array
from typing import Any

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.clock import now_ns
from ipcbench.probe.workloads.contract import Trial
from ipcbench.probe.workloads.lifecycle.fresh import FreshWorkload, await_moment

#: The first message's moments; the second's follow.
_CALLED, _RETURNED, _RECEIVED = 1, 2, 3
_SECOND = 3
#: So long after the first has arrived the second is sent: from rest, as the first.
REST_S = 2e-3


class FirstPut(FreshWorkload):
    """The first message of a fresh channel, and the second."""

    unit = "first message"
    summary = "the first message of a fresh channel, and beside it the second"
    moments = 1 + 2 * _SECOND

    @classmethod
    def send(cls, end: Endpoint, payload: Any, moments: Any) -> None:
        """Send two messages, each from rest; note when either was called and accepted."""
        send, now = end.send, now_ns
        for base in (0, _SECOND):
            time.sleep(REST_S)
            called_ns = now()
            send(payload)
            moments[base + _RETURNED] = now()
            moments[base + _CALLED] = called_ns
            await_moment(moments, base + _RECEIVED)

    @classmethod
    def receive(cls, end: Endpoint, moments: Any) -> Any:
        """Receive both; note when."""
        receive, now = end.receive, now_ns
        for base in (0, _SECOND):
            message = receive()
            moments[base + _RECEIVED] = now()
        return message

    def trial(self, messages: int, timeout_s: float, lead: int = 0) -> Trial:  # noqa: ARG002
        """Return the time of the first message, and beside it that of the second."""
        start_ns = now_ns()
        also = dict.fromkeys(("accepted", "second message", "second accepted"), 0)
        each = array("q")
        for _ in range(messages):
            moments = self.life(timeout_s)
            first, second = moments[1 : 1 + _SECOND], moments[1 + _SECOND :]
            each.append(first[2] - first[0])
            also["accepted"] += first[1] - first[0]
            also["second message"] += second[2] - second[0]
            also["second accepted"] += second[1] - second[0]
        return Trial(messages, sum(each), also, each.tobytes(), now_ns() - start_ns)
