"""Where stamps are kept: one preallocated array for each moment, a slot for each message."""

from __future__ import annotations

import os
import sys
import threading
import time
from array import array

from ipcbench.probe.clock import now_ns

#: What a stamp holds when it is detailed: the clock, the thread's CPU time, its wait for a core.
CLOCKS = ("wall", "cpu", "delay")


class Tape:
    """The stamps of one process. Off until `begin`; a message without a moment keeps 0 there.

    A message's number is its place among the messages since `begin`: each moment counts for itself, in the
    one thread that it happens in. Channels deliver in order, which every launch verifies first.
    """

    def __init__(self, *, detailed: bool = False) -> None:
        self._clocks = CLOCKS if detailed else CLOCKS[:1]
        self._rows: dict[str, dict[str, array[int]]] = {}
        self._counts: dict[str, int] = {}
        self._schedstats = threading.local()

    def begin(self, messages: int, moments: tuple[str, ...]) -> None:
        """Forget everything and make room for so many messages at these moments."""
        self._counts = dict.fromkeys(moments, 0)
        self._rows = {
            moment: {clock: array("q", bytes(8 * messages)) for clock in self._clocks} for moment in moments
        }

    def count(self, moment: str) -> int:
        """Return how many messages have come to a moment."""
        return self._counts.get(moment, 0)

    def stamp(self, moment: str) -> None:
        """Note that the next message has come to this moment."""
        row = self._rows.get(moment)
        if row is not None:
            number = self._counts[moment]
            self._counts[moment] = number + 1
            if number < len(row["wall"]):
                row["wall"][number] = now_ns()
                if len(row) > 1:
                    self._note_more(row, number)

    def stamp_at(self, moment: str, number: int, at_ns: int) -> None:
        """Note when one message came to a moment, which not every message has."""
        row = self._rows.get(moment)
        if row is None or number >= len(row["wall"]):
            return
        row["wall"][number] = at_ns
        if len(row) > 1:
            self._note_more(row, number)

    def _note_more(self, row: dict[str, array[int]], number: int) -> None:
        row["cpu"][number] = time.thread_time_ns()
        row["delay"][number] = self._run_delay_ns()

    def _run_delay_ns(self) -> int:
        """Return how long this thread has waited for a core. Linux only, 0 elsewhere."""
        if sys.platform != "linux":
            return 0
        descriptor = getattr(self._schedstats, "descriptor", None)
        if descriptor is None:
            path = f"/proc/self/task/{threading.get_native_id()}/schedstat"
            try:
                descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
            except OSError:
                descriptor = -1
            self._schedstats.descriptor = descriptor
        return int(os.pread(descriptor, 64, 0).split()[1]) if descriptor >= 0 else 0

    def end(self) -> dict[str, dict[str, array[int]]]:
        """Stop stamping; return nanoseconds by moment, clock and message, without moments that never came."""
        found = {moment: row for moment, row in self._rows.items() if any(row["wall"])}
        self._rows = {}
        return found
