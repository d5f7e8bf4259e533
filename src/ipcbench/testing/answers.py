"""Checks of channels whose sender starts who receives: each message comes back, in order and whole."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import partial

from ipcbench.probe.channels.contract import BLOCKS, Channel, Endpoint
from ipcbench.probe.integrity import FrameLedger, numbered
from ipcbench.probe.payloads.random_bytes import RandomBytes, random_bytes
from ipcbench.probe.process.children import children, descendants
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing import delivery, many, room
from ipcbench.testing.endings import BLOCKED_S, SILENCE_S
from ipcbench.testing.pair import ConformanceError, LivePair
from ipcbench.words import SENDER

SMALL_MESSAGES, SMALL_BYTES = 500, 64


def once_in_order(channel: type[Channel], start_method: str) -> None:
    """Many small messages, one at a time: each comes back once, in order and whole."""
    _run(channel, start_method, [SMALL_BYTES], partial(_round_trips, SMALL_BYTES))


def _round_trips(size: int, ends: list[Endpoint], _: Wire) -> None:
    end, ledger = ends[0], FrameLedger(SMALL_MESSAGES, size)
    for message in numbered(RandomBytes, size, SMALL_MESSAGES):
        end.send(message)
        ledger.take(end.receive())
    ledger.check()
    end.close()


def whole_messages(channel: type[Channel], start_method: str) -> None:
    """Messages of mixed sizes come back as they were sent."""
    _answered(channel, start_method, delivery.MIXED_SIZES)


def empty_and_one_byte(channel: type[Channel], start_method: str) -> None:
    """The smallest messages come back."""
    _answered(channel, start_method, delivery.SMALLEST)


def threshold_sizes(channel: type[Channel], start_method: str) -> None:
    """Each size where a transport changes step comes back, and those beside it."""
    _answered(channel, start_method, delivery.around_thresholds())


def large_message(channel: type[Channel], start_method: str) -> None:
    """One message of 64 MiB comes back."""
    _answered(channel, start_method, [delivery.LARGE_BYTES])


def _answered(channel: type[Channel], start_method: str, sizes: Iterable[int]) -> None:
    traits = channel.traits
    fitting = [size for size in sizes if size <= (traits.limit_bytes or size) and (size or traits.zero_byte)]
    _run(channel, start_method, [max(fitting)], partial(_send_and_compare, fitting))


def _send_and_compare(sizes: Sequence[int], ends: list[Endpoint], _: Wire) -> None:
    end = ends[0]
    for number, size in enumerate(sizes):
        message = delivery.content(number, size)
        end.send(message)
        delivery.receive_message(end.receive, message, f"answer {number + 1} of {len(sizes)}")
    end.close()


def no_empty_message(channel: type[Channel], start_method: str) -> None:
    """What carries no empty message refuses one, or no answer to one comes."""
    _run(channel, start_method, [1], _send_empty)


def _send_empty(ends: list[Endpoint], _: Wire) -> None:
    answer = None
    # Libraries refuse it by exceptions of their own.
    with suppress(Exception), deadline(delivery.QUIET_S):
        ends[0].send(b"")
        answer = ends[0].receive()
    if answer is not None and memoryview(answer).nbytes == 0:
        raise ConformanceError("an empty message was answered by one; the traits say zero_byte=False")


def above_the_limit(channel: type[Channel], start_method: str) -> None:
    """A message of one byte more than the limit is refused: it is not cut, and nobody waits for ever."""
    limit = channel.traits.limit_bytes
    assert limit is not None
    _run(channel, start_method, [limit], partial(room.send_too_much, limit))


def forked_after_use(channel: type[Channel], start_method: str) -> None:  # noqa: ARG001
    """A child that is forked by a sender with answers gets answers of its own, then its parent again.

    What was handed over in another way knows nothing of forks.
    """
    _run(channel, "fork", [SMALL_BYTES], _fork_and_ask)


def _fork_and_ask(ends: list[Endpoint], wire: Wire) -> None:
    _ask(0, ends, wire)
    many.run_forked(partial(_ask, 1, ends, wire))
    _ask(2, ends, wire)
    ends[0].close()


def _ask(number: int, ends: list[Endpoint], _: Wire) -> None:
    for each in range(many.MESSAGES):
        message = random_bytes(SMALL_BYTES, many.MESSAGES * number + each)
        ends[0].send(message)
        delivery.receive_message(ends[0].receive, message, f"an answer of {many.FORKED[number]}")


def killed_receiver(channel: type[Channel], start_method: str) -> None:
    """A caller whose receiver is killed gets EOFError or OSError, or waits as declared."""
    _run(channel, start_method, [SMALL_BYTES], partial(_outlive, channel.traits.dead_receiver))


def _outlive(declared: str, ends: list[Endpoint], _: Wire) -> None:
    try:
        _send_to_the_dead(declared, ends[0])
    finally:
        # What waits for a process that is dead may wait for it here, too.
        with suppress(EOFError, OSError), deadline(BLOCKED_S):
            ends[0].close()


def _send_to_the_dead(declared: str, end: Endpoint) -> None:
    message = random_bytes(SMALL_BYTES, 0)
    end.send(message)
    end.receive()
    # A forkserver between them is no receiver.
    below = {worker for process in children() for worker in descendants(process)}
    for process in below or children():
        os.kill(process, signal.SIGKILL)
    limit_s = BLOCKED_S if declared == BLOCKS else SILENCE_S
    limit = time.monotonic() + limit_s
    try:
        with deadline(limit_s):
            end.send(message)
            end.receive()
    except (EOFError, OSError) as error:
        hung = time.monotonic() >= limit
        if hung and declared != BLOCKS:
            text = f"after the receiver's death, its answer was waited for {limit_s:g} s"
            raise ConformanceError(text) from None
        if not hung and declared == BLOCKS:
            text = f"after the receiver's death {type(error).__name__}: {error}; the traits say that it waits"
            raise ConformanceError(text) from None
    else:
        # Who starts another worker answers all the same; that is no silence.
        if declared == BLOCKS:
            raise ConformanceError("after the receiver's death an answer came; the traits say that it waits")


def _run(channel: type[Channel], start_method: str, sizes: list[int], task: object) -> None:
    with LivePair(channel, start_method, sizes) as pair:
        pair.start(sender=task, receiver=None)  # type: ignore[arg-type]
        pair.report(SENDER)
