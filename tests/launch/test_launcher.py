"""The launcher with real processes: trials, failures that name their cause, and nobody left behind."""

import gc
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest
from tests.conformance import broken_channels
from tests.conformance.interpreters import on_other_interpreters
from tests.support.peers import FREE_PAIR
from tests.support.processes import alive

from ipcbench.errors import CaseError, IpcbenchError
from ipcbench.launch import launcher as module
from ipcbench.launch.interpreter import Interpreter, find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.probe import launcher as launcher_side
from ipcbench.probe.channels import CHANNELS, load_channel
from ipcbench.probe.protocol.messages import RunTrial, Verify
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.words import ROLES, SENDER

DEADLINE_S = 20.0
#: More messages than any channel carries while a test lasts.
ENDLESS = 3_000_000
BROKEN_FOLDER = str(Path(broken_channels.__file__).parent)


def spec(channel: str, workload: str, start_method: str = "fork", payload_bytes: int = 64) -> ProbeSpec:
    return ProbeSpec(channel, workload, "bytes", payload_bytes, start_method, FREE_PAIR, seed=1)


@pytest.fixture(scope="module")
def shared() -> Iterator[Launcher]:
    """One launcher for the tests that leave theirs alive."""
    with Launcher(find_interpreter(None), [BROKEN_FOLDER]) as launcher:
        yield launcher


def run_one_trial(
    launcher: Launcher, asked: ProbeSpec, messages: int, roles: Collection[str] = ROLES
) -> None:
    with launcher.ready(asked, DEADLINE_S) as probe:
        probe.ask(Verify(5, DEADLINE_S))
        probe.await_verified(DEADLINE_S)
        lives = {"driver"} if asked.workload == "handoff" else set()
        assert set(probe.self_reports) == {*roles, *lives}
        trial, round_trips_ns = probe.trial(messages, DEADLINE_S)
    assert trial.messages == messages
    assert trial.elapsed_ns > 0
    assert len(round_trips_ns) == (8 * messages if asked.workload == "ping-pong" else 0)


#: Whose sender starts who receives: round trips.
HERE = [name for name in CHANNELS if not load_channel(name).missing()]
ANSWERED = [name for name in HERE if load_channel(name).traits.owns_receiver]
BETWEEN_TWO = [name for name in HERE if name not in ANSWERED]


@pytest.mark.parametrize("workload", ["stream", "ping-pong"])
@pytest.mark.parametrize("channel", BETWEEN_TWO)
def test_every_channel_runs_a_trial_between_live_peers(shared: Launcher, channel: str, workload: str) -> None:
    run_one_trial(shared, spec(channel, workload), 100)


@pytest.mark.parametrize("channel", ANSWERED)
def test_a_sender_that_starts_who_receives_is_the_only_peer(shared: Launcher, channel: str) -> None:
    run_one_trial(shared, spec(channel, "ping-pong"), 100, roles={SENDER})


@pytest.mark.parametrize("channel", [name for name in BETWEEN_TWO if name != "null"])
def test_every_channel_that_delivers_runs_a_handoff(shared: Launcher, channel: str) -> None:
    run_one_trial(shared, spec(channel, "handoff"), 5)


@pytest.mark.parametrize("start_method", ["spawn", "forkserver"])
@pytest.mark.parametrize("workload", ["stream", "ping-pong", "handoff"])
@pytest.mark.parametrize("channel", ["pipe", "queue", "socketpair"])
def test_a_trial_runs_under_every_start_method(
    shared: Launcher, channel: str, workload: str, start_method: str
) -> None:
    run_one_trial(shared, spec(channel, workload, start_method), 5)


@pytest.mark.parametrize("payload_bytes", [0, 1, 19, 20, 16384, 1 << 20])
def test_a_trial_runs_at_every_size(shared: Launcher, payload_bytes: int) -> None:
    run_one_trial(shared, spec("pipe", "ping-pong", payload_bytes=payload_bytes), 5)


@on_other_interpreters
def test_a_trial_runs_on_every_cpython(interpreter: Interpreter) -> None:
    with Launcher(interpreter) as launcher:
        assert launcher.facts["python"] == interpreter.label
        run_one_trial(launcher, spec("queue", "stream"), 50)
        run_one_trial(launcher, spec("duplex-pipe", "ping-pong"), 50)


def test_probes_live_side_by_side(shared: Launcher) -> None:
    with (
        shared.ready(spec("pipe", "stream"), DEADLINE_S) as one,
        shared.ready(spec("queue", "stream"), DEADLINE_S) as other,
    ):
        for _ in range(3):
            for probe in (one, other):
                assert probe.trial(10, DEADLINE_S)[0].messages == 10


@pytest.mark.parametrize("role", ["receiver", "sender"])
@pytest.mark.parametrize("workload", ["stream", "ping-pong"])
@pytest.mark.parametrize("channel", ["pipe", "duplex-pipe", "queue", "os-pipe", "socketpair"])
def test_a_killed_peer_is_named_with_its_signal(
    shared: Launcher, channel: str, workload: str, role: str
) -> None:
    with shared.ready(spec(channel, workload), DEADLINE_S) as probe:
        probe.ask(RunTrial(ENDLESS, 30))
        time.sleep(0.1)
        os.kill(probe.peers[role], signal.SIGKILL)
        killed_s = time.monotonic()
        with pytest.raises(CaseError, match=rf"the {role} \(process {probe.peers[role]}\) .* SIGKILL$"):
            probe.answer(30, object)
        assert time.monotonic() - killed_s < 15


def test_after_a_failed_probe_the_next_one_runs(shared: Launcher) -> None:
    with shared.ready(spec("pipe", "stream"), DEADLINE_S) as probe:
        os.kill(probe.peers["sender"], signal.SIGKILL)
        with pytest.raises(CaseError, match="SIGKILL"):
            probe.trial(10, DEADLINE_S)
    run_one_trial(shared, spec("pipe", "stream"), 10)


def test_a_killed_driver_is_named(shared: Launcher) -> None:
    with shared.ready(spec("pipe", "stream"), DEADLINE_S) as probe:
        probe.ask(RunTrial(ENDLESS, 30))
        os.kill(probe.process, signal.SIGKILL)
        killed_s = time.monotonic()
        with pytest.raises(CaseError, match=rf"the probe's driver \(process {probe.process}\) was killed"):
            probe.answer(30, object)
        assert time.monotonic() - killed_s < 15
        with pytest.raises(CaseError, match=rf"the probe's driver \(process {probe.process}\) was killed"):
            probe.trial(10, DEADLINE_S)


def test_a_trial_that_takes_too_long_ends_at_its_deadline(shared: Launcher) -> None:
    with (
        shared.ready(spec("pipe", "ping-pong"), DEADLINE_S) as probe,
        pytest.raises(CaseError, match=r"no answer of the .* within 0.3 s"),
    ):
        probe.trial(ENDLESS, 0.3)


def test_a_killed_launcher_is_reported_and_takes_everything_with_it() -> None:
    with Launcher(find_interpreter(None)) as launcher:
        leader = launcher._process.pid
        launcher.launch(spec("pipe", "stream")).await_ready(DEADLINE_S)
        os.kill(leader, signal.SIGKILL)
        with pytest.raises(IpcbenchError, match=r"^the launcher ended: .*SIGKILL$"):
            launcher.launch(spec("queue", "stream"))
    assert_session_is_empty(leader)


def test_a_lossy_channel_fails_verification_with_the_count(shared: Launcher) -> None:
    with shared.ready(spec("broken_channels:Dropping", "stream"), DEADLINE_S) as probe:
        probe.ask(Verify(64, DEADLINE_S))
        with pytest.raises(CaseError, match=r"of 64 messages 6 were lost, 0 duplicated"):
            probe.answer(DEADLINE_S, object)


def test_an_echo_that_never_comes_back_fails_verification_with_the_count(shared: Launcher) -> None:
    with shared.ready(spec("broken_channels:Dropping", "ping-pong"), DEADLINE_S) as probe:
        probe.ask(Verify(64, 1.0))
        with pytest.raises(CaseError, match=r"9 of 64 messages (came back|were echoed); then nothing moved"):
            probe.answer(DEADLINE_S, object)


@pytest.mark.parametrize("workload", ["stream", "ping-pong"])
@pytest.mark.parametrize("what", [Verify(10, 2.0), RunTrial(10, 2.0)], ids=["verify", "trial"])
def test_an_error_of_a_channel_arrives_in_its_own_words(
    shared: Launcher, workload: str, what: Verify | RunTrial
) -> None:
    with shared.ready(spec("broken_channels:Raising", workload), DEADLINE_S) as probe:
        probe.ask(what)
        with pytest.raises(CaseError, match=r"the sender failed: ValueError: boom"):
            probe.answer(DEADLINE_S, object)


def test_a_handoff_that_fails_says_which_process_did(shared: Launcher) -> None:
    with shared.ready(spec("broken_channels:Exiting", "handoff"), DEADLINE_S) as probe:
        probe.ask(RunTrial(1, 2.0))
        with pytest.raises(CaseError, match="the producer ended with 3"):
            probe.answer(DEADLINE_S, object)


def test_a_channel_that_does_not_exist_is_refused_and_the_launcher_goes_on(shared: Launcher) -> None:
    with pytest.raises(CaseError, match=r"unknown channel 'nothing'; accepted: pipe, "):
        shared.launch(spec("nothing", "stream"))
    run_one_trial(shared, spec("pipe", "stream"), 10)


def test_a_users_files_do_not_hide_the_standard_library(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("queue.py", "socket.py", "random.py"):
        (tmp_path / name).write_text("raise SystemExit('the wrong module')")
    monkeypatch.chdir(tmp_path)
    with Launcher(find_interpreter(None), [str(tmp_path)]) as launcher:
        run_one_trial(launcher, spec("queue", "stream", "spawn"), 5)


def test_a_program_that_is_no_interpreter_is_reported() -> None:
    with (
        pytest.raises(IpcbenchError, match=r"/bin/true ended before it could measure: exit status 0"),
        Launcher(Interpreter("/bin/true", "3.11.7")),
    ):
        pass


@pytest.mark.parametrize("start_method", ["fork", "spawn", "forkserver"])
def test_leaving_a_launcher_leaves_no_process_descriptor_or_folder(start_method: str) -> None:
    gc.collect()
    before = open_descriptors()
    with Launcher(find_interpreter(None)) as launcher:
        leader, folder = launcher._process.pid, Path(launcher._folder.name)
        idle, busy, stopped = (launcher.launch(spec("queue", "stream", start_method)) for _ in range(3))
        for probe in (idle, busy, stopped):
            probe.await_ready(DEADLINE_S)
        assert len(session(leader)) >= 10
        busy.ask(RunTrial(ENDLESS, 30))
        # A process that does not even hear a signal to end must not survive either.
        os.kill(stopped.peers["sender"], signal.SIGSTOP)
    assert_session_is_empty(leader)
    assert not folder.exists()
    gc.collect()
    assert open_descriptors() == before


def test_an_error_inside_leaves_no_process_either() -> None:
    leader = 0

    def fail() -> None:
        nonlocal leader
        with Launcher(find_interpreter(None)) as launcher:
            leader = launcher._process.pid
            launcher.launch(spec("pipe", "stream"))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert_session_is_empty(leader)


def session(leader: int) -> list[str]:
    """Return the live processes of a session, as `ps` would name them."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = stat.read_text()
        except (FileNotFoundError, ProcessLookupError):
            continue
        state, _parent, _group, session_id = words.rpartition(")")[2].split()[:4]
        # A zombie is dead; it waits for a parent that is not ours to reap it.
        if int(session_id) == leader and state not in "ZX":
            found.append(words)
    return found


def assert_session_is_empty(leader: int) -> None:
    limit = time.monotonic() + 5
    while session(leader) and time.monotonic() < limit:
        time.sleep(0.01)
    assert session(leader) == []


def open_descriptors() -> list[str]:
    return sorted(path.name for path in Path("/proc/self/fd").iterdir())


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="looks through /proc and /dev/shm")
def test_semaphores_go_though_the_launcher_was_killed_and_a_driver_hangs() -> None:
    with (
        Launcher(find_interpreter(None)) as launcher,
        suppress(IpcbenchError),
        launcher.ready(spec("queue", "stream", "spawn"), DEADLINE_S) as probe,
    ):
        # Under another name than their file's: each was linked to that when it was whole.
        maps = Path(f"/proc/{probe.process}/maps").read_text()
        mapped = {int(line.split()[4]) for line in maps.splitlines() if "/dev/shm/" in line}
        assert len(mapped & _inodes()) >= 3
        # It holds what its resource tracker waits for.
        os.kill(probe.process, signal.SIGSTOP)
        os.kill(launcher._process.pid, signal.SIGKILL)
    assert not mapped & _inodes()


def _inodes() -> set[int]:
    found = set()
    for path in Path("/dev/shm").iterdir():
        with suppress(FileNotFoundError):
            found.add(path.stat().st_ino)
    return found


def test_a_launcher_that_is_told_nothing_removes_its_folder(tmp_path: Path) -> None:
    for name, stays in (("ipcbench-x", False), ("other", True)):
        folder = tmp_path / name
        folder.mkdir()
        code = "from ipcbench.probe.launcher import main; main()"
        done = subprocess.run(
            [sys.executable, "-c", code],
            stdin=subprocess.DEVNULL, env={**os.environ, "TMPDIR": str(folder)}, timeout=20, check=False,
        )  # fmt: skip
        assert (done.returncode, folder.exists()) == (0, stays)


def test_a_launcher_removes_its_folder_though_a_peer_still_writes_into_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, remove = tmp_path / "ipcbench-x", shutil.rmtree
    folder.mkdir()

    def remove_while_it_writes(*_: str, **__: bool) -> None:
        monkeypatch.setattr(shutil, "rmtree", remove)
        (folder / "pymp-late").mkdir()

    monkeypatch.setattr(shutil, "rmtree", remove_while_it_writes)
    launcher_side._remove(str(folder))
    assert not folder.exists()


@pytest.mark.skipif(os.name == "nt", reason="no such signal")
def test_a_launcher_that_is_stopped_as_it_starts_is_given_up(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "START_DEADLINE_S", 0.5)
    stops, note = tmp_path / "python", tmp_path / "process"
    stops.write_text(f"#!/bin/sh\necho $$ > {note}\nkill -STOP $$\n")
    stops.chmod(0o755)
    started = replace(find_interpreter(None), executable=str(stops))
    with pytest.raises(IpcbenchError, match=r"python did not start within 0\.5 s"), Launcher(started):
        pass
    assert alive([int(note.read_text())]) == []
