"""One way, as fast as accepted; the clock stops when the last message has been received."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import repeat
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.clock import now_ns
from ipcbench.probe.held import Held
from ipcbench.probe.loss import receive_to_end, tell_end
from ipcbench.probe.protocol.messages import Done, StampEach
from ipcbench.probe.workloads.contract import Stamps, Trial
from ipcbench.probe.workloads.live import LiveWorkload, Replies
from ipcbench.words import ROLES


class Stream(LiveWorkload):
    """One way, each as soon as the one before is accepted."""

    unit = "message"
    summary = "one way, as fast as accepted"
    is_rate = True
    payloads_moved = 1
    overlapping = True
    times_each = False
    bears_loss = True
    default_sizes = "64..16MiB"
    charts: ClassVar[tuple[str, ...]] = ("throughput", "ratio", "costs", "placements")

    @classmethod
    def drive(cls, end: Endpoint, payload: Any, messages: int, held: Held) -> Stamps:  # noqa: ARG003
        """Send as fast as the channel accepts."""
        send, times = end.send, repeat(None, messages)
        start_ns = now_ns()
        for _ in times:
            send(payload)
        end_ns = now_ns()
        if end.marks is not None:
            tell_end(end)
        return Stamps(start_ns, end_ns)

    @classmethod
    def serve(cls, end: Endpoint, messages: int, held: Held) -> Stamps:
        """Receive as fast as messages come."""
        start_ns = now_ns()
        if end.marks is not None:
            lost = messages - receive_to_end(end, held)
            return Stamps(start_ns, now_ns(), lost=lost)
        receive_all(end, messages, held)
        return Stamps(start_ns, now_ns())

    @classmethod
    def elapsed(cls, sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:
        """Return the time from the first call of `send` to the return of the last `receive`."""
        accepted_ns = sender.end_ns - sender.start_ns
        if traits.delivers:
            delivered_ns = receiver.end_ns - sender.start_ns
        else:
            # Nothing links the two loops, so the longer one is what the harness adds to a message.
            delivered_ns = max(accepted_ns, receiver.end_ns - receiver.start_ns)
        return Trial(0, delivered_ns, {"accepted": accepted_ns}, lost=receiver.lost)

    def backlog(self, messages: int, timeout_s: float) -> int | None:
        """Return the most messages that were accepted and not yet received; None where some never are."""
        if not self.channel_traits.delivers or self.channel_traits.is_lossy:
            return None
        replies = self.timed(StampEach(messages), timeout_s, Done)
        return largest_backlog(*(self._clocks(replies, role) for role in ROLES))

    def _clocks(self, replies: Replies[Done], role: str) -> array[int]:
        """Return when the calls of a role's peers returned, in order."""
        return array(
            "q", sorted(clock for name in self.names(role) for clock in array("q", replies[name][1]))
        )


def receive_all(end: Endpoint, messages: int, held: Held) -> None:
    """Receive so many messages, each kept until the next has come or dropped at once."""
    receive, times = end.receive, repeat(None, messages)
    if held.holds:
        message, held.last = held.last, None
        for _ in times:
            message = receive()
        held.last = message
    else:
        for _ in times:
            receive()


def largest_backlog(accepted_ns: Sequence[int], received_ns: Sequence[int]) -> int:
    """Return the most messages that were accepted and not yet received at one time, from both in order."""
    most = received = 0
    for accepted, at_ns in enumerate(accepted_ns, 1):
        while received < len(received_ns) and received_ns[received] <= at_ns:
            received += 1
        most = max(most, accepted - received)
    return most
