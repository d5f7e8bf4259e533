"""`multiprocessing.JoinableQueue`: a Queue that counts what is not done; `task_done` follows every `get`."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.queue import Queue


class JoinableQueue(Queue):
    """`JoinableQueue()`: a Queue whose receiver says when each message is done."""

    traits = replace(
        Queue.traits,
        below="queue",
        adds="counting what is not done",
        suits="Tasks whose sender wants to know when all of them are done.",
    )

    @classmethod
    def make(cls, context: BaseContext) -> Any:
        return context.JoinableQueue()

    def receiver(self) -> Endpoint:
        plain = super().receiver()
        get, done = plain.receive, self._queue.task_done

        def get_and_finish() -> Any:
            message = get()
            done()
            return message

        return replace(plain, receive=get_and_finish)
