"""What a shell completes, and what is said where nothing was asked for."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
from click.shell_completion import BashComplete
from tests.support.commands import COMMAND

from ipcbench.cli import COMMANDS, FIRST_STEPS, ipcbench
from ipcbench.report.exports import EXPORTS


def completed(words: str, begun: str) -> list[str]:
    shell = BashComplete(ipcbench, {}, "ipcbench", "_IPCBENCH_COMPLETE")
    return [each.value for each in shell.get_completions(words.split(), begun)]


@pytest.mark.parametrize(
    ("words", "begun", "has", "lacks"),
    [
        ("run --channel", "du", "duplex-pipe", "pipe"),
        ("run --channel", "pipe,du", "pipe,duplex-pipe", "duplex-pipe"),
        ("run --channel", "pipe,", "pipe,queue", "pipe,pipe"),
        ("run --channel", "al", "all", "pipe"),
        ("ab --workload", "ping", "ping-pong", "stream"),
        ("run --placement", "s", "same", "free"),
        ("run --start-method", "", "spawn", "split"),
        ("tune --heap", "k", "kept", "used"),
        ("run --setting", "pipe", "pipe-buffer", "nice"),
        ("recommend --priority", "", "latency", "split"),
        ("demo --channel", "du", "duplex-pipe", "pipe"),
        ("demo --start-method", "s", "spawn", "fork"),
        ("tune --knob", "mal", "malloc", "readv"),
        ("tune --knob", "he", "heap=", "malloc"),
        ("ab --a", "st", "start-method=", "channel="),
        ("ab --b", "channel=du", "channel=duplex-pipe", "channel=pipe"),
        ("ab --b", "sw", "switch-interval=", "channel="),
        ("", "rec", "recommend", "run"),
    ],
)
def test_a_name_that_was_begun_is_completed(words: str, begun: str, has: str, lacks: str) -> None:
    found = completed(words, begun)
    assert has in found
    assert lacks not in found


def test_what_is_missing_stands_below_a_heading() -> None:
    from ipcbench.cli.listing import _as_text
    from ipcbench.commands.listing import Listing
    from ipcbench.probe.channels.stdlib.pipe import Pipe

    traits = {"channel": {"pipe": Pipe.traits}, "workload": {}, "payload": {}, "setting": {}}
    heading, row = _as_text(Listing(traits, {"pipe": "a package"}, []), "results").splitlines()[1:3]
    assert heading.index("missing") == row.index("a package")
    assert "missing" not in _as_text(Listing(traits, {}, []), "results")


def test_records_are_completed_by_their_numbers_the_newest_first(tmp_path: Path) -> None:
    for number in (1, 2, 11):
        (tmp_path / f"{number:04}_20261127T193708Z.json").write_text("{}")
    for command in ("show", "plot", "compare 2"):
        assert completed(f"{command} --results {tmp_path}", "") == ["latest", "11", "2", "1"]
    assert completed(f"show --results {tmp_path}", "1") == ["11", "1"]
    assert completed(f"export csv --results {tmp_path}", "lat") == ["latest"]


def test_the_formats_of_exports_are_completed() -> None:
    assert completed("export", "") == list(EXPORTS)


def test_a_shell_gets_its_completions_from_the_command() -> None:
    words = {"COMP_WORDS": "ipcbench run --channel simple", "COMP_CWORD": "3"}
    # The variable is named by the command, which is started as a module here.
    code = "import sys; sys.argv[0] = 'ipcbench'; from ipcbench.cli import main; main()"
    environment = {**os.environ, **words, "_IPCBENCH_COMPLETE": "bash_complete"}
    done = subprocess.run(
        [COMMAND[0], "-c", code], env=environment, capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.split() == ["plain,simple-queue"]


def test_without_arguments_ten_lines_say_what_to_do_and_their_commands_are_understood() -> None:
    done = subprocess.run(COMMAND, capture_output=True, text=True, check=False, timeout=30)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.rstrip("\n") == FIRST_STEPS
    assert len(done.stdout.strip().splitlines()) <= 11
    named = [line.split()[1] for line in FIRST_STEPS.splitlines() if line.startswith("  ipcbench")]
    assert set(named) <= COMMANDS.keys()
    assert {"doctor", "run", "plot", "recommend"} <= set(named)
