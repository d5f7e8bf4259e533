"""The cells as a suite of pytest-benchmark."""

import pytest
from live_stream import CELLS, LiveStream, clock


@pytest.mark.benchmark(timer=clock)
@pytest.mark.parametrize(("channel", "size"), CELLS)
def test_stream(benchmark, channel, size):
    live = LiveStream(channel, size)
    benchmark(live)
    live.close()
