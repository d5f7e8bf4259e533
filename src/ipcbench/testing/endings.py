"""Checks of how a channel ends: by close, or by the death of a process at either end; as its traits say."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable

from ipcbench.probe.channels.contract import ACCEPTS, AT_CLOSE, BLOCKS, RAISES, Channel, Endpoint
from ipcbench.probe.payloads.random_bytes import random_bytes
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing.delivery import receive_message, rest_s
from ipcbench.testing.pair import END_DEADLINE_S, ConformanceError, LivePair
from ipcbench.words import RECEIVER, SENDER

#: How long an end may take to notice that the other one is gone.
SILENCE_S = 5.0
#: How long one is looked at that is said never to notice.
BLOCKED_S = 0.5
#: Time for a process to be inside the call in which its peer's death is to find it.
SETTLE_S = 0.1
SMALL_BYTES = 64
MESSAGES = 3
FILLING_BYTES = 65536
#: More than a kernel buffer holds: the sender blocks, or it has a buffer of its own.
FILLING_MESSAGES = 500
#: More than a library keeps for a receiver that has gone, where it is said to wait at last.
MOST_MESSAGES = 4000

#: What became of a call that is none of an exception.
_RETURNED, _HUNG = "", "hung"


def end_of_stream(channel: type[Channel], start_method: str) -> None:
    """After the last message of a sender that closed and lives on `receive` raises, or waits as declared."""
    size = _size(channel, SMALL_BYTES)
    with LivePair(channel, start_method, [size]) as pair:
        ending = partial(_await_close, size, channel.traits.eof)
        sending = partial(_send_and_close, size, rest_s(channel.traits))
        pair.start(sender=sending, receiver=ending)
        pair.finish()


def _send_and_close(size: int, pause_s: float, ends: list[Endpoint], _: Wire) -> None:
    end = ends[0]
    _send_few(end, size, pause_s)
    end.close()


def _await_close(size: int, declared: str, ends: list[Endpoint], _: Wire) -> None:
    end = ends[0]
    _receive_few(end, size)
    _receive_nothing(end, f"after {MESSAGES} messages and the sender's close", declared)
    end.close()


def killed_sender(channel: type[Channel], start_method: str) -> None:
    """A receiver that waits when its sender is killed gets EOFError or OSError, or waits as declared."""
    size = _size(channel, SMALL_BYTES)
    with LivePair(channel, start_method, [size]) as pair:
        waiting = partial(_await_death, size, channel.traits.dead_sender)
        sending = partial(_send_and_stay, size, rest_s(channel.traits))
        pair.start(sender=sending, receiver=waiting)
        pair.report(SENDER)
        pair.report(RECEIVER)
        time.sleep(SETTLE_S)
        pair.kill(SENDER)
        pair.report(RECEIVER)


def _send_and_stay(size: int, pause_s: float, ends: list[Endpoint], wire: Wire) -> None:
    end = ends[0]
    _send_few(end, size, pause_s)
    _report_and_wait(wire)


def _await_death(size: int, declared: str, ends: list[Endpoint], wire: Wire) -> None:
    end = ends[0]
    _receive_few(end, size)
    wire.send({})
    _receive_nothing(end, f"after {MESSAGES} messages and the sender's death", declared)


def killed_receiver(channel: type[Channel], start_method: str) -> None:
    """A sender whose receiver is killed gets OSError from `send`, or what else is declared."""
    size, declared = _size(channel, FILLING_BYTES), channel.traits.dead_receiver
    with LivePair(channel, start_method, [size]) as pair:
        pair.start(sender=partial(_fill, size, declared), receiver=partial(_receive_and_stay, size))
        pair.report(SENDER)
        pair.report(RECEIVER)
        pair.tell(SENDER)
        if pair.has_word(SENDER, SETTLE_S):
            raise ConformanceError(f"{pair.report('sender')['became']} though the receiver lived")
        pair.kill(RECEIVER)
        pair.tell(SENDER)
        _compare(pair.report(SENDER)["became"], declared)


def _receive_and_stay(size: int, ends: list[Endpoint], wire: Wire) -> None:
    end = ends[0]
    receive_message(end.receive, random_bytes(size, 0), "message 1 of 1")
    _report_and_wait(wire)


def _fill(size: int, declared: str, ends: list[Endpoint], wire: Wire) -> None:
    """Send until the channel is full or 500 messages are accepted; once the receiver is dead, go on."""
    end, message = ends[0], random_bytes(size, 0)
    limit_s = SETTLE_S + (BLOCKED_S if declared == BLOCKS else SILENCE_S)
    end.send(message)
    _report_and_wait(wire)
    became = _outcome(lambda: _send_many(end, message, FILLING_MESSAGES), "send", limit_s)
    if became == _RETURNED:
        wire.receive(END_DEADLINE_S)
        more = MOST_MESSAGES if declared == BLOCKS else FILLING_MESSAGES
        became = _outcome(lambda: _send_many(end, message, more), "send", limit_s)
    if became == _RETURNED:
        became = _outcome(end.close, "close", SILENCE_S)
    wire.send({"became": became})


def _compare(became: str, declared: str) -> None:
    """Raise ConformanceError where a sender does not hear of its receiver's death as its traits say."""
    after = "after the receiver's death"
    hung = became in (f"send {_HUNG}", f"close {_HUNG}")
    if hung and declared != BLOCKS:
        raise ConformanceError(f"{after}, {became} for {SILENCE_S:g} s")
    if became == _RETURNED and declared in (RAISES, AT_CLOSE):
        raise ConformanceError("the receiver was killed, yet neither send nor close raised OSError")
    if became.startswith("close") and declared == RAISES:
        raise ConformanceError(
            f"the receiver was killed and only {became}; the traits say dead_receiver={declared!r}"
        )
    if declared in (BLOCKS, ACCEPTS) and became != {BLOCKS: f"send {_HUNG}", ACCEPTS: _RETURNED}[declared]:
        what = became or "send accepted all"
        raise ConformanceError(f"{after}, {what}; the traits say dead_receiver={declared!r}")


def _send_many(end: Endpoint, message: bytes, count: int) -> None:
    for _ in range(count):
        end.send(message)


def _send_few(end: Endpoint, size: int, pause_s: float) -> None:
    for number in range(MESSAGES):
        end.send(random_bytes(size, number))
        time.sleep(pause_s)


def _receive_few(end: Endpoint, size: int) -> None:
    for number in range(MESSAGES):
        what = f"message {number + 1} of {MESSAGES}"
        receive_message(end.receive, random_bytes(size, number), what)


def _receive_nothing(end: Endpoint, after: str, declared: str) -> None:
    """Raise ConformanceError where `receive` returns, or does not raise (or wait) as declared."""
    came: list[Any] = []
    limit_s = BLOCKED_S if declared == BLOCKS else SILENCE_S
    became = _outcome(lambda: came.append(end.receive()), "receive", limit_s)
    if came:
        raise ConformanceError(f"{after}, receive returned {came[0]!r:.40} instead of raising EOFError")
    hung = became == f"receive {_HUNG}"
    if declared == BLOCKS and not hung:
        raise ConformanceError(f"{after}, {became}; the traits say that it waits")
    if declared == RAISES and hung:
        raise ConformanceError(f"{after}, {became} for {limit_s:g} s")


def _outcome(call: Callable[[], Any], name: str, limit_s: float) -> str:
    """Return what became of a call: nothing where it returned, else what it raised, or that it hung."""
    limit = time.monotonic() + limit_s
    try:
        with deadline(limit_s):
            call()
    except (EOFError, OSError) as error:
        # A channel may turn the deadline's own TimeoutError into another one: only the clock knows.
        if time.monotonic() >= limit:
            return f"{name} {_HUNG}"
        return f"{name} raised {type(error).__name__}: {error}"
    return _RETURNED


def _report_and_wait(wire: Wire) -> None:
    """Say that this end has come so far, and stay until told or killed."""
    wire.send({})
    wire.receive(END_DEADLINE_S)


def _size(channel: type[Channel], size: int) -> int:
    return min(size, channel.traits.limit_bytes or size)
