"""What both ends set is a coordinate of every case: measured interleaved, named, and kept apart."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import ipcbench
from ipcbench.analysis.groups import read_groups
from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import plan_run
from ipcbench.errors import CaseError, UsageError
from ipcbench.launch.catalogue import check_setting
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.spec import probe_spec
from ipcbench.launch.targets import Target, makers_of
from ipcbench.plan.settings import merge_settings, parse_settings
from ipcbench.record.run import read_run

ROOT = str(Path(__file__).parents[2])
WANTS = "tests.support.channels:WantsSwitchInterval"


def test_a_setting_spans_an_axis_and_several_combine() -> None:
    assert parse_settings("") == [()]
    assert parse_settings("switch-interval=0.005,0.0005") == [
        ("switch-interval=0.005",), ("switch-interval=0.0005",),
    ]  # fmt: skip
    assert parse_settings(["switch-interval=1,2", "env:X=a,b"]) == [
        ("env:X=a,b", "switch-interval=1"), ("env:X=a,b", "switch-interval=2"),
    ]  # fmt: skip
    assert parse_settings(["env:X=1", "env:X=2"]) == [("env:X=1",), ("env:X=2",)]


def test_what_an_arm_sets_comes_before_what_all_do() -> None:
    merged = merge_settings(["env:X=1", "switch-interval=1"], ["env:X=2", "env:A=3"])
    assert merged == ("env:A=3", "env:X=2", "switch-interval=1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("colour=red", "unknown setting 'colour'; accepted: switch-interval, pipe-buffer, "),
        ("switch-interval=nan", "accepted: seconds from 1e-6 to 10"),
        ("switch-interval", "accepted: NAME=VALUE"),
        ("env=1", "accepted: env:NAME=VALUE"),
        ("env:1X=2", "accepted: env:NAME=VALUE"),
        ("env:TMPDIR=/x", "which ipcbench sets itself"),
        ("no.such:Thing=1", "cannot be imported"),
        ("nice@everyone=1", "accepted: nice@sender= and nice@receiver="),
        ("env:X@receiver=1", "accepted: both ends alike"),
        ("pipe-buffer=0", "accepted: 1 B to 1 GiB, as 64KiB or 1MiB"),
        ("setup=os.path", "accepted: package.module:function"),
        ("scheduler=idle", "accepted: other, batch, fifo"),
    ],
)
def test_what_is_no_setting_is_one_line_that_says_what_is(text: str, says: str) -> None:
    with pytest.raises(UsageError) as refusal:
        check_setting(text)
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_cases_that_differ_in_a_setting_are_measured_interleaved_each_beside_its_loop() -> None:
    cases, _ = resolve({"channel": "queue", "workload": "stream", "size": 64,
                        "setting": "switch-interval=0.005,0.0005"})  # fmt: skip
    (group,) = plan_run(cases, seed=1).groups
    assert [case.name for case in cases] == [
        "queue stream 64B fork split switch-interval=0.005 " + cases[0].python,
        "queue stream 64B fork split switch-interval=0.0005 " + cases[0].python,
    ]
    assert [case.settings for case in group.cases if case.channel == "os-pipe"] == [
        ("switch-interval=0.005",), ("switch-interval=0.0005",),
    ]  # fmt: skip


def test_an_environment_has_a_launcher_of_its_own() -> None:
    cases, interpreters = resolve({"channel": "pipe", "workload": "stream", "size": 64,
                                   "setting": ["env:X=1", "env:X=2", "switch-interval=1,2"]})  # fmt: skip
    makers = makers_of(cases, interpreters)
    assert [target.environment for target in makers] == [(("X", "1"),), (("X", "2"),)]
    assert Target.of(cases[0]) == Target(cases[0].python, (("X", "1"),))
    with makers[Target.of(cases[-1])]() as launcher:
        spec = probe_spec(cases[-1], launcher, seed=1)
        assert spec.settings == ["env:X=2", "switch-interval=2"]
        with launcher.ready(spec, 20) as probe:
            process = probe.peers["sender"]
            assert b"X=2" in Path(f"/proc/{process}/environ").read_bytes().split(b"\0")


def test_both_ends_set_it() -> None:
    """The channel refuses to work with any other interval than 2 ms."""
    cases, _ = resolve({"channel": WANTS, "workload": "stream", "size": 64,
                        "setting": "switch-interval=0.002"})  # fmt: skip
    with (
        Launcher(find_interpreter(None), [ROOT]) as launcher,
        launcher.ready(probe_spec(cases[0], launcher, 1), 20),
    ):
        pass


def test_the_example_of_the_docs_is_set_at_both_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    text = (Path(ROOT) / "docs" / "settings.md").read_text(encoding="utf-8")
    (code,) = re.findall(r"```python\n(.*?)```", text, re.DOTALL)
    (tmp_path / "example_of_nice.py").write_text(code, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    name = "example_of_nice:Nice"
    cases, interpreters = resolve(
        {"channel": "pipe", "workload": "stream", "size": 64, "setting": f"{name}=3"}
    )
    ((_, make),) = makers_of(cases, interpreters).items()
    with make() as launcher, launcher.ready(probe_spec(cases[0], launcher, 1), 20) as probe:
        before = os.getpriority(os.PRIO_PROCESS, 0)
        nice = [os.getpriority(os.PRIO_PROCESS, process) for process in probe.peers.values()]
    assert nice == [before + 3] * 2
    with pytest.raises(UsageError, match="accepted: 0 to 19"):
        check_setting(f"{name}=20")


def test_a_run_has_what_was_set_in_its_table_and_its_record(tmp_path: Path) -> None:
    found = ipcbench.run(
        channel="pipe", workload="stream", size=64, seconds=0.1, results=str(tmp_path),
        setting=["switch-interval=0.005,0.0005"],
    )  # fmt: skip
    assert "pipe switch-interval=0.0005" in found.table()
    (stored,) = tmp_path.glob("0001_*.json")
    (group,) = read_groups(read_run(stored))
    fast = group.cases["pipe switch-interval=0.0005"]
    assert fast.case.settings == ("switch-interval=0.0005",)
    loop = group.loop(fast)
    assert loop
    assert loop.case.settings == fast.case.settings


def test_a_workload_that_makes_a_setting_itself_takes_no_other_value_of_it() -> None:
    asked = {"channel": "queue", "size": 64, "setting": "switch-interval=0.1"}
    with pytest.raises(UsageError, match="busy-producer:5ms sets switch-interval itself"):
        resolve({**asked, "workload": "busy-producer:5ms"})
    cases, interpreters = resolve({**asked, "workload": "busy-producer:as-set"})
    ((_, make),) = makers_of(cases, interpreters).items()
    with make() as launcher, launcher.ready(probe_spec(cases[0], launcher, 1), 20) as probe:
        times, _ = probe.trial(2, 20)
    # The feeder gets the GIL when the producer's turn of 100 ms is over, if it had not slept by then.
    assert times.messages == 2


@contextmanager
def peers_of(**asked: object) -> Iterator[dict[str, int]]:
    """Yield the processes of the one case that is meant, by role, ready for their first message."""
    cases, interpreters = resolve({"workload": "stream", "size": 64, **asked})
    ((_, make),) = makers_of(cases, interpreters).items()
    with make() as launcher, launcher.ready(probe_spec(cases[0], launcher, 1), 20) as probe:
        yield probe.peers


@pytest.mark.skipif(not hasattr(os, "getpriority"), reason="this system has no niceness")
def test_one_end_alone_can_be_set() -> None:
    before = os.getpriority(os.PRIO_PROCESS, 0)
    with peers_of(channel="pipe", setting=["nice@receiver=7"]) as peers:
        nice = {role: os.getpriority(os.PRIO_PROCESS, process) for role, process in peers.items()}
    assert nice == {"sender": before, "receiver": 7}


@pytest.mark.skipif(not Path("/proc/sys/fs/pipe-max-size").exists(), reason="pipes of Linux can be sized")
@pytest.mark.parametrize("channel", ["pipe", "queue", "os-pipe"])
def test_the_pipe_between_the_ends_gets_the_size_that_is_set(channel: str) -> None:
    with peers_of(channel=channel, setting=["pipe-buffer=256KiB"]) as peers:
        sizes = {pipe_bytes(descriptor) for process in peers.values()
                 for descriptor in Path(f"/proc/{process}/fd").iterdir()}  # fmt: skip
    assert 256 << 10 in sizes


def pipe_bytes(path: Path) -> int | None:
    """Return what a pipe of another process holds; None for what is no pipe."""
    import fcntl

    if not str(path.readlink()).startswith("pipe:"):
        return None
    own = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    try:
        return fcntl.fcntl(own, fcntl.F_GETPIPE_SZ)
    finally:
        os.close(own)


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        (
            {"channel": "duplex-pipe", "setting": ["pipe-buffer=1MiB"]},
            "has no pipe that pipe-buffer could size",
        ),
        ({"channel": "pipe", "setting": ["socket-buffer=1MiB"]}, "has no socket that socket-buffer"),
        (
            {"channel": "pipe", "workload": "handoff", "setting": ["pipe-buffer=1MiB"]},
            "leaves its ends as they",
        ),
        ({"channel": "pipe", "heap": "kept", "setting": ["heap=used"]}, "heap is given twice"),
    ],
)
def test_what_a_case_cannot_set_is_refused_before_anything_is_measured(
    asked: dict[str, object], says: str
) -> None:
    with pytest.raises(UsageError, match=says):
        resolve({"workload": "stream", "size": 64, **asked})


@pytest.mark.parametrize(
    ("channel", "setting", "says"),
    [
        ("duplex-pipe", "socket-buffer=1GiB", "no socket buffer of 1073741824 B here"),
        ("pipe", "setup=os:no_such_thing", "setup=os:no_such_thing: AttributeError"),
        pytest.param(
            "duplex-pipe", "bufsize=16MiB", "accepted: CPython 3.14 and later",
            marks=pytest.mark.skipif(sys.version_info >= (3, 14), reason="here it can be set"),
        ),
    ],
)  # fmt: skip
def test_what_cannot_be_set_here_is_the_failure_of_its_case_in_one_line(
    channel: str, setting: str, says: str
) -> None:
    with (
        pytest.raises(CaseError, match=says) as failure,
        peers_of(channel=channel, setting=[setting]),
    ):
        pass
    assert "\n" not in str(failure.value)


def test_the_heap_and_what_is_held_may_be_written_among_the_settings() -> None:
    cases, _ = resolve({"channel": "pipe", "workload": "stream", "size": "1MiB",
                        "setting": ["heap=kept,returned", "holds=0", "switch-interval=0.1"]})  # fmt: skip
    assert [(case.heap, case.holds, case.settings) for case in cases] == [
        ("kept", False, ("switch-interval=0.1",)), ("returned", False, ("switch-interval=0.1",)),
    ]  # fmt: skip


def test_a_raw_loop_beside_a_set_channel_is_set_too_and_null_is_not() -> None:
    cases, _ = resolve({"channel": "queue", "workload": "stream", "size": 64,
                        "setting": ["pipe-buffer=256KiB"]})  # fmt: skip
    (group,) = plan_run(cases, seed=1).groups
    assert {case.channel: case.settings for case in group.cases} == {
        "queue": ("pipe-buffer=256KiB",), "os-pipe": ("pipe-buffer=256KiB",), "null": (),
    }  # fmt: skip
