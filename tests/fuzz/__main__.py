"""`make fuzz`: inputs of every kind for so many minutes; a fault is named with what repeats it."""

from __future__ import annotations

import argparse
import os
import random
import shutil
import sys
import tempfile
import time
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

from tests.fuzz.engine import Outcome, preload
from tests.fuzz.kinds import KINDS

BATCH = 200


def once(kind: str, seed: int) -> Outcome:
    """Make one input of a kind, the same for the same seed, and return what became of it."""
    here = Path.cwd()
    folder = Path(tempfile.mkdtemp(prefix="ipcbench-fuzz-"))
    os.environ["XDG_CACHE_HOME"] = str(folder / "cache")
    try:
        return KINDS[kind](random.Random(f"{kind} {seed}"), folder)
    finally:
        os.chdir(here)
        shutil.rmtree(folder, ignore_errors=True)


def main() -> int:
    """Fuzz; return 1 where there was a fault."""
    parser = argparse.ArgumentParser(prog="python -m tests.fuzz", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=0, help="The first input's number.")
    parser.add_argument("--inputs", type=int, default=10**9, help="At most so many.")
    parser.add_argument("--kind", choices=list(KINDS), action="append")
    parser.add_argument("--side-by-side", type=int, default=os.cpu_count() or 1)
    asked = parser.parse_args()
    kinds, limit_s = asked.kind or list(KINDS), time.monotonic() + 60 * asked.minutes
    numbers = range(asked.seed, asked.seed + asked.inputs)
    statuses, faults = Counter[tuple[str, int]](), Counter[str]()
    slowest, largest = 0.0, 0
    preload()
    with ProcessPoolExecutor(asked.side_by_side, get_context("fork")) as pool:
        while numbers and time.monotonic() < limit_s:
            batch, numbers = numbers[:BATCH], numbers[BATCH:]
            of = [kinds[number % len(kinds)] for number in batch]
            for kind, number, found in zip(of, batch, pool.map(once, of, batch, chunksize=5), strict=True):
                statuses[kind, found.status] += 1
                slowest, largest = max(slowest, found.seconds), max(largest, found.peak_bytes)
                if found.fault:
                    faults[found.fault] += 1
                    words = found.out.decode(errors="backslashreplace")[-1500:]
                    print(f"{found.fault}: --kind {kind!r} --seed {number} --inputs 1\n{words}", flush=True)
    for (kind, status), count in sorted(statuses.items()):
        print(f"{kind:14} status {status}: {count:6}")
    print(
        f"{statuses.total()} inputs, {faults.total()} faults; the slowest took {slowest:.1f} s, "
        f"the largest {largest >> 20} MiB"
    )
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
