"""A run that goes on, as lines of a log."""

from __future__ import annotations

from typing import TextIO

from ipcbench.measure.run.progress import RunStatus


class Lines:
    """A line a pass, and one for each failure: for logs."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._pass = -1

    def launching(self, status: RunStatus) -> None:
        """Write where the run stands, once a pass."""
        if status.pass_number != self._pass:
            self._write(status.headline)
        self._pass = status.pass_number

    def failed(self, why: str) -> None:
        """Write why a case failed."""
        self._write(f"failed: {why}")

    def finished(self, elapsed_s: float) -> None:
        """Write how long it took."""
        self._write(f"measured for {elapsed_s:.0f} s")

    def _write(self, line: str) -> None:
        print(line, file=self._stream, flush=True)
