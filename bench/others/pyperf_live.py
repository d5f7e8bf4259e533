"""The cells as a script of pyperf."""

import time

import pyperf
from live_stream import CELLS, FACTOR, LiveStream


def timed(loops, channel, size):
    live = LiveStream(channel, size)
    live()
    start = time.perf_counter()
    for _ in range(loops):
        live()
    took = time.perf_counter() - start
    live.close()
    return took * FACTOR


runner = pyperf.Runner()
for channel, size in CELLS:
    runner.bench_time_func(f"{channel} {size}", timed, channel, size)
