"""The processes that one has started, by whatever means."""

from __future__ import annotations

import multiprocessing
import os
from contextlib import suppress


def children() -> set[int]:
    """Return the numbers of this one's, those of subprocess included where Linux tells."""
    return {each.pid or 0 for each in multiprocessing.active_children()} | _started_by("self")


def descendants(process: int) -> list[int]:
    """Return all that a process has started, and what these have, the latest last; Linux."""
    found: list[int] = []
    for child in sorted(_started_by(process)):
        found += [child, *descendants(child)]
    return found


def _started_by(process: int | str) -> set[int]:
    found: set[int] = set()
    try:
        threads = os.listdir(f"/proc/{process}/task")
    except OSError:
        return found
    for thread in threads:
        # A thread may have ended meanwhile.
        with suppress(OSError), open(f"/proc/{process}/task/{thread}/children", encoding="ascii") as listing:
            found.update(map(int, listing.read().split()))
    return found
