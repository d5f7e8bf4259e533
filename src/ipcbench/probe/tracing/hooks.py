"""What is planted round the parts of a channel: they do what they did, and stamp.

Everything is planted in the process at one end, after fork or unpickling and before the first message; so
nothing has to pickle. `Queue._start_thread` hands the buffer, the condition, `_send_bytes` and the write lock
to the feeder when the first message is put: what stands there by then is what the feeder uses. The names are
the same in CPython 3.9 to 3.15, checked by `plant`.
"""

from __future__ import annotations

import threading
from collections import deque
from typing import Any, Callable

from ipcbench import words
from ipcbench.probe.clock import now_ns
from ipcbench.probe.tracing.tape import Tape


def _nothing() -> None:
    pass


class StampedLock:
    """A lock whose acquiring is stamped: `before` it is asked for, `after` it is held."""

    def __init__(self, lock: Any, tape: Tape, before: str | None, after: str | None) -> None:
        self._acquire, self.release = lock.acquire, lock.release
        self._before = tape.stamper(before) if before else _nothing
        self._after = tape.stamper(after) if after else _nothing

    def acquire(self, *arguments: Any) -> bool:
        """Acquire, with a stamp before and after."""
        self._before()
        held: bool = self._acquire(*arguments)
        self._after()
        return held

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()


class StampedCondition(threading.Condition):
    """Remembers when its last wait was over: a feeder that was awake already has no such moment."""

    awake_ns = 0

    def wait(self, timeout: float | None = None) -> bool:
        """Wait, and note when it was over."""
        woken = super().wait(timeout)
        self.awake_ns = now_ns()
        return woken


class StampedBuffer(deque[Any]):
    """Stamps what the feeder takes out of it, and when the feeder woke for that."""

    def __init__(self, tape: Tape, condition: StampedCondition) -> None:
        super().__init__()
        self._tape, self._condition = tape, condition
        self._stamp = tape.stamper(words.TAKEN)

    def popleft(self) -> Any:
        """Take, with a stamp."""
        taken = super().popleft()
        tape, condition = self._tape, self._condition
        if condition.awake_ns:
            tape.stamp_at(words.AWAKE, tape.count(words.TAKEN), condition.awake_ns)
            condition.awake_ns = 0
        self._stamp()
        return taken


def plant_writer(connection: Any, tape: Tape, *, before: str | None) -> None:
    """Stamp when a Connection begins to write a message (as `before`) and when it is written."""
    write: Callable[[Any], None] = connection._send_bytes
    stamp_before = tape.stamper(before) if before else _nothing
    stamp_after = tape.stamper(words.WRITTEN)

    def stamped(message: Any) -> None:
        stamp_before()
        write(message)
        stamp_after()

    connection._send_bytes = stamped


def plant_reader(connection: Any, tape: Tape) -> None:
    """Stamp when a Connection has read a message's header and its body."""
    read: Callable[[int], Any] = connection._recv
    now, then = tape.stamper(words.HEADER), tape.stamper(words.BODY)

    def stamped(size: int, *more: Any) -> Any:
        nonlocal now, then
        found = read(size, *more)
        now()
        now, then = then, now
        return found

    connection._recv = stamped


class StampedPickler:
    """Stands for `ForkingPickler` in a module of `multiprocessing`; stamps unpickling."""

    def __init__(self, pickler: Any, tape: Tape) -> None:
        self.dumps, self._loads = pickler.dumps, pickler.loads
        self._begun, self._done = tape.stamper(words.LOADING), tape.stamper(words.LOADED)

    def loads(self, message: Any) -> Any:
        """Unpickle, between two stamps."""
        self._begun()
        found = self._loads(message)
        self._done()
        return found
