"""What a document that is published says of the person who made it: nothing."""

from __future__ import annotations

import getpass
import platform
import re
from pathlib import Path

import pytest
from tests.cli.test_cli import ipcbench

from ipcbench.record.privacy import without_private


def test_paths_are_named_from_the_current_folder_or_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home, here = tmp_path / "ada", tmp_path / "ada" / "project"
    here.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    monkeypatch.setattr(platform, "node", lambda: "engine.example.org")
    facts = {
        "executable": f"{home}/.pyenv/bin/python",
        "configure": f"'--prefix={home}/x' 'CC=gcc -I{here}/include'",
        "modules": [f"{here}/src/pkg.py", f"{home}", f"{home}lace/y"],
        "others": f"/mnt{home}/x file://{home}/y {home}/a{home}/b",
        "host": "engine.example.org, that is engine; not engineer",
        f"{home}/key": 3,
    }
    assert without_private(facts) == {
        "executable": "~/.pyenv/bin/python",
        "configure": "'--prefix=~/x' 'CC=gcc -I./include'",
        "modules": ["./src/pkg.py", "~", f"{home}lace/y"],
        "others": f"/mnt{home}/x file://~/y ~/a{home}/b",
        "host": "..., that is ...; not engineer",
        "~/key": 3,
    }


def test_a_stored_run_names_neither_home_folder_nor_user_nor_host(tmp_path: Path) -> None:
    done = ipcbench(
        "run --channel pipe,tests.support.channels:Mine --workload stream --size 64 --placement same "
        f"--max-time 1s --results {tmp_path}"
    )
    assert done.returncode == 0, done.stderr
    (stored,) = tmp_path.glob("*.json")
    text = stored.read_text()
    assert '"file":"./tests/support/channels.py"' in text
    assert str(Path.home()) + "/" not in text
    for name in (getpass.getuser(), platform.node()):
        assert not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text), name
