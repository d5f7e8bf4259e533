"""A deadline for code that may block for ever inside a channel."""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from ipcbench.errors import IpcbenchError


@contextmanager
def deadline(seconds: float) -> Iterator[None]:
    """Raise TimeoutError in the main thread after `seconds`, whatever a library makes of it.

    A timer that already runs (an outer deadline, a test runner's time limit) goes on afterwards. Without
    SIGALRM (Windows) this does nothing: there the driver's own deadline ends the process.
    """
    if not hasattr(signal, "setitimer"):
        yield
        return

    late: list[TimeoutError] = []

    def expire(_signal: int, _frame: FrameType | None) -> None:
        late.append(TimeoutError(f"nothing moved for {seconds:g} s"))
        raise late[0]

    before = signal.signal(signal.SIGALRM, expire)
    start_s = time.monotonic()
    outer_left_s, _ = signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    except Exception as error:
        # What is ours says what was waited for.
        if late and error is not late[0] and not isinstance(error, IpcbenchError):
            raise late[0] from error
        raise
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)
        if outer_left_s:
            signal.setitimer(signal.ITIMER_REAL, max(1e-6, outer_left_s - (time.monotonic() - start_s)))
