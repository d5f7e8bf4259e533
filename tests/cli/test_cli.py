"""The command line as a user has it: a process of its own, its output, its exit status."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import click
import pytest
from tests.support.commands import COMMAND, ROOT, ipcbench
from tests.support.processes import alive, descendants, generations, wait_until

from ipcbench.cli import COMMANDS
from ipcbench.cli import ipcbench as group


def start(words: str, *more: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [*COMMAND, *words.split(), *more], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT
    )


def test_a_run_prints_its_table_and_last_its_document(tmp_path: Path) -> None:
    done = ipcbench(
        "run --channel pipe --size 64 --workload stream --max-time 0.1 --seed 3 --results",
        str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert "stream, fork" in done.stdout
    document = json.loads(Path(done.stdout.splitlines()[-1]).read_text())
    assert document["ipcbench"]["seed"] == 3
    again = ipcbench("show", "latest", "--results", str(tmp_path))
    assert again.stdout.splitlines()[0] == done.stdout.splitlines()[0]
    costs = ipcbench("show", "latest", "--costs", "--results", str(tmp_path))
    assert "what a message costs" in costs.stdout


def test_a_channel_of_ones_own_is_taken_from_the_current_folder(tmp_path: Path) -> None:
    done = ipcbench(
        "run --channel tests.support.channels:Mine --size 64 --workload ping-pong --max-time 0.1 --results",
        str(tmp_path),
    )
    assert done.returncode == 0, done.stderr
    assert "tests.support.channels:Mine" in done.stdout


def test_a_channel_that_a_package_announces_has_its_place_in_list_table_chart_and_ab(tmp_path: Path) -> None:
    path = announce(tmp_path, "[ipcbench.channels]\nannounced = tests.support.channels:Mine\n")
    words = "run --channel announced --size 64 --workload stream --max-time 0.1 --results"
    done = ipcbench(words, str(tmp_path), pythonpath=path)
    assert done.returncode == 0, done.stderr
    assert " announced " in done.stdout
    listed = ipcbench("list", pythonpath=path)
    assert "  announced" in listed.stdout
    # Who reads it needs no code of the channel.
    ipcbench("plot --results", str(tmp_path), "--output", str(tmp_path / "charts"))
    assert "announced" in (next((tmp_path / "charts").glob("*throughput-stream.svg"))).read_text()
    compared = ipcbench(
        "ab --a channel=announced --b channel=announced --size 64 --workload stream --placement same "
        "--max-time 0.1",
        pythonpath=path,
    )
    assert compared.returncode == 3, compared.stderr
    assert "announced stream 64B" in compared.stdout


def test_a_payload_that_a_package_announces_has_its_place_in_list_table_chart_and_ab(tmp_path: Path) -> None:
    path = announce(tmp_path, "[ipcbench.payloads]\nrecords = tests.support.payloads:Records\n")
    listed = ipcbench("list", pythonpath=path)
    assert "  records      records of a name and a number (records:2, records:8)\n" in listed.stdout
    words = (
        "--channel pipe,queue --workload ping-pong --payload bytes,records:8 --size 64,4KiB --max-time 0.1"
    )
    done = ipcbench(f"run {words} --results", str(tmp_path), pythonpath=path)
    assert done.returncode == 0, done.stderr
    assert "ping-pong, records:8, fork" in done.stdout
    # Beside it stands a raw loop of as many bytes.
    records = done.stdout.partition("ping-pong, records:8")[2]
    assert "os-pipe" in records.partition("ping-pong")[0]
    # Who reads it needs no code of the payload.
    drawn = ipcbench("plot --results", str(tmp_path), "--output", str(tmp_path / "charts"))
    assert drawn.returncode == 0, drawn.stderr
    titles = [path.read_text() for path in (tmp_path / "charts").glob("*.svg")]
    assert any("records:8" in title for title in titles)
    compared = ipcbench(
        "ab --a payload=bytes --b payload=records:8 --channel pipe --size 4KiB --workload stream "
        "--placement same --max-time 300s",
        pythonpath=path,
    )
    assert compared.returncode == 1, compared.stderr
    assert "payload=records:8" in compared.stdout


def announce(folder: Path, entry_points: str) -> list[Path]:
    """Make an installed package that announces these; return what is to stand in PYTHONPATH."""
    metadata = folder / "site" / "announcer-1.0.dist-info"
    metadata.mkdir(parents=True)
    (metadata / "METADATA").write_text("Metadata-Version: 2.1\nName: announcer\nVersion: 1.0\n")
    (metadata / "entry_points.txt").write_text(entry_points)
    return [metadata.parent, ROOT]


def test_a_workload_that_a_package_announces_has_its_place_in_list_table_chart_and_ab(tmp_path: Path) -> None:
    path = announce(tmp_path, "[ipcbench.workloads]\nrequests = tests.support.workloads:Requests\n")
    listed = ipcbench("list", pythonpath=path)
    assert "  requests       a request and its answer\n" in listed.stdout
    done = ipcbench(
        "run --channel pipe,queue --workload requests --max-time 0.1 --results",
        str(tmp_path),
        pythonpath=path,
    )
    assert done.returncode == 0, done.stderr
    assert "requests/s" in done.stdout
    assert "256B  queue" in done.stdout
    # Who reads it needs no code of the workload.
    drawn = ipcbench("plot --results", str(tmp_path), "--output", str(tmp_path / "charts"))
    assert [path.name.partition("-")[2] for path in sorted((tmp_path / "charts").glob("*.svg"))] == [
        "latency-requests.svg"
    ]
    assert "Median request of 64B: pipe " in next((tmp_path / "charts").glob("*.svg")).read_text()
    assert drawn.returncode == 0
    compared = ipcbench(
        "ab --a channel=pipe --b channel=pipe --workload requests --size 64 --placement same --max-time 0.1",
        pythonpath=path,
    )
    assert compared.returncode in (0, 3), compared.stderr
    assert "requests 64B" in compared.stdout


def test_what_a_package_announces_takes_no_name_from_us(tmp_path: Path) -> None:
    path = announce(tmp_path, "[ipcbench.channels]\npipe = tests.support.channels:Unwilling\n")
    done = ipcbench(
        f"run --channel pipe --size 64 --workload stream --max-time 0.1 --results {tmp_path}", pythonpath=path
    )
    assert done.returncode == 0, done.stderr


BAD_INPUT = {
    "an unknown payload": (
        "run --channel pipe --payload parcels",
        "accepted: bytes, batch, ndarray, ndarray-oob, package.module:Class",
    ),
    "an unknown channel": ("run --channel telegraph", "accepted: pipe, duplex-pipe, queue"),
    "a module that is not there": ("run --channel nowhere:Thing", "cannot be imported"),
    "a class that is no channel": (
        "run --channel tests.support.channels:NotAChannel",
        "is not a class derived",
    ),
    "a size": ("run --size 0x", "accepted: 64, 1KiB, 64..1MiB"),
    "a workload": ("run --workload juggling", "accepted: stream, ping-pong, handoff"),
    "a start method": ("run --start-method teleport", "accepted: fork, spawn, forkserver"),
    "a placement": ("run --placement moon", "accepted: split, same, free"),
    "a precision in words": ("run --precision high", "accepted: a share up to 100%"),
    "a precision of nothing": ("run --precision 0%", "accepted: a share up to 100%"),
    "a negative time": ("run --max-time -5", "accepted: a time above zero"),
    "a negative seed": ("run --seed -1", "--seed"),
    "a folder that cannot be written": (
        "run --size 64 --results /proc/results",
        "accepted: a writable folder",
    ),
    "an interpreter that does not exist": ("run --python python2.99", "accepted: a name like python3.13"),
    "something that is no interpreter": ("run --python /bin/true", "accepted: a name like python3.13"),
    "an unknown option": ("run --speed 9", "--help"),
    "an unknown command": ("fly", "--help"),
    "an unknown run": ("show 999", "accepted: latest"),
    "a demo of an unknown channel": ("demo --channel os-pipe", "accepted: pipe, duplex-pipe, queue"),
    "a journal that is not there": ("recover nothing.jsonl", "nothing.jsonl"),
}


@pytest.mark.parametrize("mistake", BAD_INPUT)
def test_a_mistake_is_one_line_and_status_2(mistake: str) -> None:
    words, says = BAD_INPUT[mistake]
    done = ipcbench(words)
    assert done.returncode == 2
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert "Traceback" not in done.stderr + done.stdout


def test_the_demo_shows_one_value_and_two_processes() -> None:
    for channel in ("pipe", "duplex-pipe", "queue"):
        sent, received = ipcbench("demo", "--channel", channel).stdout.splitlines()
        sent_match = re.fullmatch(r"Value \[(\d+)\] sent by PID \[(\d+)\]", sent)
        received_match = re.fullmatch(r"Value \[(\d+)\] received by PID \[(\d+)\]", received)
        assert sent_match is not None
        assert received_match is not None
        assert sent_match[1] == received_match[1]
        assert 1 <= int(sent_match[1]) <= 10
        assert sent_match[2] != received_match[2]


def test_the_list_names_channels_with_traits_workloads_and_runs(tmp_path: Path) -> None:
    (tmp_path / "0001_foreign.json").write_text("{}")
    listing = ipcbench("list", "--results", str(tmp_path)).stdout
    assert re.search(r"duplex-pipe +Unix stream socket pair +both ways", listing)
    assert "handoff" in listing
    assert "0001_foreign.json" in listing
    assert "not a run document" in listing
    told = json.loads(ipcbench("list --format json --results", str(tmp_path)).stdout)
    assert list(told) == ["channels", "workloads", "payloads", "settings", "records"]
    assert "Unix stream socket pair" in [channel["transport"] for channel in told["channels"]]
    assert [record["file"] for record in told["records"]] == ["0001_foreign.json"]


#: What prints no figures: a listing of files, a number that is handed over.
WITHOUT_FIGURES = ("plot", "report", "export", "recover", "demo")


@pytest.mark.parametrize("name", [name for name in COMMANDS if name not in WITHOUT_FIGURES])
def test_what_prints_figures_prints_them_for_programs_too_and_into_a_file(name: str) -> None:
    command = group.get_command(click.Context(group), name)
    assert command
    options = {option: each for each in command.params for option in each.opts}
    assert "json" in options["--format"].type.choices  # type: ignore[attr-defined]
    assert options["-o"] is options["--output"]


def test_a_runs_figures_are_json_alone_or_go_into_a_file(tmp_path: Path) -> None:
    words = "run --channel pipe --workload stream --size 64 --placement same --max-time 0.1 --results"
    printed = ipcbench(words, str(tmp_path), "--format", "json")
    (case,) = json.loads(printed.stdout)["cases"]
    assert (case["channel"], case["unit"]) == ("pipe", "message")
    assert case["seconds"] > 0
    assert printed.stderr.splitlines()[-1].startswith("stored: ")
    page = tmp_path / "page.html"
    written = ipcbench(words, str(tmp_path), "-o", str(tmp_path / "table"), "--quiet", "--report", str(page))
    assert page.read_text(encoding="utf-8").startswith("<!DOCTYPE html>")
    assert written.stdout.splitlines() == [str(path) for path in sorted(tmp_path.glob("0002*.json"))]
    assert "pipe" in (tmp_path / "table").read_text()
    again = ipcbench("show 1 --format json --results", str(tmp_path), "-o", str(tmp_path / "again"))
    assert again.stdout == ""
    assert (tmp_path / "again").read_text() == printed.stdout


def test_killing_a_peer_fails_its_case_and_no_other(tmp_path: Path) -> None:
    # Large messages: the launch lasts long enough to be hit by what comes a tenth of a second later.
    words = "run --channel pipe,queue --size 256KiB --workload stream --max-time 60 --precision 90% --results"
    run = start(words, str(tmp_path))
    # Below us: the launcher, then six drivers (each channel twice, its loop, null), then their peers.
    wait_until(lambda: len(found := generations(run.pid)) >= 3 and len(found[2]) == 12)
    time.sleep(0.1)
    everything = descendants(run.pid)
    os.kill(generations(run.pid)[2][0], signal.SIGKILL)
    killed_s = time.monotonic()
    for line in run.stderr or ():
        if "SIGKILL" in line:
            break
    # Long before the time is up; a second where nothing else runs.
    assert time.monotonic() - killed_s < 20
    out, _ = run.communicate(timeout=60)
    assert run.returncode == 4
    document = json.loads(Path(out.splitlines()[-1]).read_text())
    assert len(document["ipcbench"]["failures"]) == 1
    assert sum(len(row["extra_info"]["ipcbench"]["launches"]) >= 5 for row in document["benchmarks"]) == 5
    assert alive(everything) == []


def test_ctrl_c_stores_what_was_measured_and_reaps_everything(tmp_path: Path) -> None:
    words = "run --channel pipe --size 64 --workload stream --max-time 60 --results"
    run = start(words, str(tmp_path))
    wait_until(lambda: any("launch" in path.read_text() for path in tmp_path.glob("journal/*")))
    wait_until(lambda: len(generations(run.pid)) >= 3)
    everything = descendants(run.pid)
    run.send_signal(signal.SIGINT)
    out, err = run.communicate(timeout=30)
    assert run.returncode == 4, err
    assert "Traceback" not in err
    assert json.loads(Path(out.splitlines()[-1]).read_text())["ipcbench"]["stopped_by"] == "interrupted"
    assert alive(everything) == []


@pytest.mark.parametrize(
    "words",
    [
        *("show {long}", "list --results {long}", "show {digits}", "show latest~{digits}", "plot {long}"),
        *(
            "run --python {long}",
            "run --size {digits}",
            "run --max-time {digits}",
            "ab --a path={long} --b path=.",
        ),
    ],
)
def test_what_is_too_long_is_one_line_that_says_what_is_accepted(words: str) -> None:
    done = ipcbench(words.format(long="a" * 3000, digits="9" * 5000))
    assert done.returncode == 2
    assert len(done.stderr) < 1500
    assert len(done.stderr.splitlines()) == 1
    assert "accepted: " in done.stderr


def test_a_ctrl_c_inside_a_finaliser_is_not_lost() -> None:
    program = """
import signal, time
from ipcbench import cli

class Interrupted:
    def __del__(self):
        signal.raise_signal(signal.SIGINT)

def work(**_):
    Interrupted()
    time.sleep(20)

cli.ipcbench = work
cli.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=15, check=False
    )
    assert (done.returncode, done.stderr) == (4, "ipcbench: interrupted\n")


@pytest.mark.skipif(sys.platform == "win32", reason="forks")
def test_a_forked_child_of_a_command_ends_of_a_signal_without_a_traceback() -> None:
    program = """
import os, signal, time
from ipcbench import cli

def work(**_):
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if not (child := os.fork()):
            time.sleep(20)
        time.sleep(0.3)
        os.kill(child, number)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))

cli.ipcbench = work
cli.main()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, timeout=15, check=False
    )
    assert (done.stdout.split(), done.stderr) == (["-2", "-15", "-1"], "")


def test_a_run_that_was_killed_outright_can_be_recovered(tmp_path: Path) -> None:
    words = "run --channel pipe --size 64 --workload stream --max-time 60 --results"
    run = start(words, str(tmp_path))
    wait_until(lambda: any('"kind":"launch"' in path.read_text() for path in tmp_path.glob("journal/*")))
    everything = descendants(run.pid)
    run.kill()
    run.communicate(timeout=30)
    # Nobody is left to end the probes: they must notice by themselves.
    wait_until(lambda: alive(everything) == [])
    (journal,) = tmp_path.glob("journal/*")
    done = ipcbench("recover", str(journal), "--results", str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert json.loads(Path(done.stdout.strip()).read_text())["benchmarks"]


def test_costs_are_among_the_figures_for_programs(tmp_path: Path) -> None:
    done = ipcbench(f"run --channel pipe --size 64 --workload stream --max-time 0.1 --results {tmp_path}")
    assert done.returncode == 0, done.stderr
    words = f"show --costs --results {tmp_path}"
    (row,) = json.loads(ipcbench(f"{words} --format json").stdout)["cases"]
    assert row["sender_cpu_s"] > 0
    assert row["receiver_page_faults"] >= 0
    assert "receiver" in ipcbench(words).stdout


def test_help_is_as_wide_as_the_terminal() -> None:
    wide, narrow = (ipcbench("run --help", env={"COLUMNS": columns}).stdout for columns in ("100", "60"))
    assert 60 < max(map(len, wide.splitlines())) <= 100
    assert max(map(len, narrow.splitlines())) <= 60


def test_the_package_is_a_command_of_its_interpreter() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "ipcbench", "no-such-command"], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 2
    assert "no-such-command" in done.stderr
    assert "see python -m ipcbench --help" in done.stderr


@pytest.mark.parametrize("name", ["NO_COLOR", "FORCE_COLOR"])
def test_what_is_printed_has_no_colours_whatever_is_asked_of_terminals(name: str, tmp_path: Path) -> None:
    """Somebody's program may read it; colours are of the display on a terminal."""
    measured = f"run --channel pipe --size 64 --workload stream --max-time 0.1 --results {tmp_path}"
    done = [
        ipcbench(words, env={name: "1"})
        for words in (measured, f"show --results {tmp_path}", "list", "run --channel telegraph")
    ]
    assert [each.returncode for each in done] == [0, 0, 0, 2]
    assert not any("\x1b" in each.stdout + each.stderr for each in done)
