"""Looking at processes from outside, as `ps` does. Linux."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path


def stat_of(process: int) -> list[str]:
    """Return what `stat` says of a process behind its name, the state first; raise OSError if it is gone."""
    return Path(f"/proc/{process}/stat").read_text(errors="replace").rpartition(")")[2].split()


def parents() -> dict[int, int]:
    """Return each live process's parent; zombies do not count."""
    found = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                state, parent = stat_of(int(entry.name))[:2]
            except OSError:
                continue
            if state != "Z":
                found[int(entry.name)] = int(parent)
    return found


def descendants(process: int) -> list[int]:
    """Return all live processes below this one, nearest first."""
    tree = parents()
    found = [process]
    for ancestor in found:
        found += [child for child, parent in tree.items() if parent == ancestor]
    return found[1:]


def generations(process: int) -> list[list[int]]:
    """Return the live processes below this one by their distance from it."""
    tree, rows = parents(), [[process]]
    while rows[-1]:
        rows.append([child for child, parent in tree.items() if parent in rows[-1]])
    return rows[1:-1]


def wait_until(condition: Callable[[], bool], timeout_s: float = 20.0) -> None:
    """Wait for a condition; fail where it does not come true."""
    limit = time.monotonic() + timeout_s
    while not condition():
        if time.monotonic() > limit:
            raise AssertionError("this did not come true in time")
        time.sleep(0.01)


def alive(processes: list[int]) -> list[int]:
    """Return those of the processes that are still there."""
    now = parents()
    return [process for process in processes if process in now]


def open_descriptors() -> set[str]:
    """Return the numbers of this process's open file descriptors, but for the one that looks."""
    return {path.name for path in Path("/proc/self/fd").iterdir() if path.exists()}
