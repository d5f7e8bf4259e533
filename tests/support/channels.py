"""Channels of one's own, for tests: they work, fail or lose messages on purpose."""

from __future__ import annotations

import os
import sys
import time
from dataclasses import replace
from multiprocessing.context import BaseContext
from types import FrameType
from typing import Any

from ipcbench.probe.channels.contract import Endpoint, Requires
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.probe.channels.stdlib.queue import Queue


class Mine(Pipe):
    """A channel that works."""


class Slow(Pipe):
    """Works a good while for every message: many times what a Pipe takes, on a machine of any speed."""

    def sender(self) -> Endpoint:
        end = super().sender()

        def send(message: Any) -> None:
            sum(range(20_000))
            end.send(message)

        return replace(end, send=send)


class SlowWhereAsked(Slow):
    """Slow where IPCBENCH_SLOW is 1, else a Pipe."""

    def sender(self) -> Endpoint:
        return super().sender() if os.environ.get("IPCBENCH_SLOW") == "1" else Pipe.sender(self)


class Sleeps(Pipe):
    """Rests 5 ms after every message: a Pipe is far faster on a machine that is busy, too."""

    def sender(self) -> Endpoint:
        end = super().sender()

        def send(message: Any) -> None:
            end.send(message)
            time.sleep(5e-3)

        return replace(end, send=send)


class Inherited(Pipe):
    """Is handed to a child by a fork only."""

    traits = replace(Pipe.traits, start_methods=("fork",))


class OfNoPackage(Pipe):
    """Needs a package that nobody has."""

    traits = replace(Pipe.traits, requires=Requires("no-such-ipc", "no_such_ipc", "none"))


class OfNoServer(Pipe):
    """Needs a program that nobody has."""

    traits = replace(
        Pipe.traits, requires=Requires("python", "os", "none", "no-such-server", "install the server")
    )


class Small(Pipe):
    """Carries nothing above 100 B."""

    traits = replace(Pipe.traits, limit_bytes=100)


class Lossy(Pipe):
    """Drops every tenth message."""

    def sender(self) -> Endpoint:
        end, count = super().sender(), iter(range(1_000_000))

        def send(message: Any) -> None:
            if next(count) % 10 != 9:
                end.send(message)

        return Endpoint(send=send, close=end.close)


class DropsAnEighth(Pipe):
    """Says that it may lose messages, and loses every eighth; what tells the end of a batch is shorter."""

    traits = replace(Pipe.traits, carries="bytes", delivery="drops_newest", reference_loop="os-pipe")

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self.message_bytes = message_bytes

    def sender(self) -> Endpoint:
        end, count = super().sender(), iter(range(1_000_000_000))

        def send(message: Any) -> None:
            if len(message) != self.message_bytes or next(count) % 8 != 7:
                self.give(end, message)

        return replace(end, send=send)

    def give(self, end: Endpoint, message: Any) -> None:
        """Hand over what is not dropped."""
        end.send(message)


class DropsTheFirst(DropsAnEighth):
    """Loses the first message after each pause: of a trial of one message nothing comes."""

    def sender(self) -> Endpoint:
        end, paused = Pipe.sender(self), [True]

        def send(message: Any) -> None:
            is_mark = len(message) != self.message_bytes
            if is_mark or not paused[0]:
                end.send(message)
            paused[0] = is_mark

        return replace(end, send=send)


class DropsWholeTrials(DropsAnEighth):
    """Loses all messages of each third trial, as who takes the newest only and was off its core so long."""

    def sender(self) -> Endpoint:
        end, trials, paused = Pipe.sender(self), 0, True

        def send(message: Any) -> None:
            nonlocal trials, paused
            is_mark = len(message) != self.message_bytes
            trials += paused and not is_mark
            if is_mark or trials % 3:
                end.send(message)
            paused = is_mark

        return replace(end, send=send)


class DropsAll(DropsAnEighth):
    """Delivers what is verified, and nothing after it."""

    def sender(self) -> Endpoint:
        end, count = Pipe.sender(self), iter(range(1_000_000_000))

        def send(message: Any) -> None:
            if len(message) != self.message_bytes or next(count) < 64:
                end.send(message)

        return replace(end, send=send)


class DropsAndRepeats(DropsAnEighth):
    """What it does not drop it hands over twice."""

    def give(self, end: Endpoint, message: Any) -> None:
        end.send(message)
        end.send(message)


class Unwilling(Pipe):
    """Cannot be opened."""

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        raise ValueError("not today")


class FailsLater(Pipe):
    """Raises once it was verified: the first trial needs more messages than are sent, however slow all is."""

    def sender(self) -> Endpoint:
        end, count = super().sender(), iter(range(1_000_000))

        def send(message: Any) -> None:
            if next(count) > 64:
                raise ValueError("boom")
            end.send(message)

        return Endpoint(send=send, close=end.close)


class WantsSwitchInterval(Pipe):
    """Works where both ends have a switch interval of 2 ms."""

    def sender(self) -> Endpoint:
        _require_switch_interval("sender")
        return super().sender()

    def receiver(self) -> Endpoint:
        _require_switch_interval("receiver")
        return super().receiver()


def _require_switch_interval(end: str) -> None:
    if sys.getswitchinterval() != 0.002:
        raise ValueError(f"{sys.getswitchinterval()} at the {end}")


NotAChannel = dict


class Losing(Queue):
    """A queue that is handed what cannot be pickled: its feeder finds out when `put` has long returned."""

    def sender(self) -> Endpoint:
        end = super().sender()
        return replace(end, send=lambda message: end.send(lambda: message))


class Stalls(Pipe):
    """Holds the first message of every batch back for 40 ms, as TCP does with the last bytes of one."""

    stall_s = 40e-3

    def receiver(self) -> Endpoint:
        end = super().receiver()
        batch: FrameType | None = None

        def receive() -> Any:
            nonlocal batch
            message = end.receive()
            # A batch is one call of the calling loop. Pauses would be no sign: a busy machine makes some.
            if sys._getframe(1) is not batch:
                batch = sys._getframe(1)
                time.sleep(self.stall_s)
            return message

        return Endpoint(receive=receive, close=end.close)


class StallsBriefly(Stalls):
    """The same, for 10 ms."""

    stall_s = 10e-3


class StallsSlowly(StallsBriefly):
    """The same, with a sender that takes several times as long for each message."""

    def sender(self) -> Endpoint:
        end = super().sender()

        def send(message: Any) -> None:
            for _ in range(600):
                pass
            end.send(message)

        return Endpoint(send=send, close=end.close)
