"""Channels that are sound, and whose traits say of them what is not so."""

from __future__ import annotations

import os
from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any

from tests.conformance.broken_channels import Dropping

from ipcbench.probe.channels.contract import (
    ACCEPTS,
    BLOCKS,
    BROADCAST,
    COMPETING,
    DROPS_NEWEST,
    DROPS_OLDEST,
    LOSSLESS,
    RAISES,
    UNBOUNDED,
    Channel,
    Endpoint,
    Ends,
)
from ipcbench.probe.channels.sockets.datagrams import Udp
from ipcbench.probe.channels.stdlib.fifo import NamedPipe
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.probe.channels.stdlib.queue import Queue
from ipcbench.probe.channels.stdlib.simple_queue import SimpleQueue
from ipcbench.probe.channels.workers.subprocess_stdio import SubprocessStdio
from ipcbench.probe.channels.workers.tasks import Executor, Pool


class WaitsForNoEnd(Pipe):
    """A Pipe, whose receiver is told of its sender's close."""

    traits = replace(Pipe.traits, eof=BLOCKS)


class WaitsForTheDead(Pipe):
    """A Pipe, whose receiver is told of its sender's death."""

    traits = replace(Pipe.traits, dead_sender=BLOCKS)


class BlocksForTheDead(Pipe):
    """A Pipe, whose sender is told of its receiver's death."""

    traits = replace(Pipe.traits, dead_receiver=BLOCKS)


class AcceptsForTheDead(Pipe):
    """The same."""

    traits = replace(Pipe.traits, dead_receiver=ACCEPTS)


class Outlived(Queue):
    """A Queue, whose buffer dies with its sender."""

    traits = replace(Queue.traits, outlives_sender=True)


class Forgotten(Pipe):
    """A Pipe, in which all that was sent stays though its sender dies."""

    traits = replace(Pipe.traits, outlives_sender=False)


class Bounded(Queue):
    """A Queue, which takes all that is put."""

    traits = replace(Queue.traits, delivery=LOSSLESS)


class Boundless(Pipe):
    """A Pipe, which holds 64 KiB."""

    traits = replace(Pipe.traits, delivery=UNBOUNDED)


class Losing(Queue):
    """A Queue, which loses nothing."""

    traits = replace(Queue.traits, delivery=DROPS_NEWEST)


class LosingTheOldest(Udp):
    """UDP, which loses what comes last."""

    traits = replace(Udp.traits, delivery=DROPS_OLDEST)


class Limited(Pipe):
    """A Pipe, which takes any message."""

    traits = replace(Pipe.traits, limit_bytes=1000)


class NeverEmpty(Pipe):
    """A Pipe, which carries empty messages, too."""

    traits = replace(Pipe.traits, zero_byte=False)


class Forgetful(Dropping):
    """Loses every tenth message of each of its senders."""

    traits = replace(Pipe.traits, ends=Ends(None, 1))


class Broadcasting(SimpleQueue):
    """A SimpleQueue, whose messages reach one receiver each."""

    traits = replace(SimpleQueue.traits, fan_out=BROADCAST)


class OfOneProcess(Pipe):
    """Refuses whoever is not the process that became its sender."""

    def sender(self) -> Endpoint:
        end, owner = super().sender(), os.getpid()

        def send(message: Any) -> None:
            if os.getpid() != owner:
                raise OSError("another process")
            end.send(message)

        return replace(end, send=send)


class ForkedOnly(Pipe):
    """A Pipe, which can be handed over in any way."""

    traits = replace(Pipe.traits, start_methods=("fork",))


class ForgetsItsFile(NamedPipe):
    """A FIFO, which is a file."""

    traits = replace(NamedPipe.traits, leaves="")


class SaysThatItStays(Pipe):
    """A Pipe, of which nothing stays."""

    traits = replace(Pipe.traits, leaves="a socket stays")


class TellingPool(Pool):
    """A Pool, which says nothing of its worker's death."""

    traits = replace(Pool.traits, dead_receiver=RAISES)


class StayingPool(Pool):
    """A Pool, whose worker ends once its caller is killed."""

    traits = replace(Pool.traits, dead_sender=BLOCKS)


class LeavingPool(Pool):
    """The same."""

    traits = replace(Pool.traits, leaves="its worker stays")


class EndingExecutor(Executor):
    """An executor, whose worker stays though its caller is killed."""

    traits = replace(Executor.traits, dead_sender=RAISES)


class TidyExecutor(Executor):
    """The same."""

    traits = replace(Executor.traits, leaves="")


class BoundedPool(Pool):
    """A Pool, which takes all tasks."""

    traits = replace(Pool.traits, delivery=LOSSLESS)


class BoundlessProgram(SubprocessStdio):
    """A program, whose standard input is a pipe."""

    traits = replace(SubprocessStdio.traits, delivery=UNBOUNDED)


class NeverEmptyPool(Pool):
    """A Pool, which answers empty messages, too."""

    traits = replace(Pool.traits, zero_byte=False)


class LimitedPool(Pool):
    """A Pool, which takes any message."""

    traits = replace(Pool.traits, limit_bytes=1000)


class ForkedPool(Pool):
    """A Pool, whose threads no child of its caller has."""

    traits = replace(Pool.traits, fork_after_use=True)


class ToEach(Channel):
    """Truly reaches each of two receivers: a pipe for either, which takes the place that is free."""

    traits = replace(SimpleQueue.traits, ends=Ends(1, None), fan_out=BROADCAST)

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._pipes = [context.Pipe(duplex=False) for _ in range(2)]
        self._taken = context.Value("i", 0)

    def sender(self) -> Endpoint:
        writers = [writer for _, writer in self._pipes]

        def send(message: bytes) -> None:
            for writer in writers:
                writer.send_bytes(message)

        return Endpoint(send=send, close=self.close)

    def receiver(self) -> Endpoint:
        with self._taken:
            place = self._taken.value
            self._taken.value += 1
        reader, _ = self._pipes[place]
        for _, writer in self._pipes:
            writer.close()
        return Endpoint(receive=reader.recv_bytes, close=self.close)

    def close(self) -> None:
        for reader, writer in self._pipes:
            reader.close()
            writer.close()


class ToEither(ToEach):
    """The same, of which it is said that either of them gets a message."""

    traits = replace(ToEach.traits, fan_out=COMPETING)
