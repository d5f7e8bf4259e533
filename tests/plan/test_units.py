import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcbench.errors import UsageError
from ipcbench.plan.units import (
    MAX_BYTES,
    format_size,
    parse_names,
    parse_precision,
    parse_seconds,
    parse_size,
    parse_sizes,
)


def test_a_range_multiplies_by_four() -> None:
    assert parse_sizes("64..1KiB") == [64, 256, 1024]


def test_a_range_multiplies_by_two_where_asked() -> None:
    assert parse_sizes("64..512:x2") == [64, 128, 256, 512]


def test_a_range_stops_before_its_end_is_passed() -> None:
    assert parse_sizes("100..1000") == [100, 400]


def test_lists_keep_their_order_and_drop_doubles() -> None:
    assert parse_sizes("1KiB, 64,1024") == [1024, 64]


def test_the_default_sizes_of_the_main_job_are_ten() -> None:
    assert parse_sizes("64..16MiB") == [64 * 4**i for i in range(10)]


@given(st.integers(min_value=0, max_value=MAX_BYTES))
def test_a_written_size_reads_back(size: int) -> None:
    assert parse_size(format_size(size)) == size


@pytest.mark.parametrize(
    "text",
    [
        "0x",
        "",
        "-1",
        "1.5KiB",
        "64..",
        "..64",
        "0..64",
        "1KiB..64",
        "64..1MiB:3",
        "64..1MiB:x1",
        "KiB",
        "2GiB",
        "64,,1",
    ],
)
def test_a_wrong_size_says_what_is_accepted(text: str) -> None:
    with pytest.raises(UsageError, match=r"accepted|limit") as refusal:
        parse_sizes(text)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize(("text", "seconds"), [("60", 60), ("90s", 90), ("2min", 120), ("500ms", 0.5)])
def test_times_are_read_as_people_write_them(text: str, seconds: float) -> None:
    assert parse_seconds(text) == seconds


@pytest.mark.parametrize("text", ["-1", "0", "", "abc", "1e3", "nan", "5 days"])
def test_a_wrong_time_says_what_is_accepted(text: str) -> None:
    with pytest.raises(UsageError, match="accepted"):
        parse_seconds(text)


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="unknown workload 'x'; accepted: stream, ping-pong"):
        parse_names("stream,x", "workload", ["stream", "ping-pong"])


@pytest.mark.parametrize(("text", "share"), [("2%", 0.02), ("0.02", 0.02), (" 2.5 % ", 0.025), ("100%", 1.0)])
def test_a_precision_is_a_share(text: str, share: float) -> None:
    assert parse_precision(text) == pytest.approx(share)


@pytest.mark.parametrize("text", ["", "0", "0%", "-1%", "5", "101%", "2 percent", "nan", "1e-2"])
def test_a_precision_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="accepted: a share up to 100%"):
        parse_precision(text)
