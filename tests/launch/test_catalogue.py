"""What is somebody's own is imported where it is measured, and nowhere else."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from ipcbench.commands.ab import plan_ab
from ipcbench.commands.resolve import resolve
from ipcbench.errors import UsageError
from ipcbench.launch import catalogue
from ipcbench.launch import launcher as launching
from ipcbench.launch.catalogue import channel_traits, expand, learn, workload_traits
from ipcbench.launch.import_path import import_path
from ipcbench.plan.arms import parse_arms

OWN = """
import os, sys
with open({log!r}, "a") as log:
    log.write(" ".join([str(os.getpid()), *sys.argv]) + "\\n")
from ipcbench.probe.channels.stdlib.pipe import Pipe
from ipcbench.probe.payloads.random_bytes import RandomBytes
from ipcbench.probe.settings.switch_interval import SwitchInterval
from ipcbench.probe.workloads.closed.stream import Stream
class Mine(Pipe): pass
class Often(Stream):
    summary, sweep, parameter_name = "often", ("1", "2"), "how"
class Noise(RandomBytes): pass
class Turn(SwitchInterval): pass
"""
SHORT = ["--size", "64", "--workload", "stream", "--placement", "same"]
EVERYTHING = ["--channel", "own:Mine", "--workload", "own:Often", "--payload", "own:Noise"]


@pytest.fixture
def importers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], set[int]]:
    """A module of one's own in the current folder; gives the processes that have imported it."""
    log = tmp_path / "importers"
    (tmp_path / "own.py").write_text(OWN.format(log=str(log)))
    monkeypatch.chdir(tmp_path)
    return lambda: {int(line.split()[0]) for line in log.read_text().splitlines()}


@pytest.mark.parametrize(
    "command",
    [
        ["run", *EVERYTHING, "--size", "64", "--setting", "own:Turn=0.1", "--max-time", "0.1"],
        ["ab", "--a", "channel=own:Mine", "--b", "channel=pipe", *SHORT, "--max-time", "0.1"],
        ["count", "--channel", "own:Mine", "--size", "64", "--no-strace"],
        ["explain", "--channel", "own:Mine", "--size", "64", "--launches", "1"],
    ],
    ids=lambda command: command[0],
)
def test_the_measuring_process_never_imports_what_is_ones_own(
    command: list[str], importers: Callable[[], set[int]]
) -> None:
    call = [str(Path(sys.executable).with_name("ipcbench")), *command]
    with subprocess.Popen(call, stdout=subprocess.PIPE, stderr=subprocess.STDOUT) as measuring:
        printed, _ = measuring.communicate(timeout=100)
    assert measuring.returncode in (0, 3), printed.decode()
    assert importers()
    assert measuring.pid not in importers()


def test_a_name_is_described_with_one_launcher_and_what_is_asked_again_is_read_anew(
    importers: Callable[[], set[int]],
) -> None:
    cases, _ = resolve({"channel": "own:Mine", "workload": "own:Often", "size": "64"})
    assert sorted({case.workload for case in cases}) == ["own:Often:1", "own:Often:2"]
    assert len(importers()) == 1
    assert workload_traits("own:Often:2").summary == "often"
    changed = Path("own.py").read_text().replace('"often"', '"more often"')
    Path("own.py").write_text(changed)
    resolve({"channel": "own:Mine", "workload": "own:Often:1", "size": "64"})
    assert workload_traits("own:Often:1").summary == "more often"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("import time; time.sleep(60)", "no answer within 0.5 s"),
        ("import os; os._exit(3)", "the launcher ended: exit status 3"),
        ("raise SystemExit('not today')", "cannot be imported: not today"),
        ("class Mine: pass", "is not a class derived from"),
    ],
    ids=["hangs", "exits", "leaves", "foreign"],
)
def test_what_cannot_be_described_is_one_line_in_time(
    content: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(launching, "DESCRIBE_DEADLINE_S", 0.5 if "sleep" in content else 20.0)
    Path("bad.py").write_text(content)
    with pytest.raises(UsageError) as refusal:
        channel_traits("bad:Mine")
    assert says in str(refusal.value)
    assert "\n" not in str(refusal.value)


def test_ours_are_known_without_a_launcher() -> None:
    def none_is_wanted() -> launching.Launcher:
        raise AssertionError

    learn({"channel": ["pipe"], "workload": ["burst:7"], "setting": ["env:X=1"]}, none_is_wanted)
    assert expand("workload", ["burst:7"]) == ["burst:7"]


def test_a_module_may_be_called_as_one_of_our_channels(
    importers: Callable[[], set[int]], tmp_path: Path
) -> None:
    shutil.copy(tmp_path / "own.py", tmp_path / "pipe.py")
    assert channel_traits("pipe:Mine").transport == channel_traits("pipe").transport
    assert os.getpid() not in importers()


def test_a_package_may_announce_a_channel_by_its_own_name(
    importers: Callable[[], set[int]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalogue, "announced", lambda _kind: {"own": "own:Mine"})
    assert catalogue.spec_of("channel", "own") == catalogue.spec_of("channel", "own:Mine") == "own:Mine"
    assert catalogue.spec_of("stampable", "own") == "own:Mine"
    assert catalogue.is_stampable("own")
    assert importers()


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("charts = 'durations'", "workload 'bad:Mine': Expected `array`, got `str`"),
        ("unit = 3", "workload 'bad:Mine': Expected `str`, got `int`"),
    ],
)
def test_traits_of_a_wrong_type_are_refused_before_anything_is_measured(
    content: str, says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("bad.py").write_text(
        f"from ipcbench.probe.workloads.closed.stream import Stream\nclass Mine(Stream):\n    {content}\n"
    )
    with pytest.raises(UsageError) as refusal:
        resolve({"channel": "pipe", "workload": "bad:Mine", "size": "64"})
    assert says in str(refusal.value)


def test_an_arms_payload_is_looked_for_on_the_arms_path(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "mine.py").write_text(
        "from ipcbench.probe.payloads.random_bytes import RandomBytes\nclass A(RandomBytes): pass\n"
    )
    arms = parse_arms({"a": [f"path={tmp_path / 'src'}", "payload=mine:A"], "b": ["payload=bytes"]})
    plan = plan_ab(arms, {"channel": "pipe", "workload": "stream", "size": "64", "placement": "same"})
    assert plan.targets[0].case(plan.cells[0]).payload_kind == "mine:A"


def test_what_python_passes_over_in_its_path_launchers_do_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend("/nowhere")
    sys.path.insert(0, Path("/tmp"))  # type: ignore[arg-type]
    assert "/nowhere" not in import_path()
    assert str(Path.cwd()) in import_path()


def test_a_target_of_another_version_does_not_see_what_is_installed_here() -> None:
    assert any("site-packages" in folder for folder in import_path())
    assert not any("site-packages" in folder for folder in import_path(with_installed=False))


def test_all_means_what_one_would_choose_and_what_is_here(monkeypatch: pytest.MonkeyPatch) -> None:
    found = catalogue.every_channel(["queue", "all", "os-pipe"])
    assert found[0] == "queue"
    assert len(found) == len(set(found))
    chosen = [name for name in found if catalogue.channel_traits(name).of_its_own]
    assert [*chosen, "os-pipe"] == found
    assert {"pipe", "unix-socket", "shared-ring"} < {*chosen}
    # A loop, a step of a ladder, another form of a Pipe.
    assert not {"null", "framed-pipe", "bytes-pipe"} & {*chosen}
    monkeypatch.setattr(catalogue, "missing", lambda name: "no" if name == "fifo" else "")
    assert "fifo" not in catalogue.every_channel(["all"])
    assert "fifo" in catalogue.every_channel(["fifo"])
    assert "fifo" in catalogue.every_channel(["all"], with_missing=True)
