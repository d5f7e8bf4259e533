"""Processes that a channel started in a session of their own, found by the folder that they inherited."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import suppress
from pathlib import Path

#: A process may be starting another one while it is looked at.
LOOKS, BETWEEN_S = 3, 0.002


def end_strays(folder: str) -> list[int]:
    """Kill every process whose environment names this temporary folder of a launcher; return which.

    Nothing else of the launcher's session is left by then. Who clears its environment is not found. Linux.
    """
    ended: list[int] = []
    if sys.platform != "linux":
        return ended
    for look in range(LOOKS):
        found = [process for process in _of_environment(f"TMPDIR={folder}".encode()) if process not in ended]
        for process in found:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(process, signal.SIGKILL)
        ended += found
        if not found:
            break
        time.sleep(BETWEEN_S * (look + 1))
    return ended


def _of_environment(setting: bytes) -> list[int]:
    found = []
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and int(entry.name) != os.getpid():
            with suppress(OSError):
                if setting in (entry / "environ").read_bytes().split(b"\0"):
                    found.append(int(entry.name))
    return found
