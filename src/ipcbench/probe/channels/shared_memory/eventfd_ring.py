"""The ring of `shared-ring` with two eventfds in place of its semaphores. Linux, CPython 3.10 and later."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import partial
from multiprocessing.connection import Connection
from multiprocessing.context import BaseContext

from ipcbench.probe.channels.shared_memory.slots import SharedRing


class _Count:
    """What `acquire` and `release` of a semaphore do, by an eventfd; handed over as a Connection is."""

    def __init__(self, value: int) -> None:
        descriptor = os.eventfd(value, os.EFD_SEMAPHORE | os.EFD_CLOEXEC)
        self._holder = Connection(descriptor)
        self._name()

    def _name(self) -> None:
        descriptor = self._holder.fileno()
        self.acquire = partial(os.eventfd_read, descriptor)
        self.release = partial(os.eventfd_write, descriptor, 1)

    def __getstate__(self) -> Connection:
        return self._holder

    def __setstate__(self, holder: Connection) -> None:
        self._holder = holder
        self._name()

    def close(self) -> None:
        self._holder.close()


class SharedRingEventfd(SharedRing):
    """`shared-ring` by eventfds: descriptors, which an event loop can wait for."""

    traits = replace(
        SharedRing.traits,
        wait="eventfd",
        below="shared-ring",
        adds="eventfds for semaphores",
        suits="Large messages for a loop that polls several descriptors. Linux only.",
    )

    @classmethod
    def missing(cls) -> str:
        return "" if hasattr(os, "eventfd") else "no os.eventfd here; accepted: Linux, Python 3.10 or later"

    def __init__(self, context: BaseContext, message_bytes: int) -> None:
        super().__init__(context, message_bytes)
        self._free, self._filled = _Count(self._slots.count), _Count(0)  # type: ignore[assignment]

    def close(self) -> None:
        super().close()
        self._free.close()  # type: ignore[attr-defined]
        self._filled.close()  # type: ignore[attr-defined]
