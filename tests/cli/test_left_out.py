"""Of a list, what cannot be measured here is left out with its reason, and the rest is measured."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest
from tests.conformance.interpreters import ALL
from tests.support.commands import ROOT, ipcbench

MODULE = "tests.support.channels"
IMPOSSIBLE = [
    ("OfNoPackage", "64", "fork", "no-such-ipc is not installed for "),
    ("OfNoServer", "64", "fork", "there is no no-such-server here; install the server"),
    ("Inherited", "64", "spawn", "is not handed over by spawn; accepted: fork"),
    ("Small", "1KiB", "fork", "size 1024 B is above its limit; accepted: up to 100 B"),
]
_names = pytest.mark.parametrize(("name", "size", "method", "why"), IMPOSSIBLE)
#: Each with what is to be the channel, its size and its start method.
MEASURING = {
    "run": "run --channel {0} --size {1} --start-method {2}",
    "count": "count --channel {0} --size {1} --start-method {2}",
    "ab": "ab --a start-method={2} --b start-method={2} --channel {0} --size {1}",
    "tune": "tune --channel {0} --size {1} --start-method {2}",
    "explain": "explain --channel {0} --size {1} --start-method {2}",
    "recommend": "recommend --channel {0} --size {1} --start-method {2} --workload stream --max-time 1s",
}


@_names
@pytest.mark.parametrize("command", MEASURING)
def test_one_that_cannot_be_is_one_line_of_every_command(
    command: str, name: str, size: str, method: str, why: str
) -> None:
    done = ipcbench(MEASURING[command].format(f"{MODULE}:{name}", size, method), pythonpath=[ROOT])
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert why in done.stderr


@_names
def test_a_recommendation_is_of_the_rest(name: str, size: str, method: str, why: str, tmp_path: Path) -> None:
    words = MEASURING["recommend"].format(f"pipe,{MODULE}:{name}", size, method)
    done = ipcbench(f"{words} --results", str(tmp_path), pythonpath=[ROOT])
    assert f"{MODULE}:{name}: {why}" in done.stdout + done.stderr
    assert "pipe" in done.stdout
    assert done.returncode in (0, 4), done.stderr


@_names
def test_a_count_goes_on_with_the_rest(name: str, size: str, method: str, why: str, tmp_path: Path) -> None:
    done = ipcbench(
        f"count --channel pipe,{MODULE}:{name} --size {size} --start-method {method} --no-strace --results",
        str(tmp_path), pythonpath=[ROOT],
    )  # fmt: skip
    assert done.returncode == 4, done.stderr
    assert f"ipcbench: left out: {MODULE}:{name}: {why}" in done.stderr
    shown = ipcbench("show latest --results", str(tmp_path)).stdout
    assert f"left out: {MODULE}:{name}: {why}" in shown
    (stored,) = tmp_path.glob("0001_*.json")
    record = json.loads(stored.read_text())["ipcbench"]
    assert [row["case"]["channel"] for row in record["rows"]] == ["pipe"]
    assert any(why in told for told in record["left_out"].values())


def test_a_comparison_goes_on_with_the_rest(tmp_path: Path) -> None:
    arms = "ab --a start-method=fork --b start-method=fork"
    done = ipcbench(
        f"{arms} --channel pipe,{MODULE}:Small --size 1KiB --workload ping-pong --placement same "
        "--max-time 0.5s --results", str(tmp_path), pythonpath=[ROOT],
    )  # fmt: skip
    why = f"left out: {MODULE}:Small: size 1024 B is above its limit"
    assert done.returncode == 4, done.stderr
    assert f"ipcbench: {why}" in done.stderr
    assert why in done.stdout
    assert why in ipcbench("show latest --results", str(tmp_path)).stdout
    (stored,) = tmp_path.glob("0001_*.json")
    record = json.loads(stored.read_text())["ipcbench"]
    assert [row["case"]["channel"] for row in record["rows"]] == ["pipe"]
    assert len(record["left_out"]) == 1


def test_a_regression_stays_one_whatever_was_left_out_beside_it(tmp_path: Path) -> None:
    done = ipcbench(
        f"ab --a env:IPCBENCH_SLOW=0 --b env:IPCBENCH_SLOW=1 --channel {MODULE}:SlowWhereAsked,{MODULE}:Small"
        " --size 1KiB --workload ping-pong --placement same --max-time 300s --results",
        str(tmp_path), pythonpath=[ROOT],
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "regressed" in done.stdout
    assert f"left out: {MODULE}:Small: size 1024 B is above its limit" in done.stdout


def test_a_comparison_of_an_arm_that_no_cell_can_have_is_one_line() -> None:
    done = ipcbench(
        f"ab --a start-method=fork --b start-method=spawn --channel {MODULE}:Inherited --size 64",
        pythonpath=[ROOT],
    )
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert "is not handed over by spawn; accepted: fork" in done.stderr


@pytest.mark.skipif(len(ALL) < 2, reason="no other interpreter, which has no package of this one")
def test_what_another_interpreter_lacks_is_one_line_that_names_it() -> None:
    """Whether a package is installed is asked of the interpreter that is to import it."""
    other = ALL[1].executable
    for command in ("run", "count --no-strace"):
        done = ipcbench(f"{command} --channel zmq-push --size 64 --python {other}")
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
        assert f"pyzmq is not installed for cpython {ALL[1].label}" in done.stderr
    done = ipcbench(f"ab --a python={sys.executable} --b python={other} --channel zmq-push --size 64")
    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr


def test_what_all_leaves_out_is_no_failure() -> None:
    from ipcbench.cli.options import lacks

    left_out = {"udp stream 1MiB": "udp: size"}
    assert not lacks(left_out, {"channel": "all"})
    assert lacks(left_out, {"channel": "udp,pipe"})
    assert not lacks({}, {"channel": "udp,pipe"})
