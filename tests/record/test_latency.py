import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcbench.record.latency import (
    HIGHEST_NS,
    counts_by_value,
    decode,
    empty_histogram,
    encode,
    merged,
    record_all,
)


def encoded(values: list[int]) -> str:
    histogram = empty_histogram()
    record_all(histogram, np.array(values, dtype=np.int64).tobytes())
    return encode(histogram)


@given(st.lists(st.integers(min_value=1, max_value=10**10), min_size=1, max_size=200))
def test_values_come_back_within_a_thousandth(values: list[int]) -> None:
    found, counts = counts_by_value(decode(encoded(values)))
    restored = np.repeat(found, counts)
    assert np.allclose(restored, sorted(values), rtol=1e-3, atol=1)


def test_merging_adds_the_counts() -> None:
    total = merged([encoded([100, 200]), encoded([200, 300, 400])])
    assert total.get_total_count() == 5


def test_a_value_beyond_the_range_counts_as_the_largest() -> None:
    values, counts = counts_by_value(decode(encoded([HIGHEST_NS * 3])))
    assert counts.tolist() == [1]
    assert values[0] == pytest.approx(HIGHEST_NS, rel=1e-3)


@pytest.mark.parametrize("text", ["", "nonsense", "HISTFAAAAA", "é"])
def test_a_text_that_is_no_histogram_is_a_value_error(text: str) -> None:
    with pytest.raises(ValueError, match="not an HdrHistogram"):
        decode(text)
