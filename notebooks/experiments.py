"""What the notebooks try out with processes of their own; importable, so that it works without fork too."""

from __future__ import annotations

import multiprocessing
import os
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, TypeVar

from ipcbench.errors import UsageError
from ipcbench.launch.interpreter import find_interpreter

Value = TypeVar("Value")
CONTEXT = multiprocessing.get_context("spawn")
#: More than a pipe holds, so that a message takes many reads and writes.
LARGE_BYTES = 200_000
DEADLINE_S = 30.0


def enough(*values: Value) -> list[Value]:
    """Return all of these, or as many as CI tries so that all is run and little measured."""
    return list(values)[: int(os.environ.get("IPCBENCH_NOTEBOOK_VALUES", len(values)))]


def interpreters(names: Sequence[str]) -> list[str]:
    """Return which of these interpreters are found here; the one that runs this where none is."""
    found = []
    for name in names:
        with suppress(UsageError):
            find_interpreter(name)
            found.append(name)
    return found or [sys.executable]


def changed_after_pipe_send(times: int) -> int:
    """Return how often a list that was changed right after `send` arrived changed."""
    reader, writer = CONTEXT.Pipe(duplex=False)
    changed = 0
    for _ in range(times):
        message = ["as sent"]
        writer.send(message)
        message.append("changed later")
        changed += len(reader.recv()) > 1
    reader.close()
    writer.close()
    return changed


def changed_after_queue_put(times: int) -> int:
    """Return the same of `put`: the feeder thread pickles when it comes to it."""
    queue: Any = CONTEXT.Queue()
    changed = 0
    for _ in range(times):
        message = ["as sent"]
        queue.put(message)
        message.append("changed later")
        changed += len(queue.get()) > 1
    queue.close()
    queue.join_thread()
    return changed


def descriptors() -> int:
    """Return how many file descriptors this process has open. Linux."""
    return len(list(Path("/proc/self/fd").iterdir()))


def torn_by_readers(readers: int, messages: int, *, locked: bool) -> tuple[int, int]:
    """Return how many messages were torn or missing, and how many there were, with so many readers.

    The content is zeros: what is mistaken for a length is then 0, and a reader never asks for gigabytes.
    """
    reader, writer = CONTEXT.Pipe(duplex=False)
    results: Any = CONTEXT.SimpleQueue()
    lock = CONTEXT.Lock() if locked else None
    processes = [CONTEXT.Process(target=_read_some, args=(reader, lock, results)) for _ in range(readers)]
    for process in processes:
        process.start()
    for _ in processes:
        results.get()
    feeder = CONTEXT.Process(target=_write_some, args=(writer, None, messages))
    feeder.start()
    writer.close()
    reader.close()
    _end([feeder, *processes])
    whole = sum(results.get() for _ in processes)
    return messages - whole, messages


def torn_by_writers(writers: int, messages: int, *, through_queue: bool) -> tuple[int, int]:
    """Return the same for so many writers, each of so many messages; nobody locks anything."""
    if through_queue:
        queue: Any = CONTEXT.Queue()
        processes = [CONTEXT.Process(target=_put_some, args=(queue, messages)) for _ in range(writers)]
        for process in processes:
            process.start()
        whole = sum(len(queue.get(timeout=DEADLINE_S)) == LARGE_BYTES for _ in range(writers * messages))
        _end(processes)
        queue.close()
        return writers * messages - whole, writers * messages
    reader, writer = CONTEXT.Pipe(duplex=False)
    processes = [CONTEXT.Process(target=_write_some, args=(writer, None, messages)) for _ in range(writers)]
    for process in processes:
        process.start()
    writer.close()
    whole = _count_whole(reader, None)
    reader.close()
    _end(processes)
    return writers * messages - min(whole, writers * messages), writers * messages


def seconds_with_consumers(consumers: int, messages: int, work_s: float) -> float:
    """Return how long so many consumers of one queue take, each computing for `work_s` after each message."""
    queue: Any = CONTEXT.Queue()
    done: Any = CONTEXT.SimpleQueue()
    processes = [
        CONTEXT.Process(target=_consume, args=(queue, done, messages // consumers, work_s))
        for _ in range(consumers)
    ]
    for process in processes:
        process.start()
    for _ in processes:
        done.get()
    start_s = time.perf_counter()
    for _ in range(messages // consumers * consumers):
        queue.put(b"x" * 64)
    for _ in processes:
        done.get()
    took_s = time.perf_counter() - start_s
    _end(processes)
    queue.close()
    queue.join_thread()
    return took_s


def _read_some(reader: Connection, lock: Any, results: Any) -> None:
    results.put("ready")
    results.put(_count_whole(reader, lock))


def _count_whole(reader: Connection, lock: Any) -> int:
    """Receive until nothing more comes or a message is torn; return how many were whole."""
    whole = 0
    try:
        while True:
            if lock:
                with lock:
                    if not reader.poll(1.0):
                        return whole
                    message = reader.recv_bytes()
            else:
                if not reader.poll(1.0):
                    return whole
                message = reader.recv_bytes()
            if len(message) != LARGE_BYTES:
                # Torn: where the next message begins is lost with it.
                return whole
            whole += 1
    except (EOFError, OSError):
        return whole


def _write_some(writer: Connection, _lock: Any, messages: int) -> None:
    message = bytes(LARGE_BYTES)
    try:
        for _ in range(messages):
            writer.send_bytes(message)
    except OSError:
        # All readers have given up: what is torn cannot be read on.
        return


def _put_some(queue: Any, messages: int) -> None:
    for _ in range(messages):
        queue.put(bytes(LARGE_BYTES))


def _consume(queue: Any, done: Any, messages: int, work_s: float) -> None:
    done.put("ready")
    for _ in range(messages):
        queue.get()
        until_s = time.perf_counter() + work_s
        while time.perf_counter() < until_s:
            pass
    done.put("done")


def _end(processes: list[Any]) -> None:
    """Reap processes; kill those that do not end."""
    limit = time.monotonic() + DEADLINE_S
    for process in processes:
        process.join(max(0.1, limit - time.monotonic()))
        if process.is_alive():
            process.kill()
            process.join()
