"""A task's round trip: `Pool` and `ProcessPoolExecutor`, with one worker each."""

from __future__ import annotations

import gc
from collections import deque
from contextlib import suppress
from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import TYPE_CHECKING, Any

from ipcbench.probe.channels.contract import BLOCKS, UNBOUNDED, Channel, Endpoint, Traits

if TYPE_CHECKING:
    from concurrent.futures import Future
    from multiprocessing.pool import AsyncResult


def answer(message: Any) -> Any:
    """Be the task: return what it was given."""
    return message


class _Forkserver:
    """What starts the workers of this process, where it is a forkserver: ended with the last of them.

    Its socket would stay in the temporary folder of whoever started this process, until that one ends.
    """

    workers = 0

    @classmethod
    def begin(cls) -> None:
        cls.workers += 1

    @classmethod
    def end(cls, context: BaseContext) -> None:
        cls.workers -= 1
        if not cls.workers and context.get_start_method() == "forkserver":
            from multiprocessing.forkserver import _forkserver

            _forkserver._stop()  # type: ignore[attr-defined]


class Pool(Channel):
    """`Pool(1).apply_async`: three threads of the caller, two queues, a worker."""

    traits = Traits(
        transport="pipes to a worker",
        duplex=True,
        carries="objects",
        copies=10,
        wait="a thread's event",
        reference_loop="os-pipe",
        delivery=UNBOUNDED,
        dead_receiver=BLOCKS,
        fork_after_use=False,
        owns_receiver=True,
        suits="Many tasks with results; the one whose worker is killed never returns.",
    )

    def __init__(self, context: BaseContext, message_bytes: int) -> None:  # noqa: ARG002
        self._context = context

    def sender(self) -> Endpoint:
        pool: Any = self._context.Pool(1)
        _Forkserver.begin()
        worker = pool._pool[0]
        results: deque[AsyncResult[Any]] = deque()
        submit, take = pool.apply_async, results.popleft

        def close() -> None:
            nonlocal pool, submit
            if worker.exitcode is not None:
                # It was killed, and took the lock of its queue with it, for which `terminate` waits for ever.
                with suppress(ValueError):
                    pool._inqueue._rlock.release()
            pool.terminate()
            pool.join()
            # Where nothing is forked, the kernel keeps its semaphores until nothing refers to it.
            pool = submit = None
            gc.collect()
            _Forkserver.end(self._context)

        return Endpoint(
            send=lambda message: results.append(submit(answer, (message,))),
            receive=lambda: take().get(),
            close=close,
        )

    def receiver(self) -> Endpoint:
        raise TypeError("whoever sends a task starts who does it")

    def close(self) -> None:
        """The creator holds nothing."""


class Executor(Pool):
    """`ProcessPoolExecutor(1).submit`: a thread of the caller, a queue and a pipe, a worker."""

    traits = replace(
        Pool.traits,
        dead_receiver=Traits.dead_receiver,
        # It holds the end of its own queue that would have to be closed.
        dead_sender=BLOCKS,
        leaves="its worker stays, and waits",
        suits="Tasks with results, where a worker's death has to raise an error.",
    )

    def sender(self) -> Endpoint:
        from concurrent.futures import ProcessPoolExecutor

        executor: Any = ProcessPoolExecutor(1, mp_context=self._context)
        # It starts its worker with the first task.
        executor.submit(answer, None).result()
        _Forkserver.begin()
        results: deque[Future[Any]] = deque()
        submit, take = executor.submit, results.popleft

        def receive() -> Any:
            from concurrent.futures.process import BrokenProcessPool

            try:
                return take().result()
            except BrokenProcessPool as error:
                raise BrokenPipeError(str(error)) from error

        def close() -> None:
            nonlocal executor, submit
            executor.shutdown()
            executor = submit = None
            gc.collect()
            _Forkserver.end(self._context)

        return Endpoint(
            send=lambda message: results.append(submit(answer, message)),
            receive=receive,
            close=close,
        )
