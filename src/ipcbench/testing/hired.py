"""Checks of who answers in a channel whose sender starts it: when its sender is killed, when it stands still.

Of a process that nobody waits for any more only Linux tells.
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from functools import partial
from itertools import islice

from ipcbench.probe.channels.contract import BLOCKS, LOSSLESS, Channel, Endpoint
from ipcbench.probe.integrity import FrameLedger, IntegrityError, numbered
from ipcbench.probe.payloads.random_bytes import RandomBytes, random_bytes
from ipcbench.probe.process.children import children, descendants
from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.wire import Wire
from ipcbench.testing import endings, room
from ipcbench.testing.pair import END_DEADLINE_S, ConformanceError, LivePair
from ipcbench.testing.system_files import lines
from ipcbench.words import SENDER

SMALL_BYTES = 64
LOOK_S = 0.02


def killed_sender(channel: type[Channel], start_method: str) -> None:
    """Who answers ends once its sender is killed, or waits and stays, as declared."""
    traits = channel.traits
    with LivePair(channel, start_method, [SMALL_BYTES]) as pair:
        pair.start(sender=_use_and_stay, receiver=None)
        hired = set(pair.report(SENDER)["hired"])
        try:
            pair.kill(SENDER)
            waits = traits.dead_sender == BLOCKS
            left = alive_after(endings.BLOCKED_S if waits else endings.SILENCE_S, hired)
        finally:
            _signal(signal.SIGKILL, hired)
    after = "the sender was killed, and"
    if waits and hired and not left:
        raise ConformanceError(f"{after} who answers it ended; the traits say that it waits")
    if left and not waits:
        later = f"{endings.SILENCE_S:g} s later"
        raise ConformanceError(f"{after} {len(left)} processes that it started were there {later}")
    if bool(left) != bool(traits.leaves) and hired:
        stayed = f"{len(left)} processes" if left else "nothing"
        raise ConformanceError(f"{after} {stayed} stayed; the traits say leaves={traits.leaves!r}")


def _use_and_stay(ends: list[Endpoint], wire: Wire) -> None:
    ends[0].send(random_bytes(SMALL_BYTES, 0))
    ends[0].receive()
    wire.send({"hired": sorted(_hired())})
    wire.receive(END_DEADLINE_S)


def _hired() -> set[int]:
    """Return all processes that this one has started, and that these have."""
    return {*children(), *descendants(os.getpid())}


def alive_after(limit_s: float, processes: Collection[int]) -> list[int]:
    """Return those that are still there when all have ended, or after so long."""
    limit = time.monotonic() + limit_s
    while True:
        left = [each for each in processes if is_alive(each)]
        if not left or time.monotonic() > limit:
            return left
        time.sleep(LOOK_S)


def is_alive(process: int) -> bool:
    """Whether it has not ended; one whose end nobody has asked for yet has."""
    if state := "".join(lines(f"/proc/{process}/stat")):
        return state.rpartition(")")[2].split()[0] not in ("Z", "X")
    try:
        os.kill(process, 0)
    except OSError:
        return False
    return True


def _signal(number: int, processes: Collection[int]) -> None:
    for process in processes:
        with suppress(OSError):
            os.kill(process, number)


def stalled_receiver(channel: type[Channel], start_method: str) -> None:
    """What becomes of 4,000 messages of 4 KiB to one that stands still is as declared; then each is answered.

    Who waits is interrupted: of a caller that takes no answers meanwhile nothing would ever go on.
    """
    size = min(room.STALL_BYTES, channel.traits.limit_bytes or room.STALL_BYTES)
    with LivePair(channel, start_method, [size]) as pair:
        pair.start(sender=partial(_send_to_the_still, size, channel.traits.delivery), receiver=None)
        accepted = pair.report(SENDER)["accepted"]
        pair.report(SENDER)
    many = f"{accepted} of {room.STALL_MESSAGES} messages of {size} B"
    late = f"{many} were accepted within {room.ACCEPTING_S:g} s"
    room.check_accepted(accepted == room.STALL_MESSAGES, size, channel.traits.delivery, late)


def _send_to_the_still(size: int, delivery: str, ends: list[Endpoint], wire: Wire) -> None:
    end, accepted, ledger = ends[0], 0, FrameLedger(room.STALL_MESSAGES, size)
    limit_s = room.WAITING_S if delivery == LOSSLESS else room.ACCEPTING_S
    end.send(random_bytes(size, 0))
    end.receive()
    # What starts them, a forkserver, answers nothing.
    answering = [each for each in _hired() if not descendants(each)]
    with _standing_still(answering), suppress(TimeoutError), deadline(limit_s):
        for message in islice(numbered(RandomBytes, size, room.STALL_MESSAGES), room.STALL_MESSAGES):
            end.send(message)
            accepted += 1
    wire.send({"accepted": accepted})
    for _ in range(accepted):
        ledger.take(end.receive())
    try:
        # The message that ends them is not among them, nor what was not accepted.
        ledger.check(lossy=True)
    except IntegrityError as error:
        raise ConformanceError(str(error)) from error
    if ledger.arrived != accepted:
        raise ConformanceError(f"{accepted} messages were accepted, and {ledger.arrived} answered")
    end.close()


@contextmanager
def _standing_still(processes: Collection[int]) -> Iterator[None]:
    _signal(signal.SIGSTOP, processes)
    try:
        yield
    finally:
        _signal(signal.SIGCONT, processes)
