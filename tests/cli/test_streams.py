"""Standard streams that nobody reads, or that are full: they change nothing that was asked for."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import msgspec
import pytest
from tests.support.commands import BRISK, COMMAND, ROOT
from tests.support.documents import journal_entries
from tests.support.runs import case, document

from ipcbench.cli import COMMANDS, READING
from ipcbench.record.store import Store

QUICK = "--workload stream --size 64 --placement same"
ALIKE = f"ab --a channel=pipe --b channel=pipe {QUICK} --max-time 0.1 --seed 1"
SLOWER = (
    f"ab --a channel=pipe --b channel=tests.support.channels:Slow {QUICK} --max-time 300s --seed 1 "
    "--threshold 80%"
)

if sys.platform != "win32":
    import pty
    import termios


@pytest.fixture
def unread() -> Iterator[int]:
    """A pipe whose reader has gone."""
    reader, writer = os.pipe()
    os.close(reader)
    yield writer
    os.close(writer)


@pytest.fixture
def full() -> Iterator[int]:
    """A disk that is full."""
    descriptor = os.open("/dev/full", os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


def run(
    words: str, *, stdout: int = subprocess.PIPE, stderr: int = subprocess.PIPE
) -> subprocess.CompletedProcess[str]:
    """Run a command in an interpreter of its own: how that ends with such streams is looked at, too."""
    return subprocess.run(
        [*BRISK, *words.split()], stdout=stdout, stderr=stderr, text=True, timeout=90, cwd=ROOT, check=False
    )


@pytest.fixture
def stored(tmp_path: Path) -> Path:
    """Two runs, of which the later one is three times slower."""
    for stamp, seconds in (("1", 1e-5), ("2", 3e-5)):
        Store(tmp_path).save(msgspec.to_builtins(document(case("pipe", seconds=seconds))), stamp)
    return tmp_path


@pytest.mark.parametrize("stream", ["unread", "full"])
def test_a_verdict_is_measured_and_returned_whoever_reads_the_progress(
    stream: str, request: pytest.FixtureRequest
) -> None:
    slower = run(SLOWER, stderr=request.getfixturevalue(stream))
    assert slower.returncode == 1
    assert "regressed" in slower.stdout
    if stream == "full":
        alike = run(ALIKE, stderr=request.getfixturevalue(stream))
        assert alike.returncode == 3
        assert "inconclusive" in alike.stdout


@pytest.mark.skipif(sys.platform == "win32", reason="fills a pipe, stops a terminal")
@pytest.mark.parametrize("stuck", ["a pipe", "a terminal"])
@pytest.mark.parametrize("command", ["run --channel pipe", "ab --a channel=null --b channel=null"])
def test_progress_that_nobody_takes_holds_nothing_up(stuck: str, command: str, tmp_path: Path) -> None:
    if stuck == "a pipe":
        reader, writer = os.pipe()
        os.set_blocking(writer, False)
        with suppress(BlockingIOError):
            while True:
                os.write(writer, b"x" * 512)
        os.set_blocking(writer, True)
    else:
        reader, writer = pty.openpty()
        termios.tcflow(writer, termios.TCOOFF)
    done = run(f"{command} {QUICK} --max-time 0.1 --results {tmp_path}", stderr=writer)
    assert done.returncode in (0, 3)
    assert len(list(tmp_path.glob("*.json"))) == 1
    for end in (reader, writer):
        os.close(end)


@pytest.mark.parametrize("stream", ["unread", "full"])
def test_a_verdict_is_returned_though_it_cannot_be_printed(
    stream: str, request: pytest.FixtureRequest, stored: Path
) -> None:
    descriptor = request.getfixturevalue(stream)
    if stream == "unread":
        assert run(SLOWER, stdout=descriptor, stderr=descriptor).returncode == 1
    assert run(f"compare --results {stored}", stdout=descriptor, stderr=descriptor).returncode == 1


@pytest.mark.parametrize("stream", ["unread", "full"])
def test_a_run_is_stored_though_nobody_reads_what_it_prints(
    stream: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    descriptor = request.getfixturevalue(stream)
    done = run(
        f"run --channel pipe {QUICK} --max-time 0.1 --results {tmp_path}",
        stdout=descriptor,
        stderr=descriptor,
    )
    assert done.returncode == 0
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_streams_that_were_closed_from_the_start_are_no_fault(tmp_path: Path) -> None:
    command = f"run --channel pipe {QUICK} --max-time 0.1 --results {tmp_path}"
    program = " ".join(f"'{word}'" for word in COMMAND)
    done = subprocess.run(["sh", "-c", f"{program} {command} >&- 2>&-"], timeout=90, cwd=ROOT, check=False)
    assert done.returncode == 0
    assert len(list(tmp_path.glob("*.json"))) == 1


def test_a_command_that_reads_ends_well_without_a_reader(stored: Path, unread: int) -> None:
    for words in (f"show --results {stored}", f"history --results {stored}", "list"):
        done = run(words, stdout=unread)
        assert (done.returncode, done.stderr) == (0, ""), words


def test_what_cannot_be_printed_is_one_line_and_never_a_regression(stored: Path, full: int) -> None:
    done = run(f"show --results {stored}", stdout=full)
    assert done.returncode == 4
    assert done.stderr == "ipcbench: standard output: No space left on device\n"


#: A short call of every command; what stands in braces is in the folder that the fixture has made.
WORDS = {
    "run": f"run --channel pipe {QUICK} --max-time 0.1 --results {{new}}",
    "explain": "explain --channel pipe --size 64 --launches 1 --results {new}",
    "count": "count --channel pipe --size 64 --no-strace --results {new}",
    "ab": f"{ALIKE} --results {{new}}",
    # A raw loop has nothing that could be changed of it.
    "tune": "tune --channel socketpair --size 64 --max-time 1 --results {new}",
    "recommend": "recommend --channel pipe,queue --size 64 --max-time 0.1 --results {new}",
    "compare": "compare 1 2 --results {stored}",
    "history": "history --results {stored}",
    "show": "show --results {stored}",
    "plot": "plot 1 --results {stored} -o {new}",
    "report": "report 1 --results {stored} -o {new}/page.html",
    "list": "list --results {stored}",
    "export": "export csv 3 --results {stored}",
    "doctor": "doctor --no-probe",
    "recover": "recover {journal} --results {new}",
    "demo": "demo",
}


#: What only prints, and what returns a verdict, with each; what measures takes longer, with both at once.
EACH_ALONE = [command for command in COMMANDS if command in READING or command == "compare"]


@pytest.mark.parametrize(
    ("command", "out", "err"),
    [
        *((command, stream, stream) for command in EACH_ALONE for stream in ("unread", "full")),
        *((command, "unread", "full") for command in COMMANDS if command not in EACH_ALONE),
    ],
)
def test_no_command_depends_on_its_streams(
    command: str, out: str, err: str, request: pytest.FixtureRequest, stored: Path, tmp_path: Path
) -> None:
    """Statuses are those that a command has with streams in order; a new command has to be listed here."""
    Store(stored).save(msgspec.to_builtins(document(case("pipe", "ping-pong"))), "3")
    journal = tmp_path / "20261127T000000Z-1.journal.jsonl"
    journal.write_text("".join(json.dumps(entry) + "\n" for entry in journal_entries()))
    words = WORDS[command].format(stored=stored, new=tmp_path / "new", journal=journal)
    done = run(words, stdout=request.getfixturevalue(out), stderr=request.getfixturevalue(err))
    usual = {"ab": (3,), "compare": (1,), "explain": (0, 3), "doctor": (0, 3, 4)}.get(command, (0,))
    unprinted = command in READING and out == "full"
    assert done.returncode in ((4,) if unprinted else usual)
    if command in ("run", "explain", "count", "ab", "recommend", "tune", "recover"):
        assert len(list((tmp_path / "new").glob("*.json"))) == 1


@pytest.mark.parametrize("stream", ["unread", "full"])
def test_the_kit_says_by_its_status_what_it_found_whoever_reads(
    stream: str, request: pytest.FixtureRequest
) -> None:
    for subject, status in (("bytes", 0), ("tests.support.payloads:Forgetful", 1), ("no.such:Thing", 2)):
        done = subprocess.run(
            [sys.executable, "-m", "ipcbench.testing", subject],
            stdout=request.getfixturevalue(stream),
            stderr=subprocess.PIPE,
            cwd=ROOT,
            timeout=90,
            check=False,
        )
        assert done.returncode == status, done.stderr
