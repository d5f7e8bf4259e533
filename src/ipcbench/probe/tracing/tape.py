"""Where stamps are kept: preallocated arrays for each moment, a slot for each message."""

from __future__ import annotations

import os
import sys
import threading
import time
from array import array
from collections import defaultdict
from collections.abc import Sequence
from typing import Callable

from ipcbench.probe.clock import now_ns
from ipcbench.words import CLOCKS


class Track:
    """One moment of all messages. Has room for none until the tape begins."""

    __slots__ = ("number", "room", "rows")

    def __init__(self) -> None:
        self.begin(0, ())

    def begin(self, messages: int, clocks: Sequence[str]) -> None:
        """Forget all, and make room for so many messages at each clock."""
        self.number, self.room = 0, messages
        self.rows = [array("q", bytes(8 * messages)) for _ in clocks]


class Tape:
    """The stamps of one process. Off until `begin`; a message without a moment keeps 0 there.

    A message's number is its place among the messages since `begin`: each moment counts for itself, in the
    one thread that it happens in. Channels deliver in order, which every launch verifies first.
    """

    def __init__(self, *, detailed: bool = False) -> None:
        self._clocks = CLOCKS if detailed else CLOCKS[:1]
        self._tracks: defaultdict[str, Track] = defaultdict(Track)
        self._schedstats = threading.local()

    def stamper(self, moment: str) -> Callable[[], None]:
        """Return what to call when the next message comes to this moment."""
        track, more = self._tracks[moment], self._note_more if len(self._clocks) > 1 else None

        def stamp() -> None:
            number = track.number
            if number < track.room:
                track.number = number + 1
                track.rows[0][number] = now_ns()
                if more:
                    more(track, number)

        return stamp

    def stamp_at(self, moment: str, number: int, at_ns: int) -> None:
        """Note when one message came to a moment, which not every message has."""
        track = self._tracks[moment]
        if number < track.room:
            track.rows[0][number] = at_ns
            if len(self._clocks) > 1:
                self._note_more(track, number)

    def count(self, moment: str) -> int:
        """Return how many messages have come to a moment."""
        return self._tracks[moment].number

    def begin(self, messages: int, moments: Sequence[str]) -> None:
        """Forget everything and make room for so many messages at these moments."""
        for moment in moments:
            self._tracks[moment].begin(messages, self._clocks)

    def end(self) -> dict[str, dict[str, array[int]]]:
        """Stop stamping; return nanoseconds by moment, clock and message, without moments that never came."""
        found = {}
        for moment, track in self._tracks.items():
            track.room = 0
            if track.rows and any(track.rows[0]):
                found[moment] = dict(zip(self._clocks, track.rows))
        return found

    def _note_more(self, track: Track, number: int) -> None:
        track.rows[1][number] = time.thread_time_ns()
        track.rows[2][number] = self._run_delay_ns()

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
