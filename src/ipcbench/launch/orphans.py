"""Processes that have left everything behind that they could be known by: ended with the command. Linux.

What a channel starts may leave its session and clear its environment (`leftovers` looks for either). When its
parent ends, the kernel gives it to the nearest ancestor that has asked for orphans: to a command, which then
has no other children than those that it knows.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

#: Of prctl(2): orphans below this process become its children.
_PR_SET_CHILD_SUBREAPER = 36
#: What is killed may just have started another.
_LOOKS, _DEADLINE_S = 20, 2.0


def adopt_orphans() -> None:
    """Become the parent of whatever loses its own below this process, where the system can do that."""
    if sys.platform != "linux":
        return
    import ctypes

    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans() -> list[int]:
    """Kill and reap all children of this process: a command that ends needs none. Return which."""
    if sys.platform != "linux":
        return []
    ended: list[int] = []
    limit = time.monotonic() + _DEADLINE_S
    for _ in range(_LOOKS):
        children = _children()
        for child in children:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(child, signal.SIGKILL)
        ended += [child for child in children if child not in ended]
        while time.monotonic() < limit and any(map(_is_there, children)):
            time.sleep(1e-3)
        if not children or time.monotonic() >= limit:
            break
    return ended


def _children() -> list[int]:
    """Return the children of all threads of this process."""
    found: list[int] = []
    for task in Path("/proc/self/task").iterdir():
        with suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return found


def _is_there(child: int) -> bool:
    """Whether a child has not ended yet; reap it if it has."""
    with suppress(ChildProcessError):
        return os.waitpid(child, os.WNOHANG) == (0, 0)
    return False
