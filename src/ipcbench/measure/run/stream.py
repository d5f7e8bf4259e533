"""Which progress suits a stream."""

from __future__ import annotations

import sys
from typing import TextIO, cast

from ipcbench.measure.run.progress import Lines, Progress
from ipcbench.streams import Lenient


def progress_on(stream: TextIO | None = None) -> Progress:
    """Return what suits a stream (standard error, unless given): a live display on a terminal, else lines."""
    stream = cast(TextIO, Lenient(stream or sys.stderr))
    if not stream.isatty():
        return Lines(stream)
    # rich, which is slow to import.
    from ipcbench.measure.run.display import Display

    return Display(stream)
