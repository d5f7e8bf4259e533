"""How much memory a process has, and giving back to the kernel what is free of it."""

from __future__ import annotations

import os
import sys

from ipcbench.probe.process.malloc import trim


class Moments:
    """Resident bytes of this process at some moments, by their names; 0 where the system does not say."""

    def __init__(self) -> None:
        self.bytes_at: dict[str, int] = {}

    def note(self, moment: str) -> None:
        """Note what is resident now."""
        self.bytes_at[moment] = resident_bytes()


def resident_bytes() -> int:
    """Return what of this process is in memory; 0 where the system does not say (not Linux)."""
    if not sys.platform.startswith("linux"):
        return 0
    with open("/proc/self/statm", encoding="ascii") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def give_back() -> None:
    """Return to the kernel what is free in the C library's heap, as far as that can be asked for."""
    trim()
