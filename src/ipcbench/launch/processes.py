"""Which processes there are, and whose. Linux."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

PROCESSES = Path("/proc")


def processes() -> list[int]:
    """Return the numbers of all; none where there is no such list."""
    with suppress(OSError):
        return [int(entry.name) for entry in PROCESSES.iterdir() if entry.name.isdigit()]
    return []


def parent(process: int) -> int | None:
    """Return whose child it is."""
    with suppress(OSError):
        # Behind the program's name, which may hold anything: the state, and the parent.
        return int((PROCESSES / f"{process}/stat").read_text(errors="replace").rpartition(")")[2].split()[1])
    return None


def families(tops: Collection[int]) -> dict[int, list[int]]:
    """Return each of these that there is with all below it."""
    children: dict[int | None, list[int]] = defaultdict(list)
    there = processes()
    for process in there:
        children[parent(process)].append(process)
    found = {top: [top] for top in tops if top in there}
    for family in found.values():
        for process in family:
            family += children[process]
    return found


def cpu_ns(process: int) -> int:
    """Return what all its threads have used so far, in nanoseconds; 0 where that is not told."""
    used = 0
    with suppress(OSError):
        for thread in (PROCESSES / f"{process}/task").iterdir():
            with suppress(OSError, ValueError):
                used += int((thread / "schedstat").read_text().split()[0])
    return used
