"""One way, as fast as accepted; the clock stops when the last message has been received."""

from __future__ import annotations

from itertools import repeat
from typing import Any

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.clock import now_ns
from ipcbench.probe.workloads.contract import Stamps, Trial
from ipcbench.probe.workloads.paired import PairedWorkload


class Stream(PairedWorkload):
    unit = "message"
    summary = "one way, as fast as accepted"
    two_way = False

    @staticmethod
    def drive(end: Endpoint, payload: Any, messages: int) -> Stamps:
        send, times = end.send, repeat(None, messages)
        start_ns = now_ns()
        for _ in times:
            send(payload)
        return Stamps(start_ns, now_ns())

    @staticmethod
    def serve(end: Endpoint, messages: int) -> Stamps:
        receive, times = end.receive, repeat(None, messages)
        start_ns = now_ns()
        for _ in times:
            receive()
        return Stamps(start_ns, now_ns())

    @staticmethod
    def elapsed(sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:
        accepted_ns = sender.end_ns - sender.start_ns
        if traits.delivers:
            delivered_ns = receiver.end_ns - sender.start_ns
        else:
            # Nothing links the two loops, so the longer one is what the harness adds to a message.
            delivered_ns = max(accepted_ns, receiver.end_ns - receiver.start_ns)
        return Trial(0, delivered_ns, {"accepted": accepted_ns})
