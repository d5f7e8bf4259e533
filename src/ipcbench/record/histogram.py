"""Latency histograms in the field's format: HdrHistogram V2, three significant digits, in nanoseconds."""

from __future__ import annotations

import weakref
import zlib
from base64 import b64decode
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from hdrh.histogram import HdrHistogram

LOWEST_NS, HIGHEST_NS, DIGITS = 1, 600 * 10**9, 3
#: Recording in bulk is the cheaper the more there is, and must not grow with the run.
MOST_WAITING_BYTES = 1 << 20
#: So few stay in the processor's cache while they are sorted into buckets, and take no memory to speak of.
PART_VALUES = 1 << 15
#: What comes before the compressed part of a stored text, and the most that the part may unpack to.
HEADER_BYTES, MOST_BYTES = 8, 4 << 20


def empty_histogram() -> HdrHistogram:
    """Return a histogram whose values are within 0.1 % from 1 ns to ten minutes."""
    from hdrh.histogram import HdrHistogram

    return _without_cycle(HdrHistogram(LOWEST_NS, HIGHEST_NS, DIGITS))


def _without_cycle(histogram: HdrHistogram) -> HdrHistogram:
    """Let a histogram's 250 KB go with its last reference, not with some later garbage collection."""
    histogram.encoder.histogram = weakref.proxy(histogram)
    return histogram


def record_all(histogram: HdrHistogram, round_trips_ns: bytes) -> None:
    """Add native 64-bit nanoseconds in bulk: one call for each bucket that occurs, not for each message.

    As when each value is recorded by itself, but that a value beyond the range counts as the largest.
    """
    import numpy as np

    values = np.frombuffer(round_trips_ns, dtype=np.int64)
    counts = np.zeros(histogram.counts_len, dtype=np.int64)
    for start in range(0, len(values), PART_VALUES):
        part = values[start : start + PART_VALUES]
        # The package drops negative values too.
        indices = _bucket_indices(histogram, np.minimum(part[part >= 0], HIGHEST_NS))
        counts += np.bincount(indices, minlength=len(counts))
    for index in np.flatnonzero(counts).tolist():
        histogram.record_value(histogram.get_value_from_index(index), int(counts[index]))


def _bucket_indices(histogram: HdrHistogram, values: np.ndarray) -> np.ndarray:
    """Return where each value is counted: HdrHistogram's `countsArrayIndex`, for a unit of 1 ns.

    A value up to 2^11 - 1 has its own bucket; each doubling from there on has 2^10 buckets.
    """
    import numpy as np

    half = histogram.sub_bucket_half_count_magnitude
    # A double holds every value below 2^53, so its exponent is the value's length in bits.
    bits = np.frexp(values)[1].astype(np.int64)
    doublings = np.maximum(bits - (half + 1), 0)
    indices: np.ndarray = (doublings << half) + (values >> doublings)
    return indices


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
    """Return a histogram as text: HdrHistogram V2, compressed, base64."""
    text: bytes = histogram.encode()
    return text.decode("ascii")


def decode(text: str) -> HdrHistogram:
    """Return the histogram of a stored text; raise ValueError if it is none."""
    from hdrh.histogram import HdrHistogram

    try:
        # Documents are untrusted: a few KB may be the beginning of terabytes.
        unpacked = zlib.decompressobj().decompress(b64decode(text)[HEADER_BYTES:], MOST_BYTES + 1)
        if len(unpacked) > MOST_BYTES:
            raise ValueError(f"it unpacks to more than {MOST_BYTES >> 20} MiB")
        return _without_cycle(HdrHistogram.decode(text))
    except Exception as error:  # the package raises its own, zlib's, binascii's and ctypes' errors
        raise ValueError(f"not an HdrHistogram: {error}") from error


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
