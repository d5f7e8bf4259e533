"""A deadline for code that may block for ever inside a channel."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the main thread after `seconds`.

    A timer that already runs (an outer deadline, a test runner's time limit) goes on afterwards. Without
    SIGALRM (Windows) this does nothing: there the driver's own deadline ends the process.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    def expire(_signal: int, _frame: FrameType | None) -> None:
        raise TimeoutError(f"nothing moved for {seconds:g} s")

    before = signal.signal(signal.SIGALRM, expire)
    start_s = time.monotonic()
    outer_left_s, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer_left_s:
            signal.setitimer(signal.ITIMER_REAL, max(1e-6, outer_left_s - (time.monotonic() - start_s)))
