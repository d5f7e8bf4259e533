"""Checks of an end that several processes use: as many as the traits say, and a child that is forked late."""

from __future__ import annotations

import multiprocessing
import time
from functools import partial
from typing import Any, Callable

from ipcbench.probe.channels.contract import BROADCAST, COMPETING, Channel, Endpoint
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing.delivery import PAUSE_S, QUIET_S
from ipcbench.testing.pair import ConformanceError, LivePair, Named
from ipcbench.words import RECEIVER, SENDER

#: What each sender sends; of four bytes each: its number, and which of its messages it is.
MESSAGES, NUMBER_BYTES = 200, 4
SIZE = 64
#: So many processes use either end.
SENDERS, RECEIVERS = 2, 2
#: Who sends, one after another, where a sender forks.
FORKED = ("the sender", "its child", "the sender after its child")


def several_senders(channel: type[Channel], start_method: str) -> None:
    """What two senders send at once all arrives, in the order of each."""
    named = [_sender(channel, number) for number in range(SENDERS)]
    with LivePair(channel, start_method, [_size(channel)]) as pair:
        pair.start(sender=None, receiver=partial(_receive_all, SENDERS * MESSAGES), more=named)
        got = [tuple(each) for each in pair.report(RECEIVER)["got"]]
    for number in range(SENDERS):
        came = [message for sender, message in got if sender == number]
        if came != list(range(MESSAGES)):
            raise ConformanceError(_told(f"of {MESSAGES} messages of sender {number + 1}", came))


def several_receivers(channel: type[Channel], start_method: str) -> None:
    """Of two receivers each message reaches one, or both, as the traits say, in order."""
    names = [f"{RECEIVER} {number + 1}" for number in range(RECEIVERS)]
    with LivePair(channel, start_method, [_size(channel)]) as pair:
        receiving = partial(_receive_all, None)
        pair.start(
            sender=partial(_send_all, 0, _pause_s(channel), True),
            receiver=None,
            more=[(name, RECEIVER, receiving) for name in names],
        )
        got = [[message for _, message in pair.report(name)["got"]] for name in names]
    expected = list(range(MESSAGES))
    if any(each != sorted(each) for each in got):
        raise ConformanceError("messages of one receiver were reordered")
    every = [message for each in got for message in each]
    if channel.traits.fan_out == COMPETING and sorted(every) != expected:
        raise ConformanceError(_told(f"of {MESSAGES} messages for either of two receivers", every))
    if channel.traits.fan_out == BROADCAST and any(each != expected for each in got):
        raise ConformanceError(_told(f"of {MESSAGES} messages for both of two receivers", min(got, key=len)))


def forked_after_use(channel: type[Channel], start_method: str) -> None:  # noqa: ARG001
    """A child that is forked by a sender that has sent sends as well, then its parent again; all are forked.

    A Queue that was handed over in another way knows nothing of forks.
    """
    with LivePair(channel, "fork", [_size(channel)]) as pair:
        pair.start(
            sender=partial(_fork_and_send, _pause_s(channel)),
            receiver=partial(_receive_all, len(FORKED) * MESSAGES),
        )
        pair.report(SENDER)
        got = [tuple(each) for each in pair.report(RECEIVER)["got"]]
    for number, who in enumerate(FORKED):
        came = [message for sender, message in got if sender == number]
        if came != list(range(MESSAGES)):
            raise ConformanceError(_told(f"of {MESSAGES} messages of {who}", came))


def _sender(channel: type[Channel], number: int) -> Named:
    return f"{SENDER} {number + 1}", SENDER, partial(_send_all, number, _pause_s(channel), True)


def _send_all(number: int, pause_s: float, closes: bool, ends: list[Endpoint], _: Wire) -> None:
    end, rest = ends[0], bytes(SIZE - 2 * NUMBER_BYTES)
    head = number.to_bytes(NUMBER_BYTES, "little")
    for message in range(MESSAGES):
        end.send(head + message.to_bytes(NUMBER_BYTES, "little") + rest)
        if pause_s:
            time.sleep(pause_s)
    if closes:
        end.close()


def _fork_and_send(pause_s: float, ends: list[Endpoint], wire: Wire) -> None:
    _send_all(0, pause_s, False, ends, wire)
    run_forked(partial(_send_all, 1, pause_s, False, ends, wire))
    _send_all(2, pause_s, True, ends, wire)


def run_forked(task: Callable[[], None]) -> None:
    """Do this in a child that is forked; raise ConformanceError where it hangs, fails or dies."""
    # An end of this kit is daemonic, so that none outlives it; its own child is waited for.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    child = multiprocessing.get_context("fork").Process(target=task)
    child.start()
    child.join(5.0)
    if child.exitcode != 0:
        child.kill()
        raise ConformanceError(f"a child that was forked after use ended with {child.exitcode}")


def _receive_all(count: int | None, ends: list[Endpoint], wire: Wire) -> None:
    """Receive so many messages, or until nothing comes any more; report sender and number of each."""
    end = ends[0]
    got: list[tuple[int, int]] = []
    try:
        while count is None or len(got) < count:
            with deadline(QUIET_S if count is None and got else 5.0):
                got.append(_parsed(end.receive()))
    except (EOFError, OSError):
        # Silence, or the end of the stream.
        pass
    wire.send({"got": got})


def _parsed(message: Any) -> tuple[int, int]:
    view = memoryview(message)
    number, rest = view[:NUMBER_BYTES], view[NUMBER_BYTES : 2 * NUMBER_BYTES]
    return int.from_bytes(number, "little"), int.from_bytes(rest, "little")


def _pause_s(channel: type[Channel]) -> float:
    return PAUSE_S if channel.traits.is_lossy else 0.0


def _size(channel: type[Channel]) -> int:
    return min(SIZE, channel.traits.limit_bytes or SIZE)


def _told(what: str, came: list[int]) -> str:
    twice = len(came) - len(set(came))
    return f"{what} {MESSAGES - len(set(came))} were lost and {twice} came twice, {len(came)} in all"
