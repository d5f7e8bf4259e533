"""Whole commands with another interpreter as target: nothing of ours is installed in it."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conformance.interpreters import on_other_interpreters
from tests.support.commands import ipcbench

from ipcbench.launch.interpreter import Interpreter

CELL = "--channel pipe --size 64 --workload stream --placement same"


@on_other_interpreters
def test_a_run_measures_another_interpreter_and_says_which_it_was(
    interpreter: Interpreter, tmp_path: Path
) -> None:
    words = f"run {CELL} --python {interpreter.executable} --max-time 0.1 --results results"
    done = ipcbench(words, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    (stored,) = (tmp_path / "results").glob("*.json")
    document = json.loads(stored.read_text())
    (target,) = document["ipcbench"]["targets"].values()
    assert target["python"] == interpreter.label
    assert Path(target["asked_for"]).name == Path(interpreter.executable).name
    (case,) = (one for one in document["benchmarks"] if one["extra_info"]["ipcbench"]["asked"])
    assert case["params"]["python"] == interpreter.label


@on_other_interpreters
def test_an_ab_measures_another_interpreter_beside_this_one(interpreter: Interpreter) -> None:
    """Whatever comes out of one look: it was measured, and either side is named with its build."""
    words = f"ab --a start-method=fork --b python={interpreter.executable} {CELL} --max-time 3s --format json"
    done = ipcbench(words)
    assert done.returncode in (0, 1, 3), done.stderr
    (row,) = json.loads(done.stdout)["comparisons"]
    assert row["launches"] >= 1
    assert row["ratio"] > 0
