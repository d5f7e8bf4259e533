"""The life of a channel: kept until both ends have gone, then removed, whatever became of them."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.cli.test_cli import ROOT
from tests.support import lives

from ipcbench.errors import CaseError
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.probe import Probe
from ipcbench.launch.smoke import smoke
from ipcbench.launch.spec import probe_spec
from ipcbench.plan.case import Case
from ipcbench.testing import Channel, checks_for

pytestmark = pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="looks into Linux's folder of segments")
METHODS = ("fork", "spawn")


def segments() -> list[str]:
    prefix = os.environ[lives.PREFIX_VARIABLE]
    return [entry.name for entry in Path("/dev/shm").iterdir() if entry.name.startswith(prefix)]


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
    interpreter = find_interpreter(None)
    with Launcher(interpreter, [str(ROOT)]) as launcher:
        for channel in ("Segment", "KeptSegment", "ManagerQueue", "Fifo"):
            for workload in ("stream", "ping-pong", "handoff", "first-put"):
                name = f"tests.support.lives:{channel}"
                smoke(
                    Case(
                        channel=name,
                        workload=workload,
                        payload_bytes=64,
                        start_method=start_method,
                        placement="free",
                        python=interpreter.label,
                    ),
                    launcher,
                )
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


def test_what_the_kernel_keeps_is_gone_with_the_launcher_though_its_creator_was_killed() -> None:
    with live_pair() as (_, probe):
        assert len(segments()) == 1
        os.kill(probe.process, signal.SIGKILL)
    assert not segments()


@contextmanager
def live_pair() -> Iterator[tuple[Launcher, Probe]]:
    """Start a channel that keeps a segment."""
    interpreter = find_interpreter(None)
    case = Case(
        channel="tests.support.lives:KeptSegment",
        workload="stream",
        payload_bytes=64,
        start_method="fork",
        placement="free",
        python=interpreter.label,
    )
    with Launcher(interpreter, [str(ROOT)]) as launcher:
        probe = launcher.launch(probe_spec(case, launcher, seed=0))
        probe.await_ready(20)
        yield launcher, probe
