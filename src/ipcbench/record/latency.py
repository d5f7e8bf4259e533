"""Latency histograms in the field's format: HdrHistogram V2, three significant digits, in nanoseconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from hdrh.histogram import HdrHistogram

LOWEST_NS, HIGHEST_NS, DIGITS = 1, 600 * 10**9, 3
#: Recording in bulk is the cheaper the more there is, and must not grow with the run.
MOST_WAITING_BYTES = 1 << 20


def empty_histogram() -> HdrHistogram:
    """Return a histogram whose values are within 0.1 % from 1 ns to ten minutes."""
    from hdrh.histogram import HdrHistogram

    return HdrHistogram(LOWEST_NS, HIGHEST_NS, DIGITS)


def record_all(histogram: HdrHistogram, round_trips_ns: bytes) -> None:
    """Add native 64-bit nanoseconds in bulk: one call for each distinct value, not for each message."""
    import numpy as np

    values, counts = np.unique(np.frombuffer(round_trips_ns, dtype=np.int64), return_counts=True)
    for value, count in zip(values.tolist(), counts.tolist(), strict=True):
        histogram.record_value(min(value, HIGHEST_NS), count)


class RoundTrips:
    """Collects the round trips of one launch in bounded memory, however many they are."""

    def __init__(self) -> None:
        self._waiting = bytearray()
        self._histogram: HdrHistogram | None = None

    def add(self, round_trips_ns: bytes) -> None:
        """Add native 64-bit nanoseconds."""
        self._waiting += round_trips_ns
        if len(self._waiting) >= MOST_WAITING_BYTES:
            self._record()

    def encoded(self) -> str | None:
        """Return the histogram of all that was added, None if that was nothing."""
        if self._waiting:
            self._record()
        return None if self._histogram is None else encode(self._histogram)

    def _record(self) -> None:
        self._histogram = self._histogram or empty_histogram()
        record_all(self._histogram, bytes(self._waiting))
        self._waiting.clear()


def encode(histogram: HdrHistogram) -> str:
    text: bytes = histogram.encode()
    return text.decode("ascii")


def decode(text: str) -> HdrHistogram:
    """Return the histogram of a stored text; raise ValueError if it is none."""
    from hdrh.histogram import HdrHistogram

    try:
        return HdrHistogram.decode(text)
    except Exception as error:  # the package raises its own, zlib's, binascii's and ctypes' errors
        raise ValueError(f"not an HdrHistogram: {error}") from error


def merged(texts: Iterable[str]) -> HdrHistogram:
    """Return the sum of stored histograms."""
    return added(map(decode, texts))


def added(histograms: Iterable[HdrHistogram]) -> HdrHistogram:
    """Return the sum of histograms, which stay as they are."""
    total = empty_histogram()
    for histogram in histograms:
        total.add(histogram)
    return total


def counts_by_value(histogram: HdrHistogram) -> tuple[np.ndarray, np.ndarray]:
    """Return the recorded values in ns (highest of each equivalent range) and how often each came."""
    import numpy as np

    counts = np.ctypeslib.as_array(histogram.encoder.payload.counts).astype(np.int64)
    indices = np.flatnonzero(counts)
    half = histogram.sub_bucket_half_count_magnitude
    # As HdrHistogram's valueFromIndex: up to 2^11 - 1 a bucket each, then 2^10 for each doubling.
    doublings = np.maximum((indices >> half) - 1, 0)
    lowest = (indices - (doublings << half)) << doublings
    return lowest + (1 << doublings) - 1, counts[indices]
