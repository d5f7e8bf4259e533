"""Where TMPDIR is long, launchers and what they start still find each other."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from tests.support.commands import ipcbench

from ipcbench.errors import UsageError
from ipcbench.launch import short_folder as module
from ipcbench.launch.interpreter import find_interpreter
from ipcbench.launch.launcher import Launcher


@pytest.mark.parametrize(("length", "start_method"), [(65, "forkserver"), (90, "fork")])
def test_a_long_temporary_folder_is_no_obstacle(tmp_path: Path, length: int, start_method: str) -> None:
    folder = tmp_path / ("x" * max(1, length - len(str(tmp_path)) - 1))
    folder.mkdir()
    done = ipcbench(
        "run --channel pipe --workload stream --size 64 --placement same --max-time 0.1 "
        f"--start-method {start_method} --results {tmp_path / 'results'}",
        env={"TMPDIR": str(folder)},
    )
    assert done.returncode == 0, done.stderr
    assert not list(folder.iterdir())


def test_where_no_folder_is_short_enough_a_line_says_how_long_it_may_be(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(module, "_LONGEST_SOCKET", module._LONGEST_INSIDE)
    monkeypatch.setattr(tempfile, "tempdir", "/a/folder")
    with pytest.raises(
        UsageError, match=r"TMPDIR '/a/folder' is too long .*; accepted: at most 0 characters"
    ):
        Launcher(find_interpreter(None)).__enter__()
