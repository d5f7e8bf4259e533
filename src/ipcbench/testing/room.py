"""Checks of what has no room: messages while nobody receives, messages above the limit."""

from __future__ import annotations

from functools import partial

from ipcbench.probe.channels.contract import (
    DROPS_NEWEST,
    DROPS_OLDEST,
    LOSSLESS,
    Channel,
    Endpoint,
)
from ipcbench.probe.integrity import FrameLedger, IntegrityError, numbered
from ipcbench.probe.payloads.random_bytes import RandomBytes, random_bytes
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing.delivery import take_frames
from ipcbench.testing.pair import END_DEADLINE_S, ConformanceError, LivePair
from ipcbench.words import RECEIVER, SENDER

#: What is sent while nobody receives: more than kernels and queues hold by default.
STALL_BYTES, STALL_MESSAGES = 4096, 4000
#: How long nobody receives: until it is clear that a sender waits, or has had all accepted.
WAITING_S, ACCEPTING_S = 0.5, 4.0
#: How long a message above the limit may take to be refused.
REFUSED_S = 2.0


def stalled_receiver(channel: type[Channel], start_method: str) -> None:
    """What becomes of 4,000 messages of 4 KiB that nobody receives is as declared."""
    traits = channel.traits
    size = min(STALL_BYTES, traits.limit_bytes or STALL_BYTES)
    with LivePair(channel, start_method, [size]) as pair:
        pair.start(
            sender=partial(_send_at_once, size), receiver=partial(_receive_late, size, traits.delivery)
        )
        # The sender says when all were accepted; the receiver begins when it is told.
        stall_s = WAITING_S if traits.delivery == LOSSLESS else ACCEPTING_S
        accepts_all = pair.has_word(SENDER, stall_s)
        pair.tell(RECEIVER)
        pair.report(SENDER)
        pair.report(RECEIVER)
    late = f"{STALL_MESSAGES} messages of {size} B were not accepted within {stall_s:g} s"
    check_accepted(accepts_all, size, traits.delivery, late)


def check_accepted(accepts_all: bool, size: int, delivery: str, late: str) -> None:
    """Raise ConformanceError unless what nobody received was accepted as declared; `late` tells how much."""
    if accepts_all and delivery == LOSSLESS:
        raise ConformanceError(
            f"{STALL_MESSAGES} messages of {size} B were accepted while nobody received; "
            f"the traits say delivery={LOSSLESS!r}, that a sender waits"
        )
    if not accepts_all and delivery != LOSSLESS:
        raise ConformanceError(f"while nobody received, {late}; the traits say delivery={delivery!r}")


def _send_at_once(size: int, ends: list[Endpoint], wire: Wire) -> None:
    end = ends[0]
    for message in numbered(RandomBytes, size, STALL_MESSAGES):
        end.send(message)
    wire.send({})
    end.close()


def _receive_late(size: int, delivery: str, ends: list[Endpoint], wire: Wire) -> None:
    end = ends[0]
    wire.receive(END_DEADLINE_S)
    lossy = delivery in (DROPS_NEWEST, DROPS_OLDEST)
    ledger = FrameLedger(STALL_MESSAGES, size)
    stop = take_frames(ledger, end, lossy=lossy)
    try:
        ledger.check(lossy=lossy)
    except IntegrityError as error:
        raise ConformanceError(f"{error}{stop}") from error
    if lossy:
        _check_loss(ledger, delivery)


def _check_loss(ledger: FrameLedger, delivery: str) -> None:
    """Raise ConformanceError unless some messages were lost, and those that the traits say."""
    if ledger.arrived == ledger.expected:
        raise ConformanceError(f"all of {ledger.expected} messages came; the traits say {delivery!r}")
    kept, lost = ("first", "last") if delivery == DROPS_NEWEST else ("last", "first")
    if not ledger.has({"first": 0, "last": ledger.expected - 1}[kept]):
        raise ConformanceError(
            f"of {ledger.expected} messages the {kept} one was lost; the traits say {delivery!r}, that those "
            f"which came {lost} are"
        )


def above_the_limit(channel: type[Channel], start_method: str) -> None:
    """A message of one byte more than the limit is refused: it is not cut, and nobody waits for ever."""
    limit = channel.traits.limit_bytes
    assert limit is not None
    with LivePair(channel, start_method, [limit]) as pair:
        pair.start(sender=partial(send_too_much, limit), receiver=_stay)
        pair.report(SENDER)


def send_too_much(limit: int, ends: list[Endpoint], _: Wire) -> None:
    """Be a sender of one byte more than the limit, which has to be refused."""
    try:
        with deadline(REFUSED_S):
            ends[0].send(random_bytes(limit + 1, 0))
    except TimeoutError as error:
        raise ConformanceError(f"a message of {limit + 1} B was neither sent nor refused: {error}") from error
    except (OSError, ValueError):
        return
    raise ConformanceError(f"a message of {limit + 1} B was accepted; the traits say limit_bytes={limit}")


def _stay(_ends: list[Endpoint], wire: Wire) -> None:
    wire.receive(END_DEADLINE_S)
