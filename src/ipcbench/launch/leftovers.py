"""Ends what a launcher leaves: the rest of its session, and what a channel started in one of its own.

What a channel starts may leave its session and clear its environment, too. When its parent ends, Linux gives
it to the nearest ancestor that has asked for orphans: to a command, whose children end with it.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from ipcbench.probe.process import guard

#: How long a launcher whose wire closed, or a resource tracker whose processes have gone, may take to end.
LAST_WORDS_S = 1.0
#: A process may be starting another one while it is looked at.
LOOKS, BETWEEN_S = 3, 0.002
#: Of a command that ends: who has given its children away may have done so many times over.
ORPHAN_LOOKS, REAPING_S = 20, 2.0
#: Of prctl(2): orphans below this process become its children.
_PR_SET_CHILD_SUBREAPER = 36


def end_session(leader: int) -> None:
    """Kill whatever is left of the launcher's session after a moment, forkservers included."""
    if sys.platform != "win32":
        limit = time.monotonic() + LAST_WORDS_S
        with suppress(ProcessLookupError, PermissionError):
            while time.monotonic() < limit:
                os.killpg(leader, 0)
                time.sleep(BETWEEN_S)
            kill_session(leader)


def kill_session(leader: int) -> None:
    """Kill what is in the launcher's session."""
    if sys.platform == "linux":
        _end(lambda process: _group(process) == leader)
    if sys.platform != "win32":
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(leader, signal.SIGKILL)


def end_strays(folder: str) -> list[int]:
    """Kill every process whose environment names this temporary folder of a launcher; return which.

    Nothing else of the launcher's session is left by then. Who clears its environment is not found. Linux.
    """
    if sys.platform != "linux":
        return []
    inherited = f"TMPDIR={folder}".encode()
    return _end(lambda process: inherited in _listed(process, "environ"))


def adopt_orphans() -> None:
    """Become the parent of whatever loses its own below this process, where the system can do that."""
    if sys.platform == "linux":
        import ctypes

        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def end_orphans() -> list[int]:
    """Kill and reap all children of this process: a command that ends needs none. Return which."""
    if sys.platform != "linux":
        return []
    own = os.getpid()
    ended = _end(lambda process: _parent(process) == own, ORPHAN_LOOKS)
    limit = time.monotonic() + REAPING_S
    with suppress(ChildProcessError):
        while time.monotonic() < limit:
            if os.waitpid(-1, os.WNOHANG) == (0, 0):
                time.sleep(BETWEEN_S)
    return ended


def _end(belongs: Callable[[int], bool], looks: int = LOOKS) -> list[int]:
    """Kill all that belong, trackers and guards last: they remove what the others have made. Return which."""
    ended: list[int] = []
    for look in range(looks):
        found = [process for process in _processes() if process not in ended and belongs(process)]
        last = [process for process in found if _goes_last(process)]
        others = [process for process in found if process not in last]
        _kill(others)
        ended += others
        if not others:
            break
        time.sleep(BETWEEN_S * (look + 1))
    limit = time.monotonic() + LAST_WORDS_S
    while last and time.monotonic() < limit:
        time.sleep(BETWEEN_S)
        last = [process for process in last if _goes_last(process)]
    _kill(last)
    return ended + last


def _kill(processes: list[int]) -> None:
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            os.kill(process, signal.SIGKILL)


def _processes() -> list[int]:
    own = os.getpid()
    return [
        number
        for entry in Path("/proc").iterdir()
        if entry.name.isdigit() and (number := int(entry.name)) != own
    ]


def _parent(process: int) -> int | None:
    with suppress(OSError):
        # Behind the program's name, which may hold anything: the state, and the parent.
        return int(Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    return None


def _group(process: int) -> int | None:
    with suppress(OSError):
        return os.getpgid(process)
    return None


def _goes_last(process: int) -> bool:
    """Whether it is a resource tracker or a guard, and no zombie."""
    words = _listed(process, "cmdline")
    is_guard = _listed(process, "comm")[:1] == [f"{guard.NAME}\n".encode()] and any(words)
    return is_guard or any(b"multiprocessing.resource_tracker" in word for word in words)


def _listed(process: int, name: str) -> list[bytes]:
    with suppress(OSError):
        return Path(f"/proc/{process}/{name}").read_bytes().split(b"\0")
    return []
