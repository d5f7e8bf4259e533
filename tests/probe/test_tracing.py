"""Stamps round the parts of every channel, with a real process at either end."""

from __future__ import annotations

import multiprocessing
import os
import signal
from multiprocessing.connection import Connection
from pathlib import Path
from time import perf_counter, sleep
from typing import Any

import pytest
from tests.conformance.interpreters import ALL, on_every_interpreter
from tests.support.peers import FREE_PAIR

from ipcbench import words
from ipcbench.analysis import timeline
from ipcbench.errors import CaseError
from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Channel
from ipcbench.probe.channels.stdlib.queue import Queue
from ipcbench.probe.held import Held
from ipcbench.probe.protocol.messages import RunTrace
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.probe.tracing.loops import receive_each, send_each
from ipcbench.probe.tracing.plant import plant
from ipcbench.probe.tracing.tape import Tape

EITHER = {words.CALLED, words.RETURNED, words.PICKLED, words.WRITTEN}
ENDS = {words.HEADER, words.BODY, words.LOADING, words.LOADED, words.RECEIVED}
LOCKS = {words.WRITE_LOCKED, words.READ_LOCKED}
MOMENTS_OF = {
    "pipe": EITHER | ENDS,
    "duplex-pipe": EITHER | ENDS,
    "simple-queue": EITHER | ENDS | LOCKS,
    "queue": EITHER | ENDS | LOCKS | {words.AWAKE, words.TAKEN},
    "joinable-queue": EITHER | ENDS | LOCKS | {words.AWAKE, words.TAKEN},
}
MESSAGES = 40
BURN_S = 0.02


def burn(what: str) -> str:
    end = perf_counter() + BURN_S
    while perf_counter() < end:
        pass
    return what


class SlowToPickle:
    def __reduce__(self) -> tuple[Any, ...]:
        return str, (burn("pickled"),)


class SleepsInPickle:
    def __reduce__(self) -> tuple[Any, ...]:
        sleep(BURN_S)
        return str, ("pickled",)


class SlowToUnpickle:
    def __reduce__(self) -> tuple[Any, ...]:
        return burn, ("unpickled",)


def receiver(channel: Channel, messages: int, control: Connection, detailed: bool) -> None:
    end, tape = channel.receiver(), Tape(detailed=detailed)
    plant(channel, "receiver", tape)
    tape.begin(messages, words.MOMENTS[words.RECEIVER])
    control.send(None)
    receive_each(end, messages, tape, Held(holds=True))
    control.send(tape.end())


def batch(
    name: str,
    payload: Any = b"x" * 100,
    *,
    start_method: str = "fork",
    interval_ns: int = 500_000,
    messages: int = MESSAGES,
    detailed: bool = False,
) -> dict[str, Any]:
    """Send messages through a channel that is stamped at both ends."""
    context = multiprocessing.get_context(start_method)
    channel = load_channel(name)(context, 100)
    near, far = context.Pipe()
    process = context.Process(target=receiver, args=(channel, messages, far, detailed), daemon=True)  # type: ignore[attr-defined]
    process.start()
    assert near.poll(30)
    near.recv()
    end, tape = channel.sender(), Tape(detailed=detailed)
    plant(channel, "sender", tape)
    tape.begin(messages, (*words.MOMENTS[words.SENDER], *words.MOMENTS[words.FEEDER]))
    send_each(end, payload, messages, interval_ns, tape)
    assert near.poll(30)
    received = near.recv()
    end.close()
    process.join(10)
    assert process.exitcode == 0
    return {**tape.end(), **received}


def whole_batch(name: str, **options: Any) -> dict[str, Any]:
    """Return a batch that has all moments: a feeder sleeps now and then, on a busy machine not in each."""
    for _ in range(5):
        stamped = batch(name, **options)
        if set(stamped) == MOMENTS_OF[name]:
            break
    return stamped


@pytest.mark.parametrize("name", MOMENTS_OF)
def test_every_message_has_every_moment_of_its_channel_in_order(name: str) -> None:
    stamped = whole_batch(name)
    assert set(stamped) == MOMENTS_OF[name]
    for moment in MOMENTS_OF[name] - {words.AWAKE}:
        assert all(stamped[moment]["wall"]), moment
    for number in range(MESSAGES):
        way = [stamped[moment]["wall"][number] for moment in words.PATH if moment in stamped]
        assert [at for at in way if at] == sorted(at for at in way if at)


@pytest.mark.parametrize("start_method", ["spawn", "forkserver"])
def test_nothing_that_is_planted_has_to_pickle(start_method: str) -> None:
    assert set(whole_batch("queue", start_method=start_method)) == MOMENTS_OF["queue"]


def test_a_message_whose_feeder_was_at_work_records_that_it_did_not_wake() -> None:
    stamped = batch("queue", interval_ns=0, messages=400)
    assert all(stamped[words.TAKEN]["wall"])
    # Often none at all: the first message starts the feeder, and it has found another one ever since.
    woken = sum(at > 0 for at in stamped.get(words.AWAKE, {"wall": []})["wall"])
    assert woken < 400
    named = {stage.name: stage for stage in timeline.stages([stamped])}
    assert named[timeline.QUEUED].share == pytest.approx(1 - woken / 400)


@pytest.mark.parametrize("name", MOMENTS_OF)
def test_the_stages_add_up_to_the_whole_time_of_each_message(name: str) -> None:
    assert timeline.unaccounted_s(batch(name)) < 1e-6


@pytest.mark.parametrize("name", ["pipe", "simple-queue", "queue"])
@pytest.mark.parametrize(
    ("payload", "stage"), [(SlowToPickle(), words.PICKLED), (SlowToUnpickle(), words.LOADED)]
)
def test_a_slowdown_is_told_of_the_stage_it_was_planted_in(name: str, payload: Any, stage: str) -> None:
    # Where others hold both processors a stage may wait as long by chance, but not in each of three batches.
    fastest: dict[str, float] = {}
    for _ in range(3):
        found = timeline.stages([batch(name, payload, interval_ns=50_000_000, messages=5)])
        way = {each.name: each.p50.value for each in found if each.on_path}
        assert way[stage] >= BURN_S
        fastest = {each: min(took, fastest.get(each, took)) for each, took in way.items()}
        if sorted(fastest.values())[-2] < BURN_S:
            break
    assert max(fastest, key=fastest.__getitem__) == stage
    assert sorted(fastest.values())[-2] < BURN_S


def test_a_slow_pickling_is_not_part_of_put() -> None:
    (call,) = (
        each
        for each in timeline.stages([batch("queue", SlowToPickle(), interval_ns=50_000_000, messages=5)])
        if each.name == "send call"
    )
    assert call.p50.value < BURN_S


def test_detailed_stamps_tell_work_from_waiting() -> None:
    shares = {}
    for payload in (SlowToPickle(), SleepsInPickle()):
        stamped = batch("queue", payload, interval_ns=50_000_000, messages=5, detailed=True)
        (pickled,) = (each for each in timeline.stages([stamped], [stamped]) if each.name == words.PICKLED)
        assert pickled.cpu_share is not None
        assert pickled.waiting_share is not None
        shares[type(payload)] = pickled.cpu_share
    # How large the share of one that works is depends on who else works.
    assert shares[SleepsInPickle] < shares[SlowToPickle] / 3


def test_stamps_come_before_the_first_message_or_not_at_all() -> None:
    channel = Queue(multiprocessing.get_context("fork"), 1)
    channel._queue.put(b"x")
    with pytest.raises(CaseError, match="too late to plant stamps"):
        plant(channel, "sender", Tape())
    assert channel._queue.get() == b"x"
    channel._queue.close()
    channel._queue.join_thread()


def test_a_channel_without_stages_says_which_have_some() -> None:
    channel = load_channel("os-pipe")(multiprocessing.get_context("fork"), 1)
    with pytest.raises(CaseError, match="OsPipe has no stages to stamp; accepted: Pipe, DuplexPipe"):
        plant(channel, "sender", Tape())
    channel.close()


def spec(channel: str, start_method: str, traced: str) -> ProbeSpec:
    return ProbeSpec(channel, "stream", "bytes", 100, start_method, FREE_PAIR, 1, traced)


@on_every_interpreter
@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_every_interpreter_can_be_traced(interpreter: Interpreter, start_method: str) -> None:
    with Launcher(interpreter) as launcher:
        for channel, moments in MOMENTS_OF.items():
            probe = launcher.launch(spec(channel, start_method, "clock"))
            probe.await_ready(30)
            # A feeder sleeps now and then, however busy the machine is: not in each trace of this length.
            seen: set[str] = set()
            for _ in range(5):
                seen |= set(probe.trace(40, 2_000_000, 20))
                if seen == moments:
                    break
            assert seen == moments


def test_a_receiver_that_is_killed_while_traced_is_named() -> None:
    with Launcher(ALL[0]) as launcher:
        probe = launcher.launch(spec("queue", "fork", "clock"))
        probe.await_ready(30)
        probe.ask(RunTrace(1000, 20, 1_000_000))
        os.kill(probe.peers["receiver"], signal.SIGKILL)
        with pytest.raises(CaseError, match=r"receiver .* was killed by SIGKILL"):
            probe.answer(20, object)


def test_what_the_feeder_cannot_pickle_is_told_by_its_error() -> None:
    losing = "tests.support.channels:Losing"
    with Launcher(ALL[0], [str(Path(__file__).parents[2])]) as launcher:
        probe = launcher.launch(spec(losing, "fork", "clock"))
        probe.await_ready(30)
        with pytest.raises(
            CaseError, match=r"the sender failed: .* the feeder thread lost \d messages: .*pickle"
        ):
            probe.trace(3, 1_000_000, 20)
        probe = launcher.launch(spec(losing, "fork", ""))
        probe.await_ready(30)
        with pytest.raises(
            CaseError, match=r"no answer of the receiver within 1 s; .* lost 3 messages: .*pickle"
        ):
            probe.trial(3, 1)
