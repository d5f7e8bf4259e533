"""Which hooks which channel takes: one line each."""

from __future__ import annotations

import multiprocessing.connection
import multiprocessing.queues
import threading
from typing import Any, Callable

from ipcbench import words
from ipcbench.errors import CaseError
from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.channels.stdlib.duplex_pipe import DuplexPipe
from ipcbench.probe.channels.stdlib.joinable_queue import JoinableQueue
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.probe.channels.stdlib.queue import Queue
from ipcbench.probe.channels.stdlib.simple_queue import SimpleQueue
from ipcbench.probe.tracing import hooks
from ipcbench.probe.tracing.tape import Tape

Planter = Callable[[Any, Tape], None]


def _pipe_sender(channel: Any, tape: Tape) -> None:
    hooks.plant_writer(channel._writer, tape, before=words.PICKLED)


def _pipe_receiver(channel: Any, tape: Tape) -> None:
    hooks.plant_reader(channel._reader, tape)
    _plant_pickler(multiprocessing.connection, tape)


def _duplex_sender(channel: Any, tape: Tape) -> None:
    hooks.plant_writer(channel._near, tape, before=words.PICKLED)


def _duplex_receiver(channel: Any, tape: Tape) -> None:
    hooks.plant_reader(channel._far, tape)
    _plant_pickler(multiprocessing.connection, tape)


def _simple_sender(channel: Any, tape: Tape) -> None:
    queue = channel._queue
    hooks.plant_writer(queue._writer, tape, before=None)
    queue._wlock = hooks.StampedLock(queue._wlock, tape, words.PICKLED, words.WRITE_LOCKED)


def _queue_sender(channel: Any, tape: Tape) -> None:
    """Before the first put: then the feeder is handed all this."""
    queue = channel._queue
    if queue._thread is not None:
        raise CaseError("the queue's feeder runs already: too late to plant stamps")
    _simple_sender(channel, tape)
    queue._notempty = hooks.StampedCondition(threading.Lock())
    queue._buffer = hooks.StampedBuffer(tape, queue._notempty)


def _queue_receiver(channel: Any, tape: Tape) -> None:
    queue = channel._queue
    hooks.plant_reader(queue._reader, tape)
    queue._rlock = hooks.StampedLock(queue._rlock, tape, None, words.READ_LOCKED)
    _plant_pickler(multiprocessing.queues, tape)


def _plant_pickler(module: Any, tape: Tape) -> None:
    """For the whole process, which has no other channel."""
    module._ForkingPickler = hooks.StampedPickler(module._ForkingPickler, tape)


#: channel -> what is planted at the sender, what at the receiver.
PLANTERS: dict[type[Channel], tuple[Planter, Planter]] = {
    Pipe: (_pipe_sender, _pipe_receiver),
    DuplexPipe: (_duplex_sender, _duplex_receiver),
    SimpleQueue: (_simple_sender, _queue_receiver),
    Queue: (_queue_sender, _queue_receiver),
    JoinableQueue: (_queue_sender, _queue_receiver),
}


def planters(channel: type[Channel]) -> tuple[Planter, Planter] | None:
    """Return what plants stamps at a channel's sender and receiver; None where that is not known."""
    return next((PLANTERS[kind] for kind in channel.__mro__ if kind in PLANTERS), None)


def plant(channel: Channel, role: str, tape: Tape) -> None:
    """Plant a channel's stamps at one end, in its process; raise CaseError where that is not known how."""
    found = planters(type(channel))
    if found is None:
        known = ", ".join(each.__name__ for each in PLANTERS)
        raise CaseError(f"{type(channel).__name__} has no stages to stamp; accepted: {known}")
    try:
        found[role == words.RECEIVER](channel, tape)
    except AttributeError as error:
        raise CaseError(f"this Python's multiprocessing has no such part: {error}") from error
