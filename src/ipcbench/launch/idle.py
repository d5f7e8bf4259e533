"""What the processes of live cases take of the cores while none of the cases is asked for anything.

A receiver that polls, a library's own threads or a server take it from others that are timed in turns.
Linux: elsewhere nothing is known.
"""

from __future__ import annotations

import time
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from ipcbench.probe.process.children import descendants

#: How long is looked, and which share of a core is more than one that waits ever takes.
LOOK_S, MOST_SHARE = 0.05, 0.05


def idle_shares(tops: Collection[int]) -> dict[int, float]:
    """Return how much of a core each process, with all below it, uses in a time of rest."""
    families = {top: [top, *descendants(top)] for top in tops if Path(f"/proc/{top}").is_dir()}
    if not families:
        return {}

    def used() -> dict[int, int]:
        return {top: sum(map(cpu_ns, family)) for top, family in families.items()}

    before, began_s = used(), time.monotonic()
    time.sleep(LOOK_S)
    after, took_s = used(), time.monotonic() - began_s
    return {top: max(0, after[top] - before[top]) / 1e9 / took_s for top in families}


def cpu_ns(process: int) -> int:
    """Return what all its threads have used so far, in nanoseconds; 0 where that is not told."""
    used = 0
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError, ValueError):
                used += int((thread / "schedstat").read_text().split()[0])
    return used
