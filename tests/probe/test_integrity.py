"""The ledger counts exactly what was lost, duplicated, reordered and corrupt."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ipcbench.errors import CaseError
from ipcbench.probe import integrity
from ipcbench.probe.clock import now_ns
from ipcbench.probe.integrity import END, FrameLedger, IntegrityError, Ledger, frame, has_end_frame

BODY = bytes(range(100)) * 2
SMALLEST_CHECKED = 20


def ledger_of(arrivals: list[int], expected: int, body: bytes = BODY) -> Ledger:
    ledger = FrameLedger(expected, len(body))
    for sequence in arrivals:
        ledger.take(frame(sequence, body))
    return ledger


def counts(ledger: Ledger) -> tuple[int, int, int, int]:
    with pytest.raises(IntegrityError) as error:
        ledger.check()
    words = str(error.value).split()
    # "of N messages L were lost, D duplicated, R reordered and C corrupt"
    return int(words[3]), int(words[6]), int(words[8]), int(words[11])


@pytest.mark.parametrize("size", [*range(25), 64, 65536])
def test_a_frame_has_exactly_the_size_of_the_body(size: int) -> None:
    assert len(frame(7, bytes(size))) == size


@pytest.mark.parametrize("size", [0, 1, 8, 19, 20, 21, 64, 100_000])
def test_messages_that_all_arrive_in_order_pass(size: int) -> None:
    ledger = ledger_of(list(range(300)), 300, bytes(size))
    ledger.check()
    assert ledger.arrived == 300


def test_what_comes_in_order_takes_no_memory() -> None:
    ledger = FrameLedger(10_000, len(BODY))
    tracemalloc.start()
    for sequence in range(10_000):
        ledger.take(frame(sequence, BODY))
    grown_bytes, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    ledger.check()
    assert grown_bytes < 4096


def test_what_is_lost_is_counted() -> None:
    assert counts(ledger_of([0, 2, 3, 6], 8)) == (4, 0, 0, 0)


def test_what_comes_twice_is_counted() -> None:
    assert counts(ledger_of([0, 0, 1, 2, 1, 1], 3)) == (0, 3, 0, 0)


def test_what_is_overtaken_is_counted() -> None:
    assert counts(ledger_of([1, 0, 2, 5, 3, 4], 6)) == (0, 0, 3, 0)


def test_nothing_at_all_is_everything_lost() -> None:
    assert counts(FrameLedger(5, 64)) == (5, 0, 0, 0)


@given(st.integers(1, 30).flatmap(lambda n: st.tuples(st.just(n), st.lists(st.integers(0, n - 1)))))
def test_any_arrivals_are_counted_as_a_plain_model_counts_them(case: tuple[int, list[int]]) -> None:
    expected, arrivals = case
    firsts = list(dict.fromkeys(arrivals))
    lost, duplicated = expected - len(firsts), len(arrivals) - len(firsts)
    reordered = sum(any(earlier > one for earlier in firsts[:at]) for at, one in enumerate(firsts))
    ledger = ledger_of(arrivals, expected)
    assert (ledger.duplicated, ledger.reordered, ledger.corrupt) == (duplicated, reordered, 0)
    if lost or duplicated or reordered:
        assert counts(ledger) == (lost, duplicated, reordered, 0)
    else:
        ledger.check()


@given(st.integers(SMALLEST_CHECKED, 300), st.data())
def test_any_changed_byte_is_corrupt(size: int, data: st.DataObject) -> None:
    message = bytearray(frame(0, bytes(size)))
    message[data.draw(st.integers(0, size - 1))] ^= data.draw(st.integers(1, 255))
    ledger = FrameLedger(1, size)
    ledger.take(message)
    assert counts(ledger) == (1, 0, 0, 1)


@pytest.mark.parametrize("wrong", [b"", BODY[:-1], BODY + b"\0", None, 7, [BODY], "text"])
def test_a_message_of_another_size_or_kind_is_corrupt(wrong: object) -> None:
    ledger = ledger_of([0, 1], 3)
    ledger.take(wrong)
    assert counts(ledger) == (1, 0, 0, 1)


@pytest.mark.parametrize("size", [8, 64])
def test_any_object_with_a_buffer_is_a_message(size: int) -> None:
    ledger = FrameLedger(2, size)
    ledger.take(bytearray(frame(0, bytes(size))))
    ledger.take(memoryview(frame(1, bytes(size))))
    ledger.check()


@pytest.mark.parametrize("size", [1, 2, 8, 19])
def test_a_lost_tiny_message_shows_in_those_after_it(size: int) -> None:
    assert counts(ledger_of([0, 1, 2, 4, 5, 6, 7, 8, 9], 10, bytes(size))) == (1, 0, 0, 6)


@pytest.mark.parametrize("size", [0, 1, 19])
def test_tiny_messages_are_complete_when_all_have_arrived(size: int) -> None:
    assert not has_end_frame(size)
    assert not ledger_of([0, 1], 3, bytes(size)).complete
    assert ledger_of([0, 1, 2], 3, bytes(size)).complete


@pytest.mark.parametrize("size", [SMALLEST_CHECKED, 64])
def test_larger_messages_are_complete_with_the_end_frame_only(size: int) -> None:
    assert has_end_frame(size)
    ledger = ledger_of([0, 1, 2], 3, bytes(size))
    before = ledger.complete
    ledger.take(frame(END, bytes(size)))
    assert (before, ledger.complete) == (False, True)
    assert ledger.arrived == 3
    ledger.check()


def test_a_message_from_the_future_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(integrity, "now_ns", lambda: now_ns() + 10**10)
    early = frame(1, BODY)
    monkeypatch.undo()
    ledger = ledger_of([0], 2)
    ledger.take(early)
    with pytest.raises(
        IntegrityError, match=r"1 of 2 messages arrived before they were sent: .* clocks differ"
    ):
        ledger.check()


def test_an_integrity_error_fails_the_case_and_not_the_run() -> None:
    assert issubclass(IntegrityError, CaseError)
