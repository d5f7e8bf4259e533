"""The life of a channel: kept until both ends have gone, then removed, whatever became of them."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.support import lives
from tests.support.commands import COMMAND, ROOT
from tests.support.lives import segments

from ipcbench.errors import CaseError
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live import verified_case
from ipcbench.launch.probe import Probe
from ipcbench.launch.spec import probe_spec
from ipcbench.plan.case import Case
from ipcbench.testing import Channel, checks_for

pytestmark = pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="looks into Linux's folder of segments")
METHODS = ("fork", "spawn")
WORKLOADS = ("stream", "ping-pong", "handoff", "first-put")


@pytest.fixture(autouse=True)
def own_segments(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(lives.PREFIX_VARIABLE, f"ipcbench-test-{os.urandom(4).hex()}-")


@pytest.mark.parametrize("start_method", METHODS)
@pytest.mark.parametrize("channel", [lives.Segment, lives.KeptSegment, lives.Fifo])
def test_a_channel_that_ends_find_by_name_passes_the_kit(channel: type[Channel], start_method: str) -> None:
    for check in checks_for(channel):
        if check.name in {"once-in-order", "end-of-stream", "killed-sender", "leaks-nothing"}:
            check(start_method)
    assert not segments()


@pytest.mark.parametrize("start_method", METHODS)
def test_a_probe_keeps_a_channel_as_long_as_the_kit_does(start_method: str) -> None:
    with Launcher(find_interpreter(None), [str(ROOT)]) as launcher:
        for channel in ("Segment", "KeptSegment", "ManagerQueue", "Fifo"):
            for workload in WORKLOADS:
                case = kept_case(f"tests.support.lives:{channel}", workload, start_method)
                with verified_case(case, launcher):
                    pass
                assert not segments()


@pytest.mark.parametrize("killed", ["sender", "receiver"])
def test_what_the_kernel_keeps_is_removed_though_an_end_was_killed(killed: str) -> None:
    with live_pair() as (launcher, probe):
        assert len(segments()) == 1
        os.kill(probe.peers[killed], signal.SIGKILL)
        with pytest.raises(CaseError):
            probe.trial(1000, 5)
        launcher.end([probe])
        assert not segments()


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_what_the_kernel_keeps_is_gone_with_the_launcher_whatever_became_of_its_creator(number: int) -> None:
    with live_pair() as (_, probe):
        assert len(segments()) == 1
        os.kill(probe.process, number)
    assert not segments()


#: A channel, the start method under which it fails, what is said of it, and workloads.
FAILING = (
    ("CloseFails", "fork", "cannot let go", WORKLOADS),
    # Where there is an answer, two channels are needed.
    ("SecondFails", "fork", "there is one already", ("ping-pong",)),
    ("Corrupts", "fork", r"corrupt|ended with 1", WORKLOADS),
    ("UnpicklableKept", "spawn", "cannot be pickled", WORKLOADS),
)


@pytest.mark.parametrize(
    ("channel", "start_method", "says", "workload"),
    [(*failing, workload) for *failing, workloads in FAILING for workload in workloads],
)
def test_what_the_kernel_keeps_is_removed_though_a_channel_fails(
    channel: str, start_method: str, says: str, workload: str
) -> None:
    with Launcher(find_interpreter(None), [str(ROOT)]) as launcher:
        case = kept_case(f"tests.support.lives:{channel}", workload, start_method)
        with pytest.raises(CaseError, match=says), verified_case(case, launcher):
            pass
        assert not segments()


def test_what_the_kernel_keeps_is_gone_when_a_run_is_interrupted(tmp_path: Path) -> None:
    words = "run --workload stream --size 64 --placement same --max-time 60s --channel"
    with subprocess.Popen(
        [*COMMAND, *words.split(), "tests.support.lives:KeptSegment", "--results", str(tmp_path)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    ) as job:
        limit = time.monotonic() + 30
        while not segments():
            assert time.monotonic() < limit
            time.sleep(0.05)
        job.send_signal(signal.SIGINT)
        job.communicate(timeout=30)
    assert not segments()


def kept_case(channel: str, workload: str, start_method: str = "fork") -> Case:
    return Case(
        channel=channel,
        workload=workload,
        payload_bytes=64,
        start_method=start_method,
        placement="free",
        python=find_interpreter(None).label,
    )


@contextmanager
def live_pair() -> Iterator[tuple[Launcher, Probe]]:
    """Start a channel that keeps a segment."""
    case = kept_case("tests.support.lives:KeptSegment", "stream")
    with Launcher(find_interpreter(None), [str(ROOT)]) as launcher:
        probe = launcher.launch(probe_spec(case, launcher, seed=0))
        probe.await_ready(20)
        yield launcher, probe
