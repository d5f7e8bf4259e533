"""A machine that others use, too: processes that burn a core for a while, then rest, then burn another one.

python bench/random_load.py 1        # one such process, with this seed, until it is stopped
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager

LONGEST_BURST_S, SHORTEST_BURST_S, LONGEST_REST_S = 0.6, 0.02, 0.2


def burn(seed: int) -> None:
    """Burn one core after the other, each drawn, until whoever started this is gone."""
    rng, parent = random.Random(seed), os.getppid()
    while os.getppid() == parent:
        if hasattr(os, "sched_setaffinity"):
            os.sched_setaffinity(0, {rng.randrange(os.cpu_count() or 1)})
        end_s = time.monotonic() + rng.uniform(SHORTEST_BURST_S, LONGEST_BURST_S)
        while time.monotonic() < end_s:
            pass
        time.sleep(rng.uniform(0, LONGEST_REST_S))


@contextmanager
def random_load(processes: int) -> Iterator[None]:
    """Have so many of them burn while this lasts."""
    started = [subprocess.Popen([sys.executable, __file__, str(seed)]) for seed in range(processes)]
    try:
        yield
    finally:
        for process in started:
            process.kill()
            process.wait()


if __name__ == "__main__":
    burn(int(sys.argv[1]))
