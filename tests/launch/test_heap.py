"""The state of the heap that a case asks for is there, whatever the probe imported: seen by page faults."""

import json
import os
import subprocess
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import Any, ClassVar, cast

import pytest
from tests.conformance.interpreters import on_every_interpreter
from tests.support.peers import pair_on
from tests.support.processes import generations, stat_of

from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import plan_run
from ipcbench.errors import CaseError, UsageError
from ipcbench.launch.interpreter import Interpreter, find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live import LiveSet, verified_case
from ipcbench.launch.spec import probe_spec
from ipcbench.probe.process import heap
from ipcbench.probe.protocol.spec import ProbeSpec

DEADLINE_S = 20.0
SOURCE = Path(heap.__file__).parents[3]
WARMUP_MESSAGES, MESSAGES = 60, 60
pytestmark = pytest.mark.skipif(not heap.is_managed(), reason="states of the heap are those of glibc")


@pytest.fixture(scope="module")
def launcher() -> Iterator[Launcher]:
    with Launcher(find_interpreter(None)) as launcher:
        yield launcher


def receiver_faults(
    launcher: Launcher,
    state: str,
    *,
    payload_bytes: int = 1 << 20,
    channel: str = "pipe",
    start_method: str = "fork",
    holds: bool = True,
    seed: int = 1,
    settings: Sequence[str] = (),
) -> float:
    """Return the receiver's page faults a message, of a stream on one core."""
    core = launcher.facts["usable_cores"][0]
    spec = ProbeSpec(
        channel,
        "stream",
        "bytes",
        payload_bytes,
        start_method,
        pair_on(core),
        seed,
        heap=state,
        holds=holds,
        settings=settings,
    )
    with launcher.ready(spec, DEADLINE_S) as probe:
        probe.trial(WARMUP_MESSAGES, DEADLINE_S)
        probe.costs(DEADLINE_S)
        probe.trial(MESSAGES, DEADLINE_S)
        return float(probe.costs(DEADLINE_S)["receiver"]["minor_faults"]) / MESSAGES


def require_managed(launcher: Launcher) -> None:
    if not launcher.facts["heap_managed"]:
        pytest.skip("its memory is not the C library's")


@on_every_interpreter
def test_memory_that_is_kept_is_not_faulted_in_again(interpreter: Interpreter) -> None:
    with Launcher(interpreter) as launcher:
        require_managed(launcher)
        assert receiver_faults(launcher, "kept") < 20
        assert receiver_faults(launcher, "kept", payload_bytes=16 << 20, channel="duplex-pipe") < 400


@pytest.mark.parametrize("start_method", ["fork", "spawn", "forkserver"])
def test_memory_that_is_not_kept_is(launcher: Launcher, start_method: str) -> None:
    for state in ("used", "fresh", "returned"):
        assert receiver_faults(launcher, state, start_method=start_method) > 100
    assert receiver_faults(launcher, "kept", start_method=start_method) < 20


@pytest.mark.parametrize("start_method", ["fork", "spawn", "forkserver"])
def test_a_fresh_heap_returns_what_64_kib_messages_leave_and_a_used_one_does_not(
    launcher: Launcher, start_method: str
) -> None:
    """As in a program of a few lines: 17 faults a message that is dropped, none after a large import.

    On a busy machine messages may keep arriving in pieces, which take less memory at once than glibc keeps
    anyway; so of the fresh ones the launch with most faults is looked at. A used heap whose top moves while
    messages pass faults its pages in once, which is a few faults a message of so short a trial.
    """
    fresh, used = (
        [
            receiver_faults(launcher, state, payload_bytes=64 << 10, start_method=start_method, holds=False)
            for _ in range(3)
        ]
        for state in ("fresh", "used")
    )
    assert 12 < max(fresh) < 20
    assert min(used) < 1
    assert max(used) < 6


@pytest.mark.parametrize("where", ["", "@receiver"])
def test_limits_set_at_run_time_keep_memory_of_the_end_that_sets_them(launcher: Launcher, where: str) -> None:
    settings = [f"mallopt{where}=64MiB"]
    assert receiver_faults(launcher, "used", settings=settings, channel="duplex-pipe") < 20
    assert receiver_faults(launcher, "used", settings=["mallopt@sender=64MiB"]) > 100


def test_a_heap_whose_limits_are_fixed_returns_what_a_used_one_would_keep(launcher: Launcher) -> None:
    """Once a block of own pages was freed, glibc keeps 192 KiB; fixed limits stay where they are."""
    used, returned = (
        min(receiver_faults(launcher, state, payload_bytes=192 << 10) for _ in range(3))
        for state in ("used", "returned")
    )
    assert returned > used + 20


def test_whoever_drops_each_message_faults_more_than_who_holds_it(launcher: Launcher) -> None:
    """A message that is held lies above what the next one needs, so that this is not returned."""
    dropped, held = (receiver_faults(launcher, "used", holds=holds) for holds in (False, True))
    assert dropped > 1.5 * held


def test_a_used_heap_is_drawn_anew_for_each_seed_and_the_same_for_the_same(launcher: Launcher) -> None:
    """Where a process's own data lie decides whether a Queue takes some 250 faults for a MiB, 530 or 750.

    A launch that the machine disturbed may fall into another regime than its seed's.
    """
    once, again = (
        [receiver_faults(launcher, "used", channel="queue", seed=seed) for seed in range(1, 13)]
        for _ in range(2)
    )
    assert max(once) > 1.2 * min(once)
    alike = [second == pytest.approx(first, rel=0.3) for first, second in zip(once, again, strict=True)]
    assert sum(alike) >= 8


def test_in_a_fresh_heap_some_data_go_and_others_come_between_trials(launcher: Launcher) -> None:
    """One state of its top would last from trial to trial, with nine faults a message or none."""
    spec = ProbeSpec(
        "pipe",
        "stream",
        "bytes",
        64 << 10,
        "fork",
        pair_on(launcher.facts["usable_cores"][0]),
        seed=1,
        heap="fresh",
    )
    by_trial = []
    with launcher.ready(spec, DEADLINE_S) as probe:
        for _ in range(20):
            probe.trial(MESSAGES, DEADLINE_S)
            by_trial.append(float(probe.costs(DEADLINE_S)["receiver"]["minor_faults"]) / MESSAGES)
    assert max(by_trial) > min(by_trial) + 3


def traces(interpreter: Interpreter, act: str) -> tuple[bool, int, int]:
    """Return whether the C library knows of one thread only, types that copyreg knows, threads there are."""
    program = (
        f"import sys; sys.path.insert(0, {str(SOURCE)!r})\n"
        "import copyreg, ctypes, json, multiprocessing.connection, os\n"
        f"{act}\n"
        "single = bool(ctypes.c_char.in_dll(ctypes.CDLL(None), '__libc_single_threaded').value[0])\n"
        "print(json.dumps([single, len(copyreg.dispatch_table), len(os.listdir('/proc/self/task'))]))\n"
    )
    done = subprocess.run(
        [interpreter.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True
    )
    single, types, threads = json.loads(done.stdout)
    return single, types, threads


MAKE = "from ipcbench.probe.process import heap; heap.make({!r}, 1)"


@on_every_interpreter
def test_a_used_process_has_had_a_thread_and_knows_as_many_types_as_one_that_imported_numpy(
    interpreter: Interpreter,
) -> None:
    with Launcher(interpreter) as launcher:
        require_managed(launcher)
    single, before, _ = traces(interpreter, MAKE.format("fresh"))
    assert single
    assert before < 5
    assert traces(interpreter, MAKE.format("used")) == (False, 5, 1)
    if interpreter == find_interpreter(None):
        assert traces(interpreter, "import numpy")[1] == 5


def test_what_comes_between_trials_is_drawn_from_the_seed_and_only_where_a_heap_is_fresh() -> None:
    def drawn(state: str, seed: str) -> list[int]:
        churn = heap.Churn(state, seed)
        churn.turn()
        return list(map(len, churn.blocks))

    assert drawn("fresh", "1") == drawn("fresh", "1")
    assert drawn("fresh", "1") != drawn("fresh", "2")
    assert drawn("used", "1") == drawn("kept", "1") == []


def test_large_messages_are_measured_with_memory_kept_beside() -> None:
    cases, _ = resolve({"channel": "pipe,queue", "workload": "stream", "size": "64,16KiB,32KiB,16MiB,64MiB"})
    for group in plan_run(cases, seed=1).groups:
        kept = [case for case in group.cases if case.heap == "kept"]
        large = 32 << 10 <= group.cases[0].payload_bytes <= 16 << 20
        assert [case.channel for case in kept] == (["pipe", "queue"] if large else [])
        assert not group.asked & set(kept)


def test_what_is_asked_for_in_two_states_is_one_group() -> None:
    cases, _ = resolve({"channel": "pipe", "workload": "stream", "size": "1MiB", "heap": "used,kept"})
    (group,) = plan_run(cases, seed=1).groups
    assert [case.heap for case in group.cases if case in group.asked] == ["used", "kept"]


def test_what_is_held_makes_another_group() -> None:
    cases, _ = resolve({"channel": "pipe", "workload": "stream", "size": "1MiB", "holds": "1,0"})
    assert [case.name.split()[-3:-1] for case in cases] == [["fork", "split"], ["split", "holds=0"]]
    assert len(plan_run(cases, seed=1).groups) == 2


@pytest.mark.parametrize(("axis", "value"), [("heap", "full"), ("holds", "2")])
def test_an_unknown_state_is_refused_with_what_is_accepted(axis: str, value: str) -> None:
    with pytest.raises(UsageError, match=f"unknown {axis} '{value}'; accepted: "):
        resolve({"channel": "pipe", axis: value})


def test_a_state_of_the_heap_is_refused_where_the_target_has_none() -> None:
    cases, _ = resolve({"channel": "pipe", "workload": "stream", "size": "1MiB", "heap": "kept"})
    with pytest.raises(UsageError, match=r"heap=kept: .* is not CPython on glibc.*accepted: used"):
        probe_spec(cases[0], cast("Launcher", Unmanaged()), seed=1)


class Unmanaged:
    """A launcher whose target's memory is not glibc's."""

    facts: ClassVar[dict[str, Any]] = {"start_methods": ["fork"], "heap_managed": False}


#: Its place in a process's `stat`, behind the name.
MINOR_FAULTS = 7


def test_no_message_has_passed_through_a_fresh_heap_before_those_that_are_timed() -> None:
    """Verifying freed what raised the sender's limits or not, by a few bytes that lay somewhere else."""
    (case,), _ = resolve(
        {"channel": "pipe", "workload": "ping-pong", "size": "16MiB", "heap": "fresh", "holds": "0"}
    )
    with Launcher(find_interpreter(None)) as launcher, LiveSet[str](Random(1)) as live_set:
        live_set.launch("", lambda: (launcher, probe_spec(case, launcher, 1)), case)
        live_set.make_ready(again=False)
        peers = live_set.started[""].probe.peers
        faults = {role: int(stat_of(process)[MINOR_FAULTS]) for role, process in peers.items()}
    assert not live_set.failures
    pages = case.payload_bytes / 4096
    # The sender has made its message, nobody anything else of its size.
    assert pages < faults["sender"] < 2 * pages
    assert faults["receiver"] < pages


def test_what_is_measured_in_a_fresh_heap_is_verified_in_a_twin() -> None:
    def launched(heap: str, channel: str = "pipe") -> LiveSet[str]:
        (case,), _ = resolve({"channel": channel, "workload": "stream", "size": "64KiB", "heap": heap})
        with (
            Launcher(find_interpreter(None), [str(Path(__file__).parents[2])]) as launcher,
            LiveSet[str](Random(1)) as live_set,
        ):
            live_set.launch("", lambda: (launcher, probe_spec(case, launcher, 1)), case)
            live_set.make_ready(again=False)
            # A driver and its two ends: the twin's have gone.
            assert live_set.failures or len(generations(os.getpid())[1]) == 1
        return live_set

    assert launched("fresh").started[""].twin
    assert launched("used").started[""].twin is None
    failing = launched("fresh", "tests.conformance.broken_channels:Reordering")
    assert "reordered" in failing.failures[""]


def test_what_is_launched_by_itself_is_verified_as_in_a_set() -> None:
    asked = {"channel": "pipe", "workload": "stream", "size": "64KiB", "heap": "fresh"}
    (case,), _ = resolve(asked)
    with Launcher(find_interpreter(None), [str(Path(__file__).parents[2])]) as launcher:
        with verified_case(case, launcher) as live:
            assert live.twin
            assert live.probe.trial(10, 20)[0].messages == 10
        failing = replace(case, channel="tests.conformance.broken_channels:Reordering")
        with pytest.raises(CaseError, match="reordered"), verified_case(failing, launcher):
            pass
