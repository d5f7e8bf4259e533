"""Checks of what arrives: every message once, in order, whole, at every size where transports change step."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterable, Sequence
from contextlib import nullcontext, suppress
from functools import partial
from typing import Any, Callable

from ipcbench.probe.channels.contract import Channel, Endpoint, Traits
from ipcbench.probe.integrity import FrameLedger, IntegrityError, numbered
from ipcbench.probe.payloads.random_bytes import RandomBytes, random_bytes
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing.pair import ConformanceError, LivePair
from ipcbench.words import RECEIVER

SMALL_BYTES = 64
LARGE_BYTES = 64 << 20
SMALL_MESSAGES = 2000
#: How long a receiver lets its sender get ahead.
BEHIND_S = 0.5
MIXED_SIZES = (5000, 1, 17, 70000, 3, 16384, 2, 300000, 64, 1, 100000, 999)
#: A page; one write or two of multiprocessing, with pickle and without; a pipe; a socket's buffer.
THRESHOLDS = (4096, 16366, 16367, 16384, 65535, 65536, 219264)
#: Longer messages repeat blocks of a prime's length, numbered: no two of a transport's steps are alike.
BLOCK_BYTES, NUMBER_BYTES = 65537, 4
#: Messages of one size in a channel that carries only that size: enough to see a boundary move.
REPEATS = 3

#: Empty ones, and of one byte.
SMALLEST = (0, 1, 0, 0, 1, 1)
#: After so long a silence a lossy channel has lost the rest; so long its sender rests between messages, and
#: between those of which each is looked at: the receiver has had it by then.
QUIET_S, PAUSE_S, REST_S = 0.5, 2e-3, 0.05

#: The messages of one channel: for which size it is made, and the size of each message.
Lane = tuple[int, "list[int]"]


def once_in_order(channel: type[Channel], start_method: str) -> None:
    """Many small messages: none lost (unless the channel drops some), duplicated, reordered or corrupt."""
    size = min(SMALL_BYTES, channel.traits.limit_bytes or SMALL_BYTES)
    lossy = channel.traits.is_lossy
    with LivePair(channel, start_method, [size]) as pair:
        pair.start(sender=partial(_send_frames, size), receiver=partial(_count_frames, size, lossy))
        pair.finish()


def _send_frames(size: int, ends: list[Endpoint], _: Wire) -> None:
    end = ends[0]
    for message in numbered(RandomBytes, size, SMALL_MESSAGES):
        end.send(message)
    end.close()


def _count_frames(size: int, lossy: bool, ends: list[Endpoint], _: Wire) -> None:
    end = ends[0]
    if not lossy:
        # The sender is done meanwhile, and closes: what was accepted comes all the same.
        time.sleep(BEHIND_S)
    ledger = FrameLedger(SMALL_MESSAGES, size)
    stop = take_frames(ledger, end, lossy=lossy)
    try:
        ledger.check(lossy=lossy)
    except IntegrityError as error:
        raise ConformanceError(f"{error}{stop}") from error
    if not lossy and not ledger.complete:
        raise ConformanceError(f"of {SMALL_MESSAGES} messages all came but the one that ends them{stop}")
    end.close()


def take_frames(ledger: FrameLedger, end: Endpoint, *, lossy: bool) -> str:
    """Receive until all have come, of a lossy channel until nothing comes; return what ended it before."""
    while not ledger.complete:
        try:
            with deadline(QUIET_S) if lossy and ledger.arrived else nullcontext():
                message = end.receive()
        except (EOFError, OSError) as error:
            return f", then {type(error).__name__}: {error}"
        ledger.take(message)
    return ""


def whole_messages(channel: type[Channel], start_method: str) -> None:
    """Messages of mixed sizes one after another: each arrives as it was sent, whatever its neighbours."""
    _deliver(channel, start_method, MIXED_SIZES)


def empty_and_one_byte(channel: type[Channel], start_method: str) -> None:
    """The smallest messages, which transports easily take for none."""
    _deliver(channel, start_method, SMALLEST)


def no_empty_message(channel: type[Channel], start_method: str) -> None:
    """What carries no empty message refuses one, or none comes."""
    with LivePair(channel, start_method, [1]) as pair:
        pair.start(sender=_send_empty, receiver=_receive_empty)
        came = pair.report(RECEIVER)["came"]
    if came:
        raise ConformanceError("an empty message came as one; the traits say zero_byte=False")


def _send_empty(ends: list[Endpoint], _: Wire) -> None:
    # Libraries refuse it by exceptions of their own.
    with suppress(Exception):
        ends[0].send(b"")


def _receive_empty(ends: list[Endpoint], wire: Wire) -> None:
    came = False
    with suppress(Exception), deadline(QUIET_S):
        came = memoryview(ends[0].receive()).nbytes == 0
    wire.send({"came": came})


def threshold_sizes(channel: type[Channel], start_method: str) -> None:
    """Each size where a transport changes step, the one below and the one above."""
    _deliver(channel, start_method, around_thresholds())


def around_thresholds() -> list[int]:
    """Return the sizes at which a transport changes step, and those beside them."""
    return sorted({size + by for size in THRESHOLDS for by in (-1, 0, 1, 2)})


def large_message(channel: type[Channel], start_method: str) -> None:
    """One message of 64 MiB, or of the channel's limit where that is smaller."""
    size = min(LARGE_BYTES, channel.traits.limit_bytes or LARGE_BYTES)
    _run(channel, start_method, [(size, [size])])


def both_directions(channel: type[Channel], start_method: str) -> None:
    """A duplex channel carries messages there and back."""
    lanes = _lanes(channel.traits, MIXED_SIZES)
    with LivePair(channel, start_method, [size for size, _ in lanes]) as pair:
        pair.start(sender=partial(_call, lanes), receiver=partial(_reply, lanes))
        pair.finish()


def _call(lanes: list[Lane], ends: list[Endpoint], _: Wire) -> None:
    for end, (_size, sizes) in zip(ends, lanes):
        for number, size in enumerate(sizes):
            end.send(content(number, size))
            receive_message(end.receive, content(-1 - number, size), f"reply {_place(number, sizes)}")
        end.close()


def _reply(lanes: list[Lane], ends: list[Endpoint], _: Wire) -> None:
    for end, (_size, sizes) in zip(ends, lanes):
        for number, size in enumerate(sizes):
            receive_message(end.receive, content(number, size), f"message {_place(number, sizes)}")
            end.send(content(-1 - number, size))
        end.close()


def _deliver(channel: type[Channel], start_method: str, sizes: Iterable[int]) -> None:
    _run(channel, start_method, _lanes(channel.traits, sizes))


def _lanes(traits: Traits, sizes: Iterable[int]) -> list[Lane]:
    """Spread messages over as few channels as the traits allow, leaving out what they exclude."""
    fitting = [
        size
        for size in sizes
        if (traits.limit_bytes is None or size <= traits.limit_bytes) and (size or traits.zero_byte)
    ]
    if traits.fixed_size:
        return [(size, [size] * REPEATS) for size in sorted(set(fitting) - {0})]
    return [(max(fitting), fitting)] if fitting else []


def _run(channel: type[Channel], start_method: str, lanes: list[Lane]) -> None:
    with LivePair(channel, start_method, [size for size, _ in lanes]) as pair:
        # What drops messages under way gets them one by one: what each becomes is asked here.
        sending = partial(_send_lanes, lanes, rest_s(channel.traits))
        pair.start(sender=sending, receiver=partial(_receive_lanes, lanes))
        pair.finish()


def _send_lanes(lanes: list[Lane], pause_s: float, ends: list[Endpoint], _: Wire) -> None:
    for end, (_size, sizes) in zip(ends, lanes):
        for number, size in enumerate(sizes):
            end.send(content(number, size))
            time.sleep(pause_s)
        end.close()


def rest_s(traits: Traits) -> float:
    """Return how long to rest after a message, so that it is lost by nothing but the channel's fault."""
    return REST_S if traits.is_lossy else 0.0


def _receive_lanes(lanes: list[Lane], ends: list[Endpoint], _: Wire) -> None:
    for end, (_size, sizes) in zip(ends, lanes):
        for number, size in enumerate(sizes):
            receive_message(end.receive, content(number, size), f"message {_place(number, sizes)}")
        end.close()


def receive_message(receive: Callable[[], Any], sent: bytes, what: str) -> None:
    """Receive one message; raise ConformanceError unless it is what was sent."""
    try:
        came = receive()
    except (EOFError, OSError) as error:
        text = f"{what}: {len(sent)} B were sent, none came: {type(error).__name__}: {error}"
        raise ConformanceError(text) from error
    try:
        view = memoryview(came)
    except TypeError:
        raise ConformanceError(f"{what}: {len(sent)} B were sent, {type(came).__name__} came") from None
    if view.nbytes != len(sent):
        raise ConformanceError(f"{what}: {len(sent)} B were sent, {view.nbytes} B came")
    # Hashes are for readers: to compare 64 MiB by them takes longer than to send them.
    if view.tobytes() != sent:
        raise ConformanceError(
            f"{what}: {len(sent)} B with SHA-256 {_hash(sent)} were sent, {_hash(view)} came"
        )


def content(number: int, size: int) -> bytes:
    """Return the same bytes for the same message at both ends, and others for each message.

    Longer ones repeat a block, numbered: to make 64 MiB at random takes longer than to send them.
    """
    block = random_bytes(min(size, BLOCK_BYTES), number)
    if size <= BLOCK_BYTES:
        return block
    rest = block[NUMBER_BYTES:]
    places = range(-(-size // BLOCK_BYTES))
    return b"".join(part for place in places for part in (place.to_bytes(NUMBER_BYTES, "big"), rest))[:size]


def _place(number: int, sizes: Sequence[int]) -> str:
    return f"{number + 1} of {len(sizes)}"


def _hash(message: Any) -> str:
    return hashlib.sha256(message).hexdigest()[:12]
