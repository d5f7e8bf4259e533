"""Whether what a sender was told is accepted comes, though that sender is killed before anybody receives."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from itertools import islice

from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.integrity import FrameLedger, IntegrityError, numbered
from ipcbench.probe.payloads.random_bytes import RandomBytes
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing.pair import END_DEADLINE_S, ConformanceError, LivePair
from ipcbench.words import RECEIVER, SENDER

#: More than both ends of a library keep, and how long it is tried to have all of them accepted.
SIZE, MESSAGES, ACCEPTING_S = 4096, 4000, 0.4
#: So few that were accepted may all be where nobody's death reaches them.
FEW = 4
#: After so long a silence the rest is lost.
LONGEST_S = 0.6


def killed_while_full(channel: type[Channel], start_method: str) -> None:
    """What was accepted of 4,000 messages that nobody receives comes, or does not, as declared."""
    outlives = channel.traits.outlives_sender
    size = min(SIZE, channel.traits.limit_bytes or SIZE)
    with LivePair(channel, start_method, [size]) as pair:
        pair.start(sender=partial(_send_what_fits, size), receiver=partial(_receive_all, size))
        accepted = pair.report(SENDER)["accepted"]
        pair.kill(SENDER)
        pair.tell(RECEIVER, {"accepted": accepted})
        came = pair.report(RECEIVER)["came"]
    if outlives and came < accepted:
        raise ConformanceError(
            f"the sender was killed when {accepted} messages were accepted, and {came} came; "
            f"the traits say outlives_sender=True"
        )
    if not outlives and came >= accepted > FEW:
        raise ConformanceError(
            f"the sender was killed when {accepted} messages were accepted, and all came; "
            f"the traits say outlives_sender=False"
        )


def _send_what_fits(size: int, ends: list[Endpoint], wire: Wire) -> None:
    accepted, end = 0, ends[0]
    with suppress(TimeoutError), deadline(ACCEPTING_S):
        for message in islice(numbered(RandomBytes, size, MESSAGES), MESSAGES):
            end.send(message)
            accepted += 1
    wire.send({"accepted": accepted})
    wire.receive(END_DEADLINE_S)


def _receive_all(size: int, ends: list[Endpoint], wire: Wire) -> None:
    """Receive what was accepted, or until nothing comes any more; report how many came."""
    accepted = wire.receive(END_DEADLINE_S)[0]["accepted"]
    ledger = FrameLedger(MESSAGES, size)
    with suppress(EOFError, OSError):
        while ledger.arrived < accepted:
            with deadline(LONGEST_S):
                message = ends[0].receive()
            ledger.take(message)
    try:
        if ledger.arrived:
            ledger.check(lossy=True)
    except IntegrityError as error:
        raise ConformanceError(str(error)) from error
    wire.send({"came": ledger.arrived})
