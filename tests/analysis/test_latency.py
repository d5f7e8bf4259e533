"""Percentiles of round trips: which are quoted, and how far they are believed."""

import msgspec
import numpy as np
import pytest
from tests.support.runs import case, document

from ipcbench.analysis.groups import read_groups
from ipcbench.analysis.latency import RoundTripTimes, value_at
from ipcbench.errors import DocumentError
from ipcbench.record.histogram import RoundTrips
from ipcbench.record.run import CaseInfo
from ipcbench.report.tables.run import run_table


def recorded(*values_ns: float) -> str:
    times = RoundTrips()
    times.add(np.array(values_ns, dtype=np.int64).tobytes())
    text = times.encoded()
    assert text is not None
    return text


def launches(count: int, messages: int, scale: float = 1000.0) -> list[str]:
    return [recorded(*(scale * np.linspace(1, 2, messages))) for _ in range(count)]


def counts(values: list[int]) -> tuple[np.ndarray, np.ndarray]:
    return np.array(values), np.ones(len(values), dtype=np.int64)


def test_a_percentile_lies_at_hazens_rank() -> None:
    assert value_at(counts([1, 2, 3, 4, 5]), 50) == 3
    assert value_at(counts([1, 4]), 50) == pytest.approx(2)
    assert value_at(counts(list(range(1, 101))), 99) == pytest.approx((99 * 100) ** 0.5)


def test_a_percentile_is_missing_where_too_few_messages_lie_beyond() -> None:
    # Of 5 launches with 100 messages each, 5 messages lie beyond p99 and half a message beyond p99.9.
    assert set(RoundTripTimes(launches(5, 100)).percentiles()) == {50.0, 90.0, 99.0}
    assert set(RoundTripTimes(launches(5, 1000)).percentiles()) == {50.0, 90.0, 99.0, 99.9}


def test_many_short_launches_are_put_together_for_a_far_percentile() -> None:
    assert 99.9 in RoundTripTimes(launches(60, 100)).percentiles()


def test_the_interval_spans_the_launches() -> None:
    texts = [recorded(*[scale] * 100) for scale in (1000, 1001, 1002, 1003, 1004)]
    found = RoundTripTimes(texts).percentiles()[50.0]
    assert found.value == pytest.approx(1002e-9, rel=1e-3)
    assert found.low == pytest.approx(1000e-9, rel=1e-3)
    assert found.high == pytest.approx(1004e-9, rel=1e-3)


def test_launches_close_in_time_are_no_five_independent_ones() -> None:
    close = RoundTripTimes(launches(5, 100), [0.0, 0.1, 0.2, 0.3, 0.4]).percentiles()[50.0]
    apart = RoundTripTimes(launches(5, 100), [0.0, 5.0, 10.0, 15.0, 20.0]).percentiles()[50.0]
    assert close.low is None
    assert apart.low is not None
    assert close.launches == apart.launches == 5


def test_drift_between_launches_put_together_makes_no_longer_tail() -> None:
    slow_and_fast = [recorded(*(scale * np.linspace(1, 1.1, 500))) for scale in (1000, 10_000)]
    found = RoundTripTimes(slow_and_fast, [0.0, 0.1]).percentiles()
    assert found[99.0].value / found[50.0].value == pytest.approx(1.05, rel=0.01)


def test_the_longest_is_what_was_seen() -> None:
    assert RoundTripTimes([recorded(10, 2000), recorded(1000)]).longest() == pytest.approx(2e-6, rel=1e-3)
    assert RoundTripTimes([]).longest() is None


def test_a_distribution_has_no_more_points_for_more_launches_of_the_same_times() -> None:
    one, many = (RoundTripTimes([recorded(10, 2000)] * launches).distribution() for launches in (1, 50))
    assert [list(axis) for axis in one] == [list(axis) for axis in many]


def test_memory_stays_bounded_however_many_round_trips_are_added() -> None:
    times = RoundTrips()
    batch = np.full(1 << 16, 5000, dtype=np.int64).tobytes()
    for _ in range(20):
        times.add(batch)
        assert len(times._waiting) < 2 << 20
    assert RoundTripTimes([times.encoded() or ""]).distribution()[1][-1] == 1


def test_a_corrupt_histogram_is_named_by_its_case() -> None:
    broken = case("pipe", "ping-pong")
    record = broken.extra_info.ipcbench
    assert record is not None
    launches = [msgspec.structs.replace(launch, round_trips_hdr="nonsense") for launch in record.launches]
    record = msgspec.structs.replace(record, launches=launches)
    (group,) = read_groups(document(msgspec.structs.replace(broken, extra_info=CaseInfo(record))))
    with pytest.raises(DocumentError, match="pipe ping-pong 64: not an HdrHistogram"):
        run_table([group])
