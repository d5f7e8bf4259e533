"""`ipcbench ab` as a user, a CI job and `git bisect run` have it."""

from __future__ import annotations

import json
import shlex
import signal
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as Xml

import msgspec
import pytest
from tests.analysis.test_power import cell, self_test_of
from tests.support.commands import BRISK, COMMAND, ipcbench
from tests.support.projects import CELL, CHANNEL, GROSS, git, repository, write_channel

from ipcbench import cli
from ipcbench.commands.self_test import machine_facts
from ipcbench.record.self_test_cache import path_for, save_self_test

SHORT = f"--channel {CHANNEL} {CELL}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    write_channel(tmp_path / "old")
    write_channel(tmp_path / "new", burn=GROSS)
    return tmp_path


def test_a_regression_is_exit_status_1_with_ratio_and_interval(project: Path) -> None:
    done = ipcbench(f"ab --a path=old --b path=new {SHORT} --output verdicts.json --format json", cwd=project)
    assert done.returncode == 1, done.stderr
    told = json.loads((project / "verdicts.json").read_text())
    (row,) = told["comparisons"]
    assert row["verdict"] == "regressed"
    assert row["low"] > 1.05
    assert len(row["log_ratios"]) == row["launches"] == 6
    assert done.stdout == ""


def test_what_was_asked_is_told(project: Path) -> None:
    done = ipcbench(f"ab --a path=new --b path=old {SHORT} --question faster", cwd=project)
    assert done.returncode == 0, done.stderr
    assert "1 improved" in done.stdout
    assert (
        "asked: is it faster? with no change, at most 1 % of such commands call any of the 1" in done.stdout
    )


def test_commands_of_ones_own_are_compared_and_their_record_looked_at(tmp_path: Path) -> None:
    (tmp_path / "work.py").write_text("import os, time\ntime.sleep(float(os.environ.get('SLEEP', '0')))\n")
    command = f"{sys.executable} work.py"
    done = ipcbench(
        "ab --b env:SLEEP=0.3 --max-time 60s --results r --chart c --command", command, cwd=tmp_path
    )
    assert done.returncode == 1, done.stderr
    assert "work.py" in done.stdout
    assert (tmp_path / "c.png").is_file()
    (record,) = (tmp_path / "r").glob("0001_*.json")
    assert "1 regressed" in ipcbench(f"show {record}", cwd=tmp_path).stdout
    failed = ipcbench("ab --a command=false --b command=true", cwd=tmp_path)
    assert failed.returncode == 4
    assert "'false' ended with 1: it said nothing" in failed.stdout


def test_the_other_way_round_is_exit_status_0(project: Path) -> None:
    done = ipcbench(f"ab --a path=new --b path=old {SHORT} --format junit", cwd=project)
    assert done.returncode == 0, done.stderr
    suite = Xml.fromstring(done.stdout)
    assert suite.attrib["failures"] == "0"


def test_what_is_undecided_is_exit_status_3_and_says_what_would_decide(project: Path) -> None:
    done = ipcbench(f"ab --a path=old --b path=old {SHORT} --max-time 0.1", cwd=project)
    assert done.returncode == 3, done.stderr
    assert "would decide" in done.stdout
    assert "1 inconclusive" in done.stdout


def test_what_cannot_be_measured_is_exit_status_4(project: Path) -> None:
    write_channel(project / "bad", fails=True)
    done = ipcbench(f"ab --a path=old --b path=bad {SHORT}", cwd=project)
    assert done.returncode == 4, done.stderr
    assert "not in this version" in done.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("ab --a channel=pipe", "two arms or more"),
        ("ab --a speed=fast --b channel=pipe", "'speed=fast' is not understood; accepted: python="),
        ("ab --a path=nowhere --b path=src", "'nowhere' is no folder"),
        ("ab --a python=python9 --b python=python3", "interpreter 'python9': not found; accepted"),
        ("ab --a python=/bin/true --b python=python3", "does not run Python code; accepted"),
        ("ab --a channel=pipe --b channel=pipe --threshold 0", "threshold '0'"),
        ("ab --a channel=pipe --b channel=pipe --metric p100", "accepted: mean, p50"),
        ("ab --a channel=pipe --b channel=pipe --question better", "'slower', 'faster', 'different'"),
        (
            "ab --command true --a env:X=1 --b env:X=2 --size 64",
            "--size is for channels; accepted: none of them",
        ),
        ("ab --command true --a env:X=1 --b env:X=2 --metric p99", "--metric are for channels"),
        ("ab --a command=true --b channel=pipe", "'channel=pipe' is not understood; accepted: command=CMD"),
        ("ab --a channel=pipe --b channel=pipe --placement moon", "accepted: split, same, free"),
        ("ab --a channel=pipe --b channel=pipe --output no/such/folder.txt", "no folder that can be written"),
        (
            "ab --a channel=pipe --b channel=pipe --metric p99 --workload stream",
            "accepted: ping-pong, for one",
        ),
        ("ab --a channel=pipe --b channel=null --workload backlog", "null: delivers nothing"),
        ("ab --git nowhere..HEAD --channel pipe", "git revision 'nowhere' does not exist"),
        ("ab --git HEAD.. --channel pipe", "accepted: BASE..HEAD"),
        ("ab --git HEAD --a path=src --channel pipe", "exclude one another"),
    ],
)
def test_what_is_not_understood_is_one_line_and_exit_status_2(words: str, says: str) -> None:
    done = ipcbench(words)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_two_revisions_are_compared_and_their_worktrees_removed(tmp_path: Path) -> None:
    here = tmp_path / "project"
    repository(here, ["0", GROSS])
    done = ipcbench(f"ab --git HEAD~1..HEAD {SHORT} --format markdown", cwd=here)
    assert done.returncode == 1, done.stderr
    assert "git=HEAD~1 (" in done.stdout
    write_channel(here / "src")
    done = ipcbench(f"ab --git HEAD {SHORT}", cwd=here)
    assert done.returncode == 0, done.stderr
    assert "the working tree" in done.stdout
    assert len(git(here, "worktree", "list").splitlines()) == 1


def test_a_job_that_is_ended_leaves_no_worktree_and_says_what_it_had_found(tmp_path: Path) -> None:
    here = tmp_path / "project"
    repository(here, ["0", "0"])
    with subprocess.Popen(
        [*COMMAND, *f"ab --git HEAD~1..HEAD {SHORT} --threshold 0.1%".split()],
        cwd=here,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as job:
        assert job.stderr
        while "pass 1" not in job.stderr.readline():
            assert job.poll() is None
        job.send_signal(signal.SIGTERM)
        out, _ = job.communicate(timeout=30)
    assert job.returncode == 4
    assert "interrupted" in out
    assert len(git(here, "worktree", "list").splitlines()) == 1


def test_a_comparison_is_a_record_that_is_shown_drawn_and_listed_again(project: Path) -> None:
    done = ipcbench(f"ab --a path=old --b path=new {SHORT} --results results", cwd=project)
    assert done.returncode == 1, done.stderr
    (stored,) = (project / "results").glob("0001_*.json")
    assert f"stored: results/{stored.name}" in done.stderr
    assert not list((project / "results" / "journal").iterdir())
    # pytest-benchmark reads every numbered file of the folder.
    assert json.loads(stored.read_text())["benchmarks"] == []
    again = ipcbench("show --results results", cwd=project)
    assert again.stdout == done.stdout
    told = ipcbench("show latest --format json --results results", cwd=project)
    assert json.loads(told.stdout)["comparisons"][0]["verdict"] == "regressed"
    drawn = ipcbench("plot 1 --results results", cwd=project)
    assert drawn.stdout.splitlines()[0] == str(stored.relative_to(project).with_suffix(".svg"))
    listed = ipcbench("list --results results", cwd=project).stdout.splitlines()[-1]
    assert f"{stored.name}  1 comparisons  path=./old against path=./new" in listed
    refused = ipcbench("compare 1 1 --results results", cwd=project)
    assert refused.returncode == 2
    assert f"{stored.name} is of kind 'comparison'" in refused.stderr
    assert "accepted: two runs, or two records of counts" in refused.stderr


def test_a_comparison_that_is_killed_loses_its_last_launch_at_most(project: Path) -> None:
    words = f"ab --a path=old --b path=old {SHORT} --threshold 0.1% --results results"
    with subprocess.Popen(
        [*COMMAND, *words.split()], cwd=project, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as job:
        assert job.stderr
        while "pass 3" not in job.stderr.readline():
            assert job.poll() is None
        job.kill()
    (journal,) = (project / "results" / "journal").iterdir()
    recovered = ipcbench(f"recover {journal} --results results", cwd=project)
    assert recovered.returncode == 0, recovered.stderr
    record = json.loads((project / recovered.stdout.strip()).read_text())["ipcbench"]
    assert record["stopped_by"] == "unknown"
    assert len(record["rows"][0]["logs"]) >= 3
    shown = ipcbench("show --results results", cwd=project)
    assert "; interrupted" in shown.stdout
    assert not list((project / "results" / "journal").iterdir())


def test_a_reader_that_has_had_enough_changes_no_exit_status(project: Path) -> None:
    command = shlex.join([*COMMAND, *f"ab --a path=new --b path=old {SHORT}".split()])
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {command} 2>&1 | head -1"],
        cwd=project, capture_output=True, text=True, timeout=100, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_percentiles_are_taken_of_enough_messages(project: Path) -> None:
    words = f"--channel {CHANNEL} --size 1MiB --placement same --threshold 80% --metric p99 --max-time 1s"
    done = ipcbench(f"ab --a path=old --b path=old {words} --format json", cwd=project)
    assert done.returncode in (0, 3), done.stderr
    (row,) = json.loads(done.stdout)["comparisons"]
    assert row["cell"].startswith(f"{CHANNEL} ping-pong 1MiB")
    assert row["failure"] is None


def test_outside_a_repository_git_says_so(tmp_path: Path) -> None:
    done = ipcbench(f"ab --git HEAD~1..HEAD {SHORT}", cwd=tmp_path)
    assert done.returncode == 2
    assert "not a git repository" in done.stderr


def test_git_bisect_finds_the_commit_that_made_it_slower(tmp_path: Path) -> None:
    here = tmp_path / "project"
    # The third cannot be tested, it does not import: bisect has to skip it.
    commits = repository(here, ["0", "0", "nonsense(", "0", GROSS])
    git(here, "bisect", "start", commits[-1], commits[0])
    command = shlex.join([*BRISK, *f"ab --git {commits[0]} {SHORT} --bisect".split()])
    told = git(here, "bisect", "run", "sh", "-c", command)
    assert f"{commits[-1]} is the first bad commit" in told
    assert f"skip {commits[2]}" in git(here, "bisect", "log")


@pytest.mark.parametrize("kind", [RuntimeError, EOFError])
def test_a_fault_of_ours_is_no_regression_and_no_interruption(
    kind: type[Exception], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fault(*_: object) -> None:
        raise kind("a fault")

    monkeypatch.setattr(cli.LazyGroup, "invoke", fault)
    monkeypatch.setattr(sys, "argv", ["ipcbench", "list"])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code == 4
    assert f"{kind.__name__}: a fault" in capsys.readouterr().err


def test_wrong_usage_ends_a_bisection_and_judges_no_commit() -> None:
    assert ipcbench("ab --bisect --a channel=pipe").returncode == 128
    assert ipcbench("ab --bisect --no-such-option").returncode == 128


def test_what_can_be_found_is_said_before_anything_is_measured(
    project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    words = f"ab --a path=old --b path=new {SHORT} --max-time 2s"
    assert "`ipcbench doctor --self-test` learns that" in ipcbench(words, cwd=project).stderr
    kept = msgspec.structs.replace(self_test_of(cell(placement="same")), machine=machine_facts())
    save_self_test(kept, path_for(machine_facts()))
    assert "in 2 s this machine finds slowdowns of" in ipcbench(words, cwd=project).stderr.splitlines()[0]
    path_for(machine_facts()).write_text("nonsense")
    assert "not a self-test" in ipcbench(words, cwd=project).stderr.splitlines()[0]


def test_a_self_test_without_time_is_refused_before_anything_is_measured(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    done = ipcbench("doctor --self-test --max-time 0.01")
    assert done.returncode == 2
    assert "accepted: 60s or more" in done.stderr.splitlines()[-1]
    assert not path_for(machine_facts()).exists()
