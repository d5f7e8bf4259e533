import gc
import weakref
import zlib
from base64 import b64decode, b64encode

import numpy as np
import pytest
from hdrh.histogram import HdrHistogram
from hypothesis import example, given
from hypothesis import strategies as st

from ipcbench.record.histogram import (
    HIGHEST_NS,
    PART_VALUES,
    counts_of,
    empty_histogram,
    encode,
    record_all,
)


def encoded(values: list[int]) -> str:
    histogram = empty_histogram()
    record_all(histogram, np.array(values, dtype=np.int64).tobytes())
    return encode(histogram)


def any_nanoseconds() -> st.SearchStrategy[int]:
    """Return values of every length in bits, and those beside the edges of buckets."""
    lengths = st.integers(min_value=0, max_value=62)
    edges = st.builds(lambda bits, beside: max(0, (1 << bits) + beside), lengths, st.integers(-1, 1))
    beyond = st.integers(min_value=HIGHEST_NS - 1, max_value=2**63 - 1)
    return st.one_of(
        edges, beyond, st.integers(0, 1 << 12), st.integers(0, HIGHEST_NS), st.sampled_from([0, 2047, 2048])
    )


@given(st.lists(any_nanoseconds(), max_size=200))
@example([0])
@example([0, 1, 2047, 2048, 2049, 4095, 4096, HIGHEST_NS, HIGHEST_NS + 1, 2**63 - 1])
@example([-1, 5])
def test_recording_in_bulk_is_recording_one_by_one(values: list[int]) -> None:
    in_bulk, one_by_one = empty_histogram(), empty_histogram()
    record_all(in_bulk, np.array(values, dtype=np.int64).tobytes())
    for value in values:
        one_by_one.record_value(min(value, HIGHEST_NS))
    assert encode(in_bulk) == encode(one_by_one)
    for figure in ("get_total_count", "get_min_value", "get_max_value"):
        assert getattr(in_bulk, figure)() == getattr(one_by_one, figure)()


def test_recording_goes_on_where_an_earlier_part_ended() -> None:
    in_parts = empty_histogram()
    for part in ([100, 5000], [], [100, 7, 10**9]):
        record_all(in_parts, np.array(part, dtype=np.int64).tobytes())
    assert encode(in_parts) == encoded([100, 5000, 100, 7, 10**9])


def test_messages_of_one_bucket_are_recorded_by_one_call(monkeypatch: pytest.MonkeyPatch) -> None:
    histogram, calls = empty_histogram(), []
    monkeypatch.setattr(histogram, "record_value", lambda value, count: calls.append((value, count)))
    record_all(histogram, np.array([40_000, 40_001, 90, 40_031, 90], dtype=np.int64).tobytes())
    assert calls == [(90, 2), (40_000, 3)]


@given(st.lists(st.integers(min_value=1, max_value=10**10), min_size=1, max_size=200))
def test_values_come_back_within_a_thousandth(values: list[int]) -> None:
    found, counts = counts_of(encoded(values))
    restored = np.repeat(found, counts)
    assert np.allclose(restored, sorted(values), rtol=1e-3, atol=1)


def test_many_more_than_are_taken_at_once_are_all_counted() -> None:
    histogram = empty_histogram()
    values = np.arange(3 * PART_VALUES + 7, dtype=np.int64)
    record_all(histogram, values.tobytes())
    found, counts = counts_of(encode(histogram))
    assert counts.sum() == len(values)
    assert found[-1] == pytest.approx(len(values), rel=1e-3)


def test_a_histogram_goes_with_its_last_reference() -> None:
    gc.disable()
    try:
        histogram = empty_histogram()
        record_all(histogram, np.array([5], dtype=np.int64).tobytes())
        alive = weakref.ref(histogram)
        del histogram
        assert alive() is None
    finally:
        gc.enable()


def test_a_value_beyond_the_range_counts_as_the_largest() -> None:
    values, counts = counts_of(encoded([HIGHEST_NS * 3]))
    assert counts.tolist() == [1]
    assert values[0] == pytest.approx(HIGHEST_NS, rel=1e-3)


@pytest.mark.parametrize("text", ["", "nonsense", "HISTFAAAAA", "é"])
def test_a_text_that_is_no_histogram_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not an HdrHistogram"):
        counts_of(text)


@given(st.lists(any_nanoseconds(), max_size=300), st.integers(1, 10**9))
def test_what_is_counted_is_what_the_library_reads_in_the_same_text(values: list[int], times: int) -> None:
    histogram = empty_histogram()
    record_all(histogram, np.array(values, dtype=np.int64).tobytes())
    histogram.record_value(77, times)
    text = encode(histogram)
    read = HdrHistogram.decode(text)
    found, counts = counts_of(text)
    assert counts.sum() == read.get_total_count()
    assert [read.get_count_at_value(value) for value in found.tolist()] == counts.tolist()
    assert [read.get_highest_equivalent_value(value) for value in found.tolist()] == found.tolist()


@given(st.binary(max_size=60), st.integers(0, 60), st.booleans())
def test_a_damaged_histogram_is_a_value_error_or_some_counts(junk: bytes, at: int, packed: bool) -> None:
    content = bytearray(b64decode(encoded([5, 70_000, 10**9])))
    if packed:
        payload = bytearray(zlib.decompress(content[8:]))
        payload[at : at + len(junk)] = junk
        content[8:] = zlib.compress(payload)
    else:
        content[at : at + len(junk)] = junk
    try:
        found, counts = counts_of(b64encode(content).decode())
    except ValueError:
        return
    assert len(found) == len(counts) < 100
    assert (np.diff(found) > 0).all()
    assert counts.min(initial=1) > 0


def test_a_histogram_with_other_digits_or_another_range_is_refused_before_anything_is_counted() -> None:
    for foreign in (HdrHistogram(1, HIGHEST_NS, 5), HdrHistogram(1, 2**62, 3)):
        foreign.record_value(7)
        with pytest.raises(ValueError, match="1 ns to ten minutes with three digits"):
            counts_of(foreign.encode().decode())


def test_a_text_that_unpacks_to_terabytes_is_refused() -> None:
    header = b64decode(encode(empty_histogram()))[:4]
    packed = zlib.compress(bytes(64 << 20))
    text = b64encode(header + len(packed).to_bytes(4, "big") + packed).decode()
    with pytest.raises(ValueError, match="unpacks to more than 64 KiB"):
        counts_of(text)
