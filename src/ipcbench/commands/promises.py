"""What a channel must promise to be an answer, and what to know before it is chosen: from its traits."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from ipcbench.plan.units import format_size
from ipcbench.probe.channels.contract import ACCEPTS, AT_CLOSE, BLOCKS, COMPETING, UNBOUNDED, Traits


@dataclass(frozen=True, slots=True)
class Needs:
    """What a channel must promise to be an answer, besides that it delivers."""

    #: That no message is lost which was accepted, whichever end dies.
    lossless: bool = False
    #: How many processes send, and how many receive.
    senders: int = 1
    receivers: int = 1


def refusal(traits: Traits, needs: Needs) -> str:
    """Return why a channel is out of the question, or nothing."""
    if not traits.delivers:
        return "hands nothing over"
    if traits.is_lossy:
        return "messages are lost where the receiver is slower than the sender: its time is no comparison"
    if needs.lossless and (lost := _losses(traits)):
        return lost
    for most, wanted in zip(traits.ends, (needs.senders, needs.receivers), strict=True):
        if most is not None and wanted > most:
            return _ends(traits)
    return ""


def _ends(traits: Traits) -> str:
    senders, receivers = traits.ends
    return f"has {_count(senders, 'sender')} and {_count(receivers, 'receiver')}"


def _losses(traits: Traits) -> str:
    """Return when messages are lost that were accepted, or nothing."""
    # What nobody is told of may still wait for another receiver.
    goes_nowhere = traits.dead_receiver == ACCEPTS and traits.fan_out != COMPETING
    if not traits.outlives_sender or traits.dead_receiver == AT_CLOSE or goes_nowhere:
        return "messages that were accepted are lost when an end dies"
    return ""


def traps(traits: Traits) -> Iterator[str]:
    """Yield what to know of a channel before it is chosen."""
    if traits.carries != "objects":
        yield "carries bytes only: objects have to be pickled"
    if traits.fixed_size:
        yield "every message has the size that it was made for"
    if traits.limit_bytes is not None:
        yield f"no message may be longer than {format_size(traits.limit_bytes)}"
    if lost := _losses(traits):
        yield lost
    if traits.delivery == UNBOUNDED:
        yield "a sender never waits: what nobody has received yet takes memory"
    if traits.eof == BLOCKS:
        yield "a receiver is not told that the sender has closed"
    if traits.dead_sender == BLOCKS:
        yield "a receiver waits for ever for a sender that died"
    if traits.dead_receiver == BLOCKS:
        yield "a sender waits for ever for a receiver that died"
    if not traits.zero_byte:
        yield "a message has at least one byte"
    if not traits.fork_after_use:
        yield "a child that is forked once it has been used cannot use it"
    if traits.leaves:
        yield f"where all its processes are killed, {traits.leaves}"
    if traits.feeder:
        yield "a thread sends: put returns before anything was sent, and waits for the GIL then"
    if traits.spins:
        yield "burns a core while it waits"
    if traits.ends != (None, None):
        yield _ends(traits)


def _count(most: int | None, what: str) -> str:
    """Return how many processes may be at an end."""
    return f"any number of {what}s" if most is None else f"{most} {what}{'' if most == 1 else 's'} alone"
