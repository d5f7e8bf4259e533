"""The kit catches what is broken, under the name of what is broken, and says what was sent and what came."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.conformance import broken_channels as broken
from tests.conformance import false_promises as false

from ipcbench.errors import IpcbenchError, UsageError
from ipcbench.probe.channels.loops.null import Null
from ipcbench.probe.channels.loops.socketpair import SocketPair
from ipcbench.probe.channels.sockets.datagrams import SeqPacket
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.probe.channels.stdlib.simple_queue import SimpleQueue
from ipcbench.probe.channels.workers.tasks import Pool
from ipcbench.testing import (
    CHECKS,
    Channel,
    ConformanceError,
    answers,
    checks_for,
    endings,
    leaks,
    pair,
    remains,
    room,
)
from ipcbench.testing.conformance import ANSWERS

ROOT = Path(__file__).parents[2]
_WHERE_SEEN = pytest.mark.skipif(not remains.IS_SEEN, reason="what stays is looked for in /proc")


@pytest.fixture(autouse=True)
def _short_deadlines(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endings, "SILENCE_S", 1.0)
    monkeypatch.setattr(pair, "CREATOR_DEADLINE_S", 2.0)
    monkeypatch.setattr(leaks, "SETTLED_S", 1.0)


@pytest.fixture(autouse=True)
def _remove_leaks() -> Iterator[None]:
    yield
    while broken.removals:
        broken.removals.pop(0)()
    for left in Path("/dev/shm").glob(f"ipcbench-broken-{os.getpid()}-*"):
        left.unlink()


@pytest.mark.parametrize(
    ("channel", "check", "sentence"),
    [
        (broken.Dropping, "once-in-order", r"of 2000 messages 200 were lost, 0 duplicated, 0 reordered"),
        (broken.Duplicating, "once-in-order", r"0 were lost, 1 duplicated, 0 reordered and 0 corrupt"),
        (broken.Reordering, "once-in-order", r"0 were lost, 0 duplicated, 1 reordered and 0 corrupt"),
        (broken.Raising, "once-in-order", r"the sender failed: ValueError: boom"),
        (broken.Exiting, "once-in-order", r"the sender died without a word \(exit status 3\)"),
        (broken.HangingAtBirth, "once-in-order", r"creating the channel failed: TimeoutError: nothing moved"),
        (broken.Truncating, "whole-messages", r"message 1 of 12: 5000 B were sent, 4096 B came"),
        (broken.Talking, "whole-messages", r"message 1 of 12: 5000 B were sent, list came"),
        (broken.LosingEmpties, "empty-and-one-byte", r"message 1 of 6: 0 B were sent, 1 B came"),
        (broken.Truncating, "threshold-sizes", r"message 3 of \d+: 4097 B were sent, 4096 B came"),
        (broken.BreakingAbove219264, "threshold-sizes", r"219265 B with SHA-256 \w+ were sent, \w+ came"),
        (broken.LosingLarge, "64-mib", r"67108864 B were sent, none came: EOFError"),
        (broken.Echoing, "both-directions", r"reply 1 of 12: 5000 B with SHA-256 \w+ were sent, \w+ came"),
        (broken.IgnoringClose, "end-of-stream", r"after 3 messages and the sender's close, receive hung"),
        (broken.HidingDeath, "killed-sender", r"after 3 messages and the sender's death, receive hung"),
        (broken.HidingDeath, "killed-receiver", r"after the receiver's death, send hung"),
        (broken.SilentlyLossy, "killed-receiver", r"neither send nor close raised OSError"),
        (
            broken.LossyUntilClose,
            "killed-receiver",
            r"only close raised .*; the traits say dead_re",
        ),
        (broken.LeakingDescriptors, "leaks-nothing", r"20 channels .* 20 more file descriptors are open"),
        (broken.LeakingProcesses, "leaks-nothing", r"20 channels .* 20 child processes are left"),
        (broken.LeakingServers, "leaks-nothing", r"20 channels .* 20 child processes are left"),
        (broken.LeakingSemaphores, "leaks-nothing", r"20 channels .* 20 more System V objects are left"),
        (broken.LeakingFiles, "leaks-nothing", r"20 channels .* 20 more entries are in the temporary folder"),
        (broken.LeakingSegments, "leaks-nothing", r"20 channels .* \d+ more entries are in /dev/shm"),
        (broken.LeakingNowAndThen, "leaks-nothing", r"20 channels .* \d+ more entries are in /dev/shm"),
        (
            broken.LeavingWhenKilled,
            "killed-receiver",
            r"a process was killed .* in /dev/shm",
        ),
        (broken.ClosingOnce, "leaks-nothing", r"closing the creator's side twice failed: OSError: closed"),
    ],
)
def test_what_is_broken_is_caught_by_the_check_of_its_name(
    channel: type[Channel], check: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # What is another program's would be named too, beside what is not.
    monkeypatch.setattr(leaks, "SETTLED_S", 0.5)
    with pytest.raises(ConformanceError, match=sentence) as fault:
        CHECKS[check](channel, "fork")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("channel", [broken.HidingDeath, broken.LossyUntilClose])
def test_a_channel_with_one_fault_passes_the_checks_of_the_rest(channel: type[Channel]) -> None:
    for check in checks_for(channel):
        if not check.name.startswith("killed"):
            check("fork")


def test_a_stuck_end_is_killed_and_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pair, "END_DEADLINE_S", 60.0)
    monkeypatch.setattr(pair, "PAIR_DEADLINE_S", 1.5)
    start_s = time.monotonic()
    with pytest.raises(ConformanceError, match="the receiver hung and was killed; the sender hung"):
        CHECKS["once-in-order"](broken.Deaf, "fork")
    assert time.monotonic() - start_s < 30


def test_a_check_leaves_an_outer_time_limit_running() -> None:
    rang = threading.Event()
    before = signal.signal(signal.SIGALRM, lambda *_: rang.set())
    left_s, _ = signal.setitimer(signal.ITIMER_REAL, 0.5)
    try:
        CHECKS["once-in-order"](Pipe, "fork")
        assert rang.wait(5)
    finally:
        signal.signal(signal.SIGALRM, before)
        signal.setitimer(signal.ITIMER_REAL, left_s)


@pytest.mark.parametrize(
    ("channel", "check", "sentence"),
    [
        (false.WaitsForNoEnd, "end-of-stream", r"close, receive raised EOFError: .*; the traits say that it"),
        (false.WaitsForTheDead, "killed-sender", r"death, receive raised EOFError: .*; the traits say that"),
        (false.BlocksForTheDead, "killed-receiver", r"send raised BrokenPipe.*dead_receiver='blocks'"),
        (false.AcceptsForTheDead, "killed-receiver", r"send raised BrokenPipe.*dead_receiver='accepts'"),
        (false.Bounded, "stalled-receiver", r"4000 messages .* were accepted while nobody received; the"),
        (false.Boundless, "stalled-receiver", r"4000 messages of 4096 B were not accepted within"),
        (false.Losing, "stalled-receiver", r"all of 4000 messages came; the traits say 'drops_newest'"),
        (
            false.LosingTheOldest,
            "stalled-receiver",
            r"of 4000 messages the last one was lost; the",
        ),
        (false.Outlived, "killed-while-full", r"when 400\d messages were accepted, and \d+ came; .*=True"),
        (false.Forgotten, "killed-while-full", r"messages were accepted, and all came; .*=False"),
        (false.Limited, "above-the-limit", r"1001 B was accepted; the traits say limit_bytes=1000"),
        (false.NeverEmpty, "no-empty-message", r"an empty message came as one; .*zero_byte=False"),
        (false.Forgetful, "several-senders", r"of 200 messages of sender 1 20 were lost"),
        (false.Broadcasting, "several-receivers", r"of 200 messages for both of two receivers \d+ were lost"),
        (false.OfOneProcess, "forked-after-use", r"forked after use ended with 1"),
        pytest.param(
            false.ForgetsItsFile,
            "all-killed",
            r"all were killed, and 1 x file.* stayed; the traits say leaves=''",
            marks=_WHERE_SEEN,
        ),
        pytest.param(
            false.SaysThatItStays,
            "all-killed",
            r"were killed, and .* stayed; the traits say leaves='a socket stays'",
            marks=_WHERE_SEEN,
        ),
        pytest.param(
            broken.LeavesItsFile,
            "all-killed",
            r"all were killed, remove was called, and 1 x file.* stayed",
            marks=_WHERE_SEEN,
        ),
        (false.TellingPool, "killed-receiver", r"after the receiver's death, its answer was waited for"),
        (false.StayingPool, "killed-sender", r"who answers it ended; the traits say that it waits"),
        (false.LeavingPool, "killed-sender", r"nothing stayed; the traits say leaves='its worker stays'"),
        (false.EndingExecutor, "killed-sender", r"1 processes that it started were there 1 s later"),
        (false.TidyExecutor, "killed-sender", r"1 processes stayed; the traits say leaves=''"),
        (
            false.NeverEmptyPool,
            "no-empty-message",
            r"an empty message was answered by one; .*zero_byte=False",
        ),
        (false.LimitedPool, "above-the-limit", r"1001 B was accepted; the traits say limit_bytes=1000"),
        (false.ForkedPool, "forked-after-use", r"forked after use ended with None"),
        (false.ToEither, "several-receivers", r"for either of two receivers 0 were lost and 200 came twice"),
        (false.BoundedPool, "stalled-receiver", r"4000 messages .* were accepted while nobody received; the"),
        (
            false.BoundlessProgram,
            "stalled-receiver",
            r"\d+ of 4000 messages of 4096 B were accepted within 1",
        ),
    ],
)
def test_what_traits_say_falsely_is_caught(
    channel: type[Channel], check: str, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in (endings, answers):
        monkeypatch.setattr(module, "SILENCE_S", 1.0)
    monkeypatch.setattr(room, "ACCEPTING_S", 1.0)
    # What takes all without waiting takes a second and more where much else runs.
    monkeypatch.setattr(room, "WAITING_S", 8.0)
    (asked,) = (each for each in checks_for(channel) if each.name == check)
    with pytest.raises(ConformanceError, match=sentence) as fault:
        asked("fork")
    assert "\n" not in str(fault.value)


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_what_reaches_each_receiver_is_known_as_that(start_method: str) -> None:
    CHECKS["several-receivers"](false.ToEach, start_method)


def test_a_start_method_that_the_traits_do_not_name_is_no_fault_but_a_line() -> None:
    (check,) = (each for each in checks_for(false.ForkedOnly) if each.name == "once-in-order")
    check("fork")
    with pytest.raises(UsageError, match=r"ForkedOnly cannot be handed over by spawn; accepted: fork"):
        check("spawn")


def test_only_the_checks_that_apply_are_asked_for() -> None:
    assert [str(check) for check in checks_for(SimpleQueue)] == [
        name for name in CHECKS if name not in ("both-directions", "no-empty-message", "above-the-limit")
    ]
    assert [str(check) for check in checks_for(SeqPacket)] == [
        name for name in CHECKS if not name.startswith("several")
    ]
    assert "both-directions" in map(str, checks_for(SocketPair))
    assert "stalled-receiver" not in map(str, checks_for(SocketPair))
    assert [str(check) for check in checks_for(Pool)] == [
        name for name in ANSWERS if name not in ("no-empty-message", "above-the-limit", "forked-after-use")
    ]
    assert [str(check) for check in checks_for(Null)] == ["leaks-nothing"]


def test_a_channel_without_traits_is_refused_with_what_to_add() -> None:
    with pytest.raises(UsageError, match=r"Traitless declares no traits; give the class `traits = Traits"):
        checks_for(broken.Traitless)


def test_a_conformance_error_is_one_of_ours() -> None:
    assert issubclass(ConformanceError, IpcbenchError)


def command_line(*words: str) -> subprocess.CompletedProcess[str]:
    # The folder that a user starts it in is where his own channels are.
    return subprocess.run(
        [sys.executable, "-m", "ipcbench.testing", *words],
        cwd=ROOT,
        env={"PATH": os.defpath},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_command_prints_a_line_for_each_check_and_one_for_all() -> None:
    done = command_line("ipcbench.probe.channels.loops.socketpair:SocketPair", "--start-method", "spawn")
    assert done.returncode == 0, done.stdout + done.stderr
    *lines, last = done.stdout.splitlines()
    assert [line.split()[0] for line in lines] == [str(check) for check in checks_for(SocketPair)]
    assert all(line.endswith("passed") for line in lines)
    assert last == "ipcbench.probe.channels.loops.socketpair:SocketPair under spawn: 11 of 11 checks passed"


def test_the_command_fails_where_a_check_does() -> None:
    done = command_line("tests.conformance.broken_channels:ClosingOnce")
    assert done.returncode == 1
    assert "FAILED: closing the creator's side twice failed: OSError: closed already" in done.stdout
    assert done.stdout.endswith("1 of 13 checks passed\n")


def test_the_command_refuses_what_it_does_not_know() -> None:
    done = command_line("no_such_channel")
    assert done.returncode == 2
    assert done.stderr.startswith("unknown channel 'no_such_channel'; accepted: pipe, ")


@pytest.mark.skipif(sys.platform != "linux", reason="segments are files on Linux only")
def test_what_another_program_has_for_a_while_is_no_leak() -> None:
    """As another kit does at the same time, which opens twenty queues with semaphores of their own."""
    (check,) = (each for each in checks_for(Pipe) if each.name == "leaks-nothing")
    other = threading.Thread(target=hold_segments)
    other.start()
    check("fork")
    other.join()


def hold_segments() -> None:
    for number in range(100):
        held = [Path(f"/dev/shm/ipcbench-test-{os.getpid()}-{number}-{each}") for each in range(40)]
        for path in held:
            path.touch()
        time.sleep(0.02)
        for path in held:
            path.unlink()
