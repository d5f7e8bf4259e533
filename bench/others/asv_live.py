"""Samples as asv takes them: of a warmed-up benchmark, each of 10 ms or more; so many seconds a cell."""

import json
import sys
import time

from live_stream import CELLS, FACTOR, LiveStream

SAMPLE_S, WARMUP_S = 0.01, 0.1
seconds = float(sys.argv[1])
found = {}
for channel, size in CELLS:
    live = LiveStream(channel, size)
    end = time.perf_counter() + min(WARMUP_S, seconds / 4)
    number = 0
    while time.perf_counter() < end:
        live()
        number += 1
    number = max(1, round(number * SAMPLE_S / min(WARMUP_S, seconds / 4)))
    samples = []
    end = time.perf_counter() + seconds * 3 / 4
    while time.perf_counter() < end:
        start = time.perf_counter()
        for _ in range(number):
            live()
        samples.append((time.perf_counter() - start) / number * FACTOR)
    live.close()
    found[f"{channel} {size}"] = samples
print(json.dumps(found))
