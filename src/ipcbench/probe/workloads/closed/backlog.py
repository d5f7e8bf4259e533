"""A receiver that pauses until the sender stands still: how much a channel holds, and how fast it drains."""

from __future__ import annotations

import time
from itertools import repeat
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.clock import now_ns
from ipcbench.probe.held import Held
from ipcbench.probe.link import RECEIVED, SENT
from ipcbench.probe.protocol.messages import PeerTimes, RunTrial
from ipcbench.probe.workloads.closed.stream import receive_all
from ipcbench.probe.workloads.contract import Stamps, Trial
from ipcbench.probe.workloads.live import LiveWorkload

#: A sender that has sent nothing for so long is blocked, not slow.
STILL_S = 0.01
#: So often it is looked what a channel holds, until the same came out twice.
MOST_TRIES = 6
#: A channel that takes as much as this has no limit that is found: more than any bound that queues have here,
#: more than the kernel holds, and yet received in seconds.
MOST_MESSAGES, MOST_BYTES = 40_000, 64 << 20
BEYOND_BOUNDS, LARGE_BYTES = 1100, 1 << 20
FEWEST_TRIED = 64


class BacklogDrain(LiveWorkload):
    """What a channel holds while nobody receives, and how fast it drains."""

    unit = "message"
    summary = "the receiver pauses until the sender is blocked: what the channel holds, then the drain"
    is_rate = True
    payloads_moved = 1
    fills = True
    default_sizes = "64..64KiB"
    charts: ClassVar[tuple[str, ...]] = ("backlog",)
    watched = True
    needs_delivery = True
    overlapping = True
    times_each = False

    @classmethod
    def drive(cls, end: Endpoint, payload: Any, messages: int, held: Held) -> Stamps:  # noqa: ARG003
        """Send as fast as the channel accepts, and note how many it has."""
        send, progress = end.send, end.progress
        start_ns = now_ns()
        for _ in repeat(None, messages):
            send(payload)
            progress[SENT] += 1
        return Stamps(start_ns, now_ns())

    @classmethod
    def serve(cls, end: Endpoint, messages: int, held: Held) -> Stamps:
        """Wait until the sender stands still; then receive all, which is what is timed."""
        progress = end.progress
        before = progress[RECEIVED]
        backlog = wait_until_still(progress, before + messages) - before
        start_ns = now_ns()
        receive_all(end, messages, held)
        end_ns = now_ns()
        progress[RECEIVED] += messages
        return Stamps(start_ns, end_ns, backlog=backlog)

    @classmethod
    def elapsed(cls, sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:  # noqa: ARG003
        """Return the time of the drain alone."""
        took_ns = max(receiver.end_ns, sender.end_ns) - sender.start_ns
        return Trial(0, receiver.end_ns - receiver.start_ns, {}, b"", took_ns)

    def backlog(self, messages: int, timeout_s: float) -> int | None:  # noqa: ARG002
        """Return how many messages the channel holds; None where no limit was found."""
        size = max(1, self.spec.payload_bytes)
        fewest = BEYOND_BOUNDS if size <= LARGE_BYTES else 16
        most = max(fewest, min(MOST_MESSAGES, MOST_BYTES // size))
        # Few at first: what a bounded queue of one cannot hold all has to be drained one by one.
        tried = min(FEWEST_TRIED, most)
        found: list[int] = []
        # A sender that the machine held up has looked blocked; what a channel holds comes out again.
        while len(found) < MOST_TRIES and found.count(max(found, default=0)) < 2:
            replies = self.timed(RunTrial(tried, timeout_s), timeout_s, PeerTimes)
            backlog = max(reply.backlog for reply, _ in replies.values())
            if backlog < tried:
                found.append(backlog)
            elif tried == most:
                return None
            else:
                tried, found = min(most, 16 * tried), []
        return max(found)


def wait_until_still(progress: Any, target: int) -> int:
    """Return how many were sent when the sender stood still, or had sent them all."""
    sent, moved_s = progress[SENT], time.monotonic()
    while sent < target and time.monotonic() - moved_s < STILL_S:
        time.sleep(1e-3)
        if progress[SENT] != sent:
            sent, moved_s = progress[SENT], time.monotonic()
    return int(sent)
