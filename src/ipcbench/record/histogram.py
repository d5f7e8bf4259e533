"""Latency histograms in the field's format: HdrHistogram V2, three significant digits, in nanoseconds."""

from __future__ import annotations

import binascii
import weakref
import zlib
from base64 import b64decode
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from hdrh.histogram import HdrHistogram

LOWEST_NS, HIGHEST_NS, DIGITS = 1, 600 * 10**9, 3
#: Recording in bulk is the cheaper the more there is, and must not grow with the run.
MOST_WAITING_BYTES = 1 << 20
#: So few stay in the processor's cache while they are sorted into buckets, and take no memory to speak of.
PART_VALUES = 1 << 15
#: What comes before the compressed part of a stored text, what before the counts in it, and the most that the
#: part may unpack to: two bytes a bucket, of which hardly any launch fills a tenth.
PACKED_HEADER_BYTES, HEADER_BYTES, MOST_BYTES = 8, 40, 1 << 16
#: Of all the histograms of a record together.
MOST_BYTES_OF_ALL = 64 << 20
#: 2^10 buckets for each doubling are three digits; a count in more bytes than this is none of messages.
HALF_BITS, LONGEST_COUNT_BYTES = 10, 8

#: Values in nanoseconds, ascending, and how often each came.
Counts = tuple["np.ndarray", "np.ndarray"]


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


def counts_of(text: str) -> Counts:
    """Return what a stored text has counted; raise ValueError for one that is no histogram as we write them.

    What it is of (digits, range) is looked at before anything is counted, and nothing takes more memory than
    the buckets that have a count: documents are untrusted, and a run has thousands of these.
    """
    import numpy as np

    try:
        payload = _unpacked(b64decode(text, validate=True))
    except (binascii.Error, zlib.error, ValueError) as error:
        raise ValueError(f"not an HdrHistogram: {error}") from error
    like, buckets = _pattern()
    length = int.from_bytes(payload[4:8], "big")
    if payload[:4] != like[:4] or payload[8:HEADER_BYTES] != like[8:HEADER_BYTES]:
        raise ValueError("not an HdrHistogram of 1 ns to ten minutes with three digits")
    words = np.frombuffer(payload, dtype=np.uint8, offset=HEADER_BYTES)
    if length != len(words):
        raise ValueError(f"not an HdrHistogram: {length} bytes of counts are announced, {len(words)} there")
    steps = _zigzag(words)
    # A count below zero is a run of so many empty buckets.
    places = np.cumsum(np.where(steps < 0, -steps, 1)) - 1
    if len(places) and places[-1] >= buckets:
        raise ValueError("not an HdrHistogram: counts beyond its range")
    counted = steps > 0
    return _highest_values(places[counted]), steps[counted]


def unpacked_bytes(text: str) -> int:
    """Return how much a stored text unpacks to; 0 for one that is no histogram."""
    try:
        return len(_unpacked(b64decode(text, validate=True)))
    except (binascii.Error, zlib.error, ValueError):
        return 0


def _unpacked(content: bytes) -> bytes:
    """Return what a compressed histogram unpacks to; a few KB may be the beginning of terabytes."""
    payload = zlib.decompressobj().decompress(content[PACKED_HEADER_BYTES:], MOST_BYTES + 1)
    if len(payload) > MOST_BYTES:
        raise ValueError(f"it unpacks to more than {MOST_BYTES >> 10} KiB")
    return payload


@cache
def _pattern() -> tuple[bytes, int]:
    """Return an empty histogram of ours as it unpacks, and how many buckets it has."""
    histogram = empty_histogram()
    return _unpacked(b64decode(histogram.encode())), histogram.counts_len


def _zigzag(words: np.ndarray) -> np.ndarray:
    """Return the integers of ZigZag LEB128: seven bits a byte, lowest first, the sign in the lowest bit."""
    import numpy as np

    (ends,) = np.nonzero(words < 0x80)
    if len(words) and (not len(ends) or ends[-1] != len(words) - 1):
        raise ValueError("not an HdrHistogram: the last count is cut short")
    starts = np.concatenate([[0], ends[:-1] + 1]) if len(ends) else ends
    lengths = ends - starts + 1
    if len(lengths) and lengths.max() > LONGEST_COUNT_BYTES:
        raise ValueError("not an HdrHistogram: a count of more than 2^55")
    shifts = 7 * (np.arange(len(words)) - np.repeat(starts, lengths))
    parts = (words & 0x7F).astype(np.int64) << shifts
    joined = np.add.reduceat(parts, starts) if len(starts) else parts
    signed: np.ndarray = (joined >> 1) ^ -(joined & 1)
    return signed


def _highest_values(indices: np.ndarray) -> np.ndarray:
    """Return the highest value in ns that each bucket counts: HdrHistogram's `valueFromIndex`.

    Up to 2^11 - 1 each value has its own bucket, then each doubling has 2^10 of them.
    """
    import numpy as np

    doublings = np.maximum((indices >> HALF_BITS) - 1, 0)
    lowest = (indices - (doublings << HALF_BITS)) << doublings
    highest: np.ndarray = lowest + (1 << doublings) - 1
    return highest


def middle_values(values: np.ndarray) -> np.ndarray:
    """Return the middles of the buckets whose highest values these are: HdrHistogram's `medianEquivalent`."""
    import numpy as np

    doublings = np.maximum(np.frexp(values)[1] - HALF_BITS - 1, 0)
    middles: np.ndarray = values - (1 << doublings) + 1 + ((1 << doublings) >> 1)
    return middles


def together(counted: Sequence[Counts]) -> Counts:
    """Return the counts of several as one: of buckets that they share, the sum."""
    import numpy as np

    values, bucket = np.unique(np.concatenate([values for values, _ in counted]), return_inverse=True)
    counts = np.zeros(len(values), dtype=np.int64)
    np.add.at(counts, bucket, np.concatenate([counts for _, counts in counted]))
    return values, counts
