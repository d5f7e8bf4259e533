"""What a document that is published says of the person who made it: nothing."""

from __future__ import annotations

import getpass
import platform
import re
from pathlib import Path

import pytest
from tests.support.commands import ipcbench

from ipcbench.record.privacy import without_private


def test_paths_are_named_from_the_current_folder_or_the_home_folder(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home, here = tmp_path / "ada", tmp_path / "ada" / "project"
    here.mkdir(parents=True)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.chdir(here)
    monkeypatch.setattr(platform, "node", lambda: "engine.example.org")
    monkeypatch.setattr(getpass, "getuser", lambda: "lovelace")
    facts = {
        "executable": f"{home}/.pyenv/bin/python",
        "configure": f"'--prefix={home}/x' 'CC=gcc -I{here}/include'",
        "modules": [f"{here}/src/pkg.py", f"{home}", f"{home}lace/y"],
        "others": f"/mnt{home}/x file://{home}/y {home}/a{home}/b",
        "host": "engine.example.org, that is engine; not engineer",
        f"{home}/key": 3,
        "shared": "/scratch/lovelace/x of lovelace; /data/lovelaces",
        "somebody else's": "/home/grace/py '--prefix=/Users/grace/py' C:\\Users\\grace\\py /home /homely/x",
    }
    assert without_private(facts) == {
        "executable": "~/.pyenv/bin/python",
        "configure": "'--prefix=~/x' 'CC=gcc -I./include'",
        "modules": ["./src/pkg.py", "~", f"{home}lace/y"],
        "others": f"/mnt{home}/x file://~/y ~/a{home}/b",
        "host": "..., that is ...; not engineer",
        "~/key": 3,
        "shared": "/scratch/.../x of lovelace; /data/lovelaces",
        "somebody else's": "~/py '--prefix=~/py' ~\\py /home /homely/x",
    }


COMMANDS = {
    "run": "run --channel pipe,tests.support.channels:Mine --size 64 --max-time 0.1",
    "a case that is left out": "run --channel pipe,udp --size 64,1MiB --max-time 0.1",
    "ab": "ab --a channel=pipe --b channel=queue --size 64 --max-time 0.1",
    "an arm that fails": "ab --a path={home}/old --b path={home}/new --channel tests.support.channels:Mine "
    "--size 64 --max-time 0.1",
    "count": "count --channel tests.support.channels:Mine --size 64 --no-strace",
    "explain": "explain --channel tests.support.channels:Mine --launches 1",
}


@pytest.mark.parametrize("what", COMMANDS)
def test_a_stored_record_names_neither_home_folder_nor_user_nor_host(what: str, tmp_path: Path) -> None:
    home = tmp_path / "ada-the-user"
    for name in ("old", "new", "tools"):
        (home / name).mkdir(parents=True)
    workload = "" if what in ("count", "explain") else "--workload stream"
    setting = f"--setting env:TOOLS={home}/tools"
    done = ipcbench(
        f"{COMMANDS[what].format(home=home)} {workload} --placement same {setting} "
        f"--results {tmp_path / 'results'}",
        env={"HOME": str(home)},
    )
    (stored,) = (tmp_path / "results").glob("*.json")
    text = stored.read_text()
    assert done.returncode in (0, 1, 3, 4), done.stderr
    assert "env:TOOLS=~/tools" in text
    assert "ada-the-user" not in text
    assert str(Path.cwd()) not in text
    if "Mine" in COMMANDS[what] and what != "an arm that fails":
        assert '"file":"./tests/support/channels.py"' in text
    # In packed stamps and histograms a short name may stand by chance.
    text = re.sub(r'"[A-Za-z0-9+/]{40,}=*"', '""', text)
    for name in (getpass.getuser(), platform.node()):
        assert not re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text), name


@pytest.mark.parametrize("path", sorted((Path(__file__).parents[2] / "results").glob("*.*")), ids=str)
def test_what_is_stored_here_names_no_folder_of_a_person(path: Path) -> None:
    if path.suffix in (".json", ".svg"):
        assert not re.search(r"/(root|home|Users)/", path.read_text())
