"""Every notebook runs from a fresh kernel; with so little measured that nothing is decided."""

from __future__ import annotations

import importlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
sys.path.append(str(FOLDER))
#: What takes longest is executed by `make notebooks` only, and here where that is asked for.
LONG = (
    ()
    if os.environ.get("IPCBENCH_NOTEBOOKS") == "all"
    else ("faster_messages", "folklore", "where_the_time_goes")
)
EXECUTED = [path for path in NOTEBOOKS if path.stem not in LONG]
#: What is measured is not looked at: a pass or two of a few short trials show that it can be.
FEW_PASSES = """
from ipcbench.launch import sizing
from ipcbench.plan import matrix
matrix.MIN_PASSES = 1
sizing.MIN_BLOCKS = sizing.MOST_WARMUP_BLOCKS = sizing.LARGE_MESSAGES = 2
sizing.LONGEST_SUSTAINED_S = sizing.LONGEST_LONGER_S = 0.02
"""


@pytest.mark.skipif(sys.platform != "linux", reason="they count system calls and descriptors")
@pytest.mark.timeout(300)
@pytest.mark.parametrize("path", EXECUTED, ids=lambda path: path.stem)
def test_a_notebook_runs_from_a_fresh_kernel(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = importlib.import_module("run")
    for name, value in run.SMALL.items():
        monkeypatch.setenv(name, value)
    notebook = run.execute(path, FEW_PASSES)
    errors = [out for cell in notebook.cells for out in cell.get("outputs", []) if out.output_type == "error"]
    assert not errors
    if path.stem == "folklore":
        printed = "".join(
            out.text
            for cell in notebook.cells
            for out in cell.get("outputs", [])
            if out.output_type == "stream"
        )
        verdicts = re.findall(r"^“.+”: (true|false|only when|open)", printed, re.MULTILINE)
        assert len(verdicts) == sum("ipcbench.judge(" in "".join(cell.source) for cell in notebook.cells)


@pytest.mark.parametrize("path", NOTEBOOKS, ids=lambda path: path.stem)
def test_what_is_stored_was_executed_in_order_and_has_its_pictures(path: Path) -> None:
    cells = [
        cell for cell in json.loads(path.read_text(encoding="utf-8"))["cells"] if cell["cell_type"] == "code"
    ]
    assert [cell["execution_count"] for cell in cells] == list(range(1, len(cells) + 1))
    drawing = [cell for cell in cells if re.search(r"plot\w*\(|judge\(", "".join(cell["source"]))]
    for cell in drawing:
        assert any("image/png" in out.get("data", {}) for out in cell["outputs"])


def test_checking_stores_nothing() -> None:
    before = [path.read_bytes() for path in NOTEBOOKS]
    done = subprocess.run(
        [sys.executable, str(FOLDER / "run.py"), "--nonsense"],
        capture_output=True, text=True, check=False, env=os.environ, timeout=60,
    )  # fmt: skip
    assert done.returncode == 1
    assert "takes --check and names among" in done.stderr
    assert [path.read_bytes() for path in NOTEBOOKS] == before
