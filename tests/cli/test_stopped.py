"""A process of a run that is stopped, as by a debugger or a job's control: the run ends all the same."""

from __future__ import annotations

import os
import signal
import time
from contextlib import suppress
from pathlib import Path

import pytest
from tests.cli.test_cli import start
from tests.support.peers import FREE_PAIR
from tests.support.processes import alive, descendants, generations, wait_until

from ipcbench.errors import CaseError, IpcbenchError
from ipcbench.launch import launcher as module
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.probe import STOP_DEADLINE_S
from ipcbench.probe.protocol.spec import ProbeSpec

#: Four tests share two cores: alone it is 15 s at most, which `make kills` looks at.
MAX_TIME_S, LONGEST_BEYOND_S = 2.0, 25.0
#: They wait for an answer for 13 to 20 s, and go on with what is left; a ladder took 116 s once.
LONGEST_OF_OTHERS_S = 60.0
#: How far below the command a process is.
GENERATION = {"launcher": 0, "driver": 1}


@pytest.mark.parametrize(("which", "start_method"), [("launcher", "fork"), ("driver", "spawn")])
def test_a_process_that_is_stopped_ends_a_run_in_time_and_what_was_measured_is_stored(
    tmp_path: Path, which: str, start_method: str
) -> None:
    words = f"run --channel pipe --workload stream --size 64 --placement same --start-method {start_method}"
    with start(f"{words} --max-time {MAX_TIME_S}s --precision 0.1% --results {tmp_path}") as run:
        wait_until(lambda: any("launch" in path.read_text() for path in tmp_path.glob("journal/*")), 30)
        # The run has begun before; what starting takes is not its own.
        began_s = time.monotonic()
        stopped: set[int] = set()
        while run.poll() is None:
            # One that was about to end anyway fails nothing: the next pass has others.
            assert time.monotonic() - began_s < MAX_TIME_S + LONGEST_BEYOND_S
            for process in dict(enumerate(generations(run.pid))).get(GENERATION[which], [])[:1]:
                with suppress(ProcessLookupError):
                    os.kill(process, signal.SIGSTOP)
                    stopped.add(process)
            time.sleep(0.2)
        _, said = run.communicate(timeout=10)
    # Who was stopped when all was measured is missed by nobody; one may not have got as far as to answer.
    is_missed = "no answer within" in said or "did not start within" in said
    assert run.returncode == (4 if is_missed else 0), said
    assert len(list(tmp_path.glob("*.json"))) == 1
    assert not alive(sorted(stopped))


@pytest.mark.parametrize("start_method", ["fork", "spawn"])
def test_all_that_a_run_has_started_may_be_stopped_and_it_ends_in_time(
    tmp_path: Path, start_method: str
) -> None:
    words = f"run --workload stream --size 64 --placement same --start-method {start_method}"
    with start(f"{words} --max-time {MAX_TIME_S}s --precision 0.1% --results {tmp_path}") as run:
        wait_until(lambda: any("launch" in path.read_text() for path in tmp_path.glob("journal/*")), 40)
        began_s = time.monotonic()
        stopped = descendants(run.pid)
        for process in stopped:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)
        run.communicate(timeout=MAX_TIME_S + LONGEST_BEYOND_S)
        assert time.monotonic() - began_s < MAX_TIME_S + LONGEST_BEYOND_S
    assert run.returncode in (0, 4)
    assert len(list(tmp_path.glob("*.json"))) == 1
    assert not alive(stopped)


@pytest.mark.parametrize(
    ("which", "words"),
    [
        ("drivers", "explain --channel queue --size 64 --launches 3"),
        ("all", "count --channel pipe,queue --size 64 --no-strace"),
        ("all", "ab --a channel=pipe --b channel=queue --workload stream --size 64 --max-time 2s"),
    ],
)
def test_other_commands_end_in_time_too(which: str, words: str, tmp_path: Path) -> None:
    with start(f"{words} --results {tmp_path}") as command:
        wait_until(lambda: len(descendants(command.pid)) >= 4, 40)
        began_s = time.monotonic()
        stopped = descendants(command.pid)
        if which == "drivers":
            stopped = dict(enumerate(generations(command.pid))).get(GENERATION["driver"], [])
        for process in stopped:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGSTOP)
        command.communicate(timeout=LONGEST_OF_OTHERS_S)
        assert time.monotonic() - began_s < LONGEST_OF_OTHERS_S
    # A verdict may have been found before, and a count before that.
    assert command.returncode in (0, 1, 3, 4)
    assert not alive(stopped)


@pytest.fixture
def spec() -> ProbeSpec:
    return ProbeSpec("pipe", "stream", "bytes", 64, "fork", FREE_PAIR, seed=1)


def test_a_driver_that_is_stopped_is_given_up_and_killed(spec: ProbeSpec) -> None:
    with Launcher(find_interpreter(None)) as launcher:
        probe = launcher.launch(spec)
        probe.await_ready(20)
        os.kill(probe.process, signal.SIGSTOP)
        with pytest.raises(CaseError, match="the probe gave no answer within"):
            probe.trial(10, 0.1)
        began_s = time.monotonic()
        launcher.end([probe])
        assert time.monotonic() - began_s < STOP_DEADLINE_S
        # Its ends notice that it has gone by themselves.
        wait_until(lambda: not alive([probe.process, *probe.peers.values()]), 5)


def test_a_launcher_that_is_stopped_is_given_up_with_all_that_it_started(
    spec: ProbeSpec, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "ANSWER_DEADLINE_S", 0.5)
    with Launcher(find_interpreter(None)) as launcher:
        probe = launcher.launch(spec)
        probe.await_ready(20)
        # What other tests left to this process (a forkserver, a resource tracker) stays.
        process = launcher._process.pid
        started = [process, *descendants(process)]
        os.kill(process, signal.SIGSTOP)
        for _ in range(2):
            with pytest.raises(IpcbenchError, match=r"the launcher (gave no answer within 0\.5 s|ended)"):
                launcher.launch(spec)
    assert not alive(started)
