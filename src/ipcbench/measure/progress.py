"""What a run says while it goes on; silent while a trial is timed."""

from __future__ import annotations

import sys
from typing import Protocol, TextIO

from ipcbench.plan.case import Group


class Progress(Protocol):
    """Told between launches of groups, never during one."""

    def launching(self, pass_number: int, done: int, total: int, group: Group, elapsed_s: float) -> None:
        """A group is about to be launched for the (done + 1)th of `total` times."""

    def failed(self, why: str) -> None:
        """A case failed; the others go on."""

    def finished(self, elapsed_s: float) -> None:
        """Nothing more will be launched."""


class Silent:
    """Says nothing."""

    def launching(self, pass_number: int, done: int, total: int, group: Group, elapsed_s: float) -> None:
        pass

    def failed(self, why: str) -> None:
        pass

    def finished(self, elapsed_s: float) -> None:
        pass


class Lines:
    """One rewritten line on a terminal, one line a pass elsewhere."""

    def __init__(self, stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._live = self._stream.isatty()
        self._pass = -1

    def launching(self, pass_number: int, done: int, total: int, group: Group, elapsed_s: float) -> None:
        if self._live:
            line = f"pass {pass_number + 1}, launch {done + 1} of {total}, {elapsed_s:.0f} s: {group.name}"
            self._write(f"\r\x1b[K{line[:100]}")
        elif pass_number != self._pass:
            self._write(f"pass {pass_number + 1}: launch {done + 1} of {total} after {elapsed_s:.0f} s\n")
        self._pass = pass_number

    def failed(self, why: str) -> None:
        self._write(f"{self._clear}failed: {why}\n")

    def finished(self, elapsed_s: float) -> None:
        self._write(f"{self._clear}measured for {elapsed_s:.0f} s\n")

    @property
    def _clear(self) -> str:
        return "\r\x1b[K" if self._live else ""

    def _write(self, text: str) -> None:
        self._stream.write(text)
        self._stream.flush()
