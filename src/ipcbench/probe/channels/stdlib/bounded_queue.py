"""`multiprocessing.Queue(maxsize)`: `put` waits while so many messages have not been taken out."""

from __future__ import annotations

from dataclasses import replace
from multiprocessing.context import BaseContext
from typing import Any, ClassVar

from ipcbench.probe.channels.contract import LOSSLESS
from ipcbench.probe.channels.stdlib.queue import Queue


class BoundedQueue(Queue):
    """A Queue of which `put` blocks when so many messages are in it."""

    traits = replace(Queue.traits, delivery=LOSSLESS, of_its_own=False)
    maxsize: ClassVar[int]

    @classmethod
    def make(cls, context: BaseContext) -> Any:
        return context.Queue(cls.maxsize)


class Queue1(BoundedQueue):
    """`Queue(1)`."""

    maxsize = 1


class Queue16(BoundedQueue):
    """`Queue(16)`."""

    maxsize = 16


class Queue1024(BoundedQueue):
    """`Queue(1024)`."""

    maxsize = 1024
