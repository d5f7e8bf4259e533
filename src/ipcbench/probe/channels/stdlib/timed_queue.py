"""`multiprocessing.Queue` whose receiver calls `get(timeout=...)`: it polls before it reads."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.queue import Queue

#: Never reached where messages come; what matters is that there is one.
TIMEOUT_S = 600.0


class TimedQueue(Queue):
    """A Queue whose receiver calls `get(timeout=...)`, which polls before it reads."""

    traits = replace(Queue.traits, of_its_own=False)

    def receiver(self) -> Endpoint:
        return replace(super().receiver(), receive=partial(self._queue.get, timeout=TIMEOUT_S))
