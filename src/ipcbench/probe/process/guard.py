"""A process that removes what a channel keeps in the kernel or the file system where its creator was killed.

It is forked before the channel is handed out, holds nothing but a pipe, and waits for a word or for its
creator's end. Where there is no fork, a creator that is killed leaves what its channel kept.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress

from ipcbench.probe.process.deadline import deadline
from ipcbench.probe.protocol.inheritance import close_in_forked_children

#: As it calls itself, for whoever ends a launcher's processes: it goes after the others (Linux).
NAME = "ipcbench-guard"
#: No more descriptors are open in a probe; a channel may have some hundreds.
MOST_DESCRIPTORS = 65536


class Guard:
    """Calls `remove` once this process has ended without `dismiss`, within so many seconds."""

    def __init__(self, remove: Callable[[], object], deadline_s: float) -> None:
        self._process = None
        if not hasattr(os, "fork"):
            return
        heard, self._word = os.pipe()
        self._process = os.fork()
        if not self._process:
            _wait(heard, remove, deadline_s)
        os.close(heard)
        # The peers would keep it open.
        close_in_forked_children(self)

    @property
    def process(self) -> int:
        """Its number; 0 where there is no fork, or it was dismissed."""
        return self._process or 0

    def fileno(self) -> int:
        """Return the descriptor whose closing it waits for; -1 once that is closed."""
        return self._word

    def close(self) -> None:
        """Close this process's copy."""
        if self._word >= 0:
            os.close(self._word)
            self._word = -1

    def dismiss(self) -> None:
        """Let it end: what there was to remove has been removed. Twice is harmless."""
        if self._process:
            with suppress(OSError):
                os.write(self._word, b".")
            self.close()
            os.waitpid(self._process, 0)
            self._process = None


def _wait(heard: int, remove: Callable[[], object], deadline_s: float) -> None:
    try:
        os.closerange(3, heard)
        os.closerange(heard + 1, MOST_DESCRIPTORS)
        with suppress(OSError), open("/proc/self/comm", "w") as comm:
            comm.write(NAME)
        if not os.read(heard, 1):
            with suppress(Exception), deadline(deadline_s):
                remove()
    finally:
        os._exit(0)
