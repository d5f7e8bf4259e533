"""What both ends set is a coordinate of every case: measured interleaved, named, and kept apart."""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

import ipcbench
from ipcbench.analysis.groups import read_groups
from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import plan_run
from ipcbench.errors import UsageError
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
        ("colour=red", "unknown setting 'colour'; accepted: switch-interval, env, package.module:Class"),
        ("switch-interval=nan", "accepted: seconds from 1e-6 to 10"),
        ("switch-interval", "accepted: NAME=VALUE"),
        ("env=1", "accepted: env:NAME=VALUE"),
        ("env:1X=2", "accepted: env:NAME=VALUE"),
        ("env:TMPDIR=/x", "which ipcbench sets itself"),
        ("no.such:Thing=1", "cannot be imported"),
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
