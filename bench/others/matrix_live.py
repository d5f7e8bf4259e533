"""The cells as a matrix of benchmatrix."""

import pytest
from benchmatrix import BenchmarkCase, make_benchmark_test
from live_stream import CELLS, LiveStream, clock

_live = {}


def stream(channel, size):
    """Send through a pair that lives as long as this process."""
    if (channel, size) not in _live:
        _live[channel, size] = LiveStream(channel, size)
    _live[channel, size]()


def _named(channel):
    def call(size):
        stream(channel, size)

    return call


cases = [BenchmarkCase.from_values(str(size), size) for size in sorted({size for _, size in CELLS})]
test_stream = pytest.mark.benchmark(timer=clock)(
    make_benchmark_test(
        {channel: _named(channel) for channel, _ in CELLS}, cases, metrics=["single_call_latency"]
    )
)


@pytest.fixture(scope="module", autouse=True)
def ended():
    yield
    for live in _live.values():
        live.close()
