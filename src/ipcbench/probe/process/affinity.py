"""Which core a peer runs on."""

from __future__ import annotations

import os

from ipcbench.errors import CaseError


def usable_cores() -> list[int]:
    """The cores that this process may run on; empty where affinity cannot be read (macOS, Windows)."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []


def separate_cores(cores: list[int]) -> list[int]:
    """Of these cores, one for each physical core, so that `split` ends do not share one."""
    chosen: list[int] = []
    taken: set[int] = set()
    for core in cores:
        if core not in taken:
            chosen.append(core)
            taken |= _siblings(core)
    return chosen


def _siblings(core: int) -> set[int]:
    try:
        with open(f"/sys/devices/system/cpu/cpu{core}/topology/thread_siblings_list") as listing:
            return {number for part in listing.read().split(",") for number in _range(part)}
    except (OSError, ValueError):
        return {core}


def _range(part: str) -> range:
    low, _, high = part.partition("-")
    return range(int(low), int(high or low) + 1)


def pin(core: int | None, process: int = 0) -> None:
    """Bind a process (0: this one), and what threads it starts, to a core; None: the scheduler decides."""
    if core is not None:
        try:
            os.sched_setaffinity(process, {core})
        except OSError as error:
            raise CaseError(
                f"no process may be bound to a core here: {error.strerror}; accepted: --placement free"
            ) from error
