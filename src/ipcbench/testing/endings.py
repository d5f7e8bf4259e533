"""Checks of how a channel ends: by close, or by the death of a process at either end; never in silence."""

from __future__ import annotations

import time
from functools import partial
from typing import Any, Callable

from ipcbench.probe.channels.contract import Channel, Endpoint
from ipcbench.probe.payloads.random_bytes import random_bytes
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing.delivery import receive_message
from ipcbench.testing.pair import END_DEADLINE_S, ConformanceError, LivePair
from ipcbench.words import RECEIVER, SENDER

#: How long an end may take to notice that the other one is gone.
SILENCE_S = 5.0
#: Time for a process to be inside the call in which its peer's death is to find it.
SETTLE_S = 0.1
SMALL_BYTES = 64
MESSAGES = 3
FILLING_BYTES = 65536
#: More than a kernel buffer holds: the sender blocks, or it has a buffer of its own.
FILLING_MESSAGES = 500


def end_of_stream(channel: type[Channel], start_method: str) -> None:
    """After the last message of a sender that closed, and lives on, `receive` raises."""
    size = _size(channel, SMALL_BYTES)
    with LivePair(channel, start_method, [size]) as pair:
        pair.start(sender=partial(_send_and_close, size), receiver=partial(_await_close, size))
        pair.finish()


def _send_and_close(size: int, ends: list[Endpoint], _: Wire) -> None:
    end = ends[0]
    _send_few(end, size)
    end.close()


def _await_close(size: int, ends: list[Endpoint], _: Wire) -> None:
    end = ends[0]
    _receive_few(end, size)
    _receive_nothing(end, f"after {MESSAGES} messages and the sender's close")
    end.close()


def killed_sender(channel: type[Channel], start_method: str) -> None:
    """A receiver that waits when its sender is killed gets EOFError or OSError."""
    size = _size(channel, SMALL_BYTES)
    with LivePair(channel, start_method, [size]) as pair:
        pair.start(sender=partial(_send_and_stay, size), receiver=partial(_await_death, size))
        pair.report(SENDER)
        pair.report(RECEIVER)
        time.sleep(SETTLE_S)
        pair.kill(SENDER)
        pair.report(RECEIVER)


def _send_and_stay(size: int, ends: list[Endpoint], wire: Wire) -> None:
    end = ends[0]
    _send_few(end, size)
    _report_and_wait(wire)


def _await_death(size: int, ends: list[Endpoint], wire: Wire) -> None:
    end = ends[0]
    _receive_few(end, size)
    wire.send({})
    _receive_nothing(end, f"after {MESSAGES} messages and the sender's death")


def killed_receiver(channel: type[Channel], start_method: str) -> None:
    """A sender whose receiver is killed gets OSError from `send`, or hears of losses from `close`."""
    size = _size(channel, FILLING_BYTES)
    with LivePair(channel, start_method, [size]) as pair:
        pair.start(sender=partial(_fill, size), receiver=partial(_receive_and_stay, size))
        pair.report(SENDER)
        pair.report(RECEIVER)
        pair.tell(SENDER)
        if pair.has_word(SENDER, SETTLE_S):
            raise ConformanceError(f"{pair.report('sender')['raised']} though the receiver lived")
        pair.kill(RECEIVER)
        pair.tell(SENDER)
        raised = pair.report(SENDER)["raised"]
    if raised.startswith("close") and not channel.traits.loses_on_death:
        raise ConformanceError(f"the receiver was killed and only {raised}; the traits lack loses_on_death")


def _receive_and_stay(size: int, ends: list[Endpoint], wire: Wire) -> None:
    end = ends[0]
    receive_message(end.receive, random_bytes(size, 0), "message 1 of 1")
    _report_and_wait(wire)


def _fill(size: int, ends: list[Endpoint], wire: Wire) -> None:
    """Send until the channel is full or 500 messages are accepted; once the receiver is dead, go on."""
    end, message, after = ends[0], random_bytes(size, 0), "after the receiver's death"
    end.send(message)
    _report_and_wait(wire)
    raised = _error_of(lambda: _send_many(end, message), "send", after)
    if not raised:
        wire.receive(END_DEADLINE_S)
        raised = _error_of(lambda: _send_many(end, message), "send", after)
    raised = raised or _error_of(end.close, "close", after)
    if not raised:
        raise ConformanceError("the receiver was killed, yet neither send nor close raised OSError")
    wire.send({"raised": raised})


def _send_many(end: Endpoint, message: bytes) -> None:
    for _ in range(FILLING_MESSAGES):
        end.send(message)


def _send_few(end: Endpoint, size: int) -> None:
    for number in range(MESSAGES):
        end.send(random_bytes(size, number))


def _receive_few(end: Endpoint, size: int) -> None:
    for number in range(MESSAGES):
        what = f"message {number + 1} of {MESSAGES}"
        receive_message(end.receive, random_bytes(size, number), what)


def _receive_nothing(end: Endpoint, after: str) -> None:
    came: list[Any] = []
    if not _error_of(lambda: came.append(end.receive()), "receive", after):
        raise ConformanceError(f"{after}, receive returned {came[0]!r:.40} instead of raising EOFError")


def _error_of(call: Callable[[], Any], name: str, after: str) -> str:
    """Return what the call raised, empty if nothing; raise ConformanceError where it hangs."""
    limit = time.monotonic() + SILENCE_S
    try:
        with deadline(SILENCE_S):
            call()
    except (EOFError, OSError) as error:
        # A channel may turn the deadline's own TimeoutError into another one: only the clock knows.
        if time.monotonic() >= limit:
            raise ConformanceError(f"{after}, {name} hung for {SILENCE_S:g} s") from None
        return f"{name} raised {type(error).__name__}: {error}"
    return ""


def _report_and_wait(wire: Wire) -> None:
    """Say that this end has come so far, and stay until told or killed."""
    wire.send({})
    wire.receive(END_DEADLINE_S)


def _size(channel: type[Channel], size: int) -> int:
    return min(size, channel.traits.limit_bytes or size)
