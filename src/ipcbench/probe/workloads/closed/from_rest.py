"""Batches that follow one another only when the last one has arrived: what a channel does from rest."""

from __future__ import annotations

import time
from array import array
from itertools import repeat
from typing import Any

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.clock import now_ns
from ipcbench.probe.held import Held
from ipcbench.probe.link import RECEIVED
from ipcbench.probe.workloads.closed.stream import receive_all
from ipcbench.probe.workloads.contract import Stamps, Trial
from ipcbench.probe.workloads.live import LiveWorkload

#: An idle producer looks so often; long enough for a feeder to go back to its wait.
LOOK_S = 1e-4


def rest(progress: Any, target: int) -> None:
    """Sleep, without the GIL, until so many messages have been received."""
    while progress[RECEIVED] < target:
        time.sleep(LOOK_S)


def work(progress: Any, target: int) -> None:
    """Run Python code, which keeps the GIL, until so many messages have been received."""
    while progress[RECEIVED] < target:
        pass


class FromRest(LiveWorkload):
    """One batch at a time; its time is from the first call of send to the return of the last receive."""

    watched = True
    needs_delivery = True
    leads = True
    #: What the producer does until the batch has arrived.
    wait = staticmethod(rest)

    @classmethod
    def batch(cls) -> int:
        """How many messages are sent at once."""
        return 1

    @classmethod
    def drive(cls, end: Endpoint, payload: Any, messages: int, held: Held) -> Stamps:  # noqa: ARG003
        """Send a batch, wait until it was received, and so on; note each batch's first call."""
        send, progress, now, wait, batch = end.send, end.progress, now_ns, cls.wait, cls.batch()
        called_ns, calls_ns, sent = array("q", bytes(8 * messages)), 0, progress[RECEIVED]
        first_ns = now()
        for i in range(messages):
            times = repeat(None, batch)
            start_ns = now()
            for _ in times:
                send(payload)
            calls_ns += now() - start_ns
            called_ns[i] = start_ns
            sent += batch
            wait(progress, sent)
        return Stamps(first_ns, now(), called_ns.tobytes(), calls_ns)

    @classmethod
    def serve(cls, end: Endpoint, messages: int, held: Held) -> Stamps:
        """Receive batch by batch; note when each one's last message was there."""
        progress, now, batch = end.progress, now_ns, cls.batch()
        received_ns = array("q", bytes(8 * messages))
        first_ns = now()
        for i in range(messages):
            receive_all(end, batch, held)
            received_ns[i] = now()
            progress[RECEIVED] += batch
        return Stamps(first_ns, now(), received_ns.tobytes())

    @classmethod
    def elapsed(cls, sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:  # noqa: ARG003
        """Return the sum of the batches, each from its first call to its last message."""
        called, received = array("q", sender.each_ns), array("q", receiver.each_ns)
        each = array("q", (at - start for start, at in zip(called, received)))
        took_ns = sender.end_ns - sender.start_ns
        return Trial(0, sum(each), {"accepted": sender.calls_ns}, each.tobytes(), took_ns)
