"""Exact counts, of real processes."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conformance.interpreters import on_every_interpreter
from tests.support.cases import USUAL
from tests.support.processes import alive, descendants

from ipcbench.analysis.counts import CaseCounts, Count, counts_of
from ipcbench.commands.count import count
from ipcbench.launch.interpreter import Interpreter, find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.measure.counts.counts import beyond, count_case
from ipcbench.measure.counts.strace import from_command
from ipcbench.plan.case import Case
from ipcbench.record.counts import CountsRow, read_counts
from ipcbench.record.store import Store


def count_all(folder: Path, channels: str, said: list[str]) -> list[CaseCounts]:
    """Count 100 B messages as the command does; `said` is told why system calls cannot be watched."""
    asked = {"channel": channels, "workload": "stream", "size": "100", "placement": "same"}
    return counts_of(read_counts(count(asked, Store(folder), on_obstacle=said.append)))


CHANNELS = ("pipe", "duplex-pipe", "simple-queue", "queue", "joinable-queue")


def case(channel: str, size: int, label: str = "x") -> Case:
    return replace(USUAL, channel=channel, payload_bytes=size, placement="same", python=label)


def numbers(found: CountsRow) -> tuple[int, int]:
    """Return the sender's writes and the receiver's reads, which are the same in all repetitions."""
    ((writes,), (reads,)) = set(found.counts["sender"]["writes"]), set(found.counts["receiver"]["reads"])
    return writes, reads


@on_every_interpreter
def test_a_small_message_takes_one_write_and_two_reads_a_large_one_two_and_seventeen(
    interpreter: Interpreter,
) -> None:
    with Launcher(interpreter) as launcher:
        for channel in CHANNELS:
            assert numbers(count_case(launcher, case(channel, 100), None)) == (1, 2)
        assert numbers(count_case(launcher, case("pipe", 1_000_000), None)) == (2, 17)


def test_what_only_some_trials_of_none_took_is_not_taken_off_a_message() -> None:
    """PyPy's compiler asks the terminal, whenever it is at work."""
    assert beyond([5, 5, 5], [4, 5, 4]) == (1, 1)
    assert beyond([0, 0, 0], [0, 1, 0]) == (0, 0)
    assert beyond([4, 5, 4], [4, 4, 4]) == (0, 1)


def test_bytes_are_those_of_the_message_its_pickle_and_its_header() -> None:
    with Launcher(find_interpreter(None)) as launcher:
        small = count_case(launcher, case("os-pipe", 1000), None)
        framed = count_case(launcher, case("framed-pipe", 1000), None)
    assert small.counts["sender"]["bytes written"] == (1000, 1000)
    assert framed.counts["receiver"]["bytes read"] == (1004, 1004)


def test_the_sender_reads_nothing_and_the_receiver_writes_nothing() -> None:
    with Launcher(find_interpreter(None)) as launcher:
        found = count_case(launcher, case("queue", 1000), None)
    assert found.counts["sender"]["reads"] == found.counts["receiver"]["writes"] == (0, 0)


def test_two_runs_count_the_same() -> None:
    with Launcher(find_interpreter(None)) as launcher:
        first, second = (count_case(launcher, case("duplex-pipe", 65536), None) for _ in range(2))
    assert first == second


def test_strace_sees_the_same_reads_and_writes_and_the_feeders_futexes(tmp_path: Path) -> None:
    said, before = list[str](), descendants(os.getpid())
    (found,) = count_all(tmp_path, "queue", said)
    if said:
        pytest.skip(said[0])
    assert found.calls is not None
    assert found.calls["sender"]["write"] == Count(1, 1)
    assert found.calls["receiver"] == {"read": Count(2, 2)}
    assert found.calls["sender"]["futex"].low > 0
    assert descendants(os.getpid()) == before


def test_a_get_with_a_timeout_takes_one_call_more(tmp_path: Path) -> None:
    said: list[str] = []
    found = count_all(tmp_path, "queue,queue-timeout", said)
    if said:
        pytest.skip(said[0])
    plain, timed = (each.calls["receiver"] for each in found if each.calls)
    assert plain == {"read": Count(2, 2)}
    assert timed == {"read": Count(2, 2), "poll": Count(1, 1)}


def test_without_strace_reads_and_writes_are_still_counted(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    (found,) = count_all(tmp_path, "pipe", said)
    assert said == ["there is no strace here, so only reads and writes are counted"]
    assert found.calls is None
    assert found.counts["sender"]["writes"] == Count(1, 1)
    assert found.counts["receiver"]["reads"] == Count(2, 2)


def test_a_strace_that_may_not_attach_is_said(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    refusing = tmp_path / "strace"
    refusing.write_text("#!/bin/sh\necho 'strace: attach: Operation not permitted' >&2\nexit 1\n")
    refusing.chmod(0o755)
    said: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    (found,) = count_all(tmp_path, "pipe", said)
    assert said == ["strace may not attach: strace: attach: Operation not permitted"]
    assert found.calls is None


def test_a_strace_that_leaves_a_process_is_not_waited_for(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As one that is killed while it tries the kernel with a process that it stops."""
    note = tmp_path / "process"
    leaving = tmp_path / "strace"
    leaving.write_text(f"#!/bin/sh\n/bin/sleep 1000 &\necho $! > {note}\nkill -KILL $$\n")
    leaving.chmod(0o755)
    said: list[str] = []
    monkeypatch.setenv("PATH", str(tmp_path))
    count_all(tmp_path, "pipe", said)
    assert said == ["strace may not attach: status -9"]
    assert not alive([int(note.read_text())])


def test_calls_are_counted_from_the_command_to_the_answer() -> None:
    # Whether the wait before and after is logged depends on when strace attached and detached.
    begun = [(1, "poll"), (2, "futex"), (1, "read"), (1, "read"), (2, "write"), (1, "poll"), (9, "read")]
    for logged in (begun, begun[1:], begun[:-2], begun[2:-2]):
        assert from_command(logged, {1, 2}) == ["read", "read", "write"]
    assert from_command([(1, "poll")], {1}) == []
