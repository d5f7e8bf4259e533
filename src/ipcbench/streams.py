"""Standard streams whose reader may go, or whose disk may be full, without a consequence."""

from __future__ import annotations

import os
import select
from contextlib import suppress
from typing import Any, TextIO

from ipcbench.visible import visible_lines

#: So much goes into a pipe at once, whatever the characters, where it takes any.
PART_CHARACTERS = 1000
#: How long progress waits for whoever reads it.
PATIENCE_S = 1.0


class Lenient:
    """Writes to a stream while that works; what cannot be written is dropped, and `failure` says why.

    What is measured, stored and returned must not depend on who reads the progress. Everything but writing is
    the stream's own.
    """

    def __init__(self, stream: TextIO | None, patience_s: float | None = None) -> None:
        """Take a stream; None, which Python has for one that was closed at its start, is written nowhere.

        What cannot be written for so long, as to a terminal that was stopped (Ctrl-S), is dropped; without
        patience it is waited for, as a pager has it.
        """
        self._stream, self._patience_s = stream, patience_s
        self._is_stuck = False
        self.failure: OSError | ValueError | None = None

    def write(self, text: str) -> int:
        """Write, or drop; return the number of characters as if all had been written."""
        if self._stream is not None and self.failure is None:
            try:
                for start in range(0, len(text), PART_CHARACTERS):
                    if self._takes_more():
                        self._stream.write(text[start : start + PART_CHARACTERS])
            except (OSError, ValueError) as error:
                self._give_up(error)
        return len(text)

    def flush(self) -> None:
        """Flush, or drop what cannot be."""
        if self._stream is not None and self.failure is None:
            try:
                if self._takes_more():
                    self._stream.flush()
            except (OSError, ValueError) as error:
                self._give_up(error)

    def _takes_more(self) -> bool:
        """Whether writing a part would not wait; once it did, it is looked at again without patience."""
        if self._patience_s is None or self._stream is None or not hasattr(select, "poll"):
            return True
        looked = select.poll()
        try:
            looked.register(self._stream.fileno(), select.POLLOUT)
        except (OSError, ValueError):  # a stream in memory has no descriptor
            return True
        self._is_stuck = not looked.poll(0 if self._is_stuck else 1000 * self._patience_s)
        return not self._is_stuck

    def isatty(self) -> bool:
        """Whether somebody looks at a terminal there."""
        return self._stream is not None and self.failure is None and self._stream.isatty()

    def _give_up(self, error: OSError | ValueError) -> None:
        self.failure = error
        if self._stream is not None:
            discard(self._stream)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)


class Visible(Lenient):
    """Shows what cannot be seen: whatever stands in a text from elsewhere moves no cursor."""

    def write(self, text: str) -> int:
        """Write a text of ours, with whatever stands in it, in lines and tabs."""
        super().write(visible_lines(text))
        return len(text)

    @property
    def as_it_is(self) -> Lenient:
        """The same stream for a display of ours, which moves the cursor."""
        return Lenient(self._stream, self._patience_s)


def discard(stream: TextIO) -> None:
    """Send what is still to be written to a stream nowhere, what it holds back included.

    Python would flush it when it ends, fail, and end with status 120.
    """
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
