"""What the processes of live cases take of the cores while none of the cases is asked for anything.

A receiver that polls, a library's own threads or a server take it from others that are timed in turns.
Linux: elsewhere nothing is known.
"""

from __future__ import annotations

import time
from collections.abc import Collection

from ipcbench.launch.processes import cpu_ns, families

#: How long is looked, and which share of a core is more than one that waits ever takes.
LOOK_S, MOST_SHARE = 0.05, 0.05


def idle_shares(tops: Collection[int]) -> dict[int, float]:
    """Return how much of a core each process, with all below it, uses in a time of rest."""
    found = families(tops)
    if not found:
        return {}
    before, began_s = {top: sum(map(cpu_ns, family)) for top, family in found.items()}, time.monotonic()
    time.sleep(LOOK_S)
    after, took_s = (
        {top: sum(map(cpu_ns, family)) for top, family in found.items()},
        time.monotonic() - began_s,
    )
    return {top: max(0, after[top] - before[top]) / 1e9 / took_s for top in found}
