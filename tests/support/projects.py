"""Projects that ship a channel, in folders and in git repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path

CHANNEL = "mychannel:Mine"

#: One comparison of GROSS: what is alike is decided at the first look, and what differs by many times the
#: threshold at the sixth launch, for which a machine that does something else beside it wants more than 15 s.
CELL = "--size 64 --workload stream --placement same --threshold 80% --max-time 60s"


def write_channel(folder: Path, *, burn: str = "0", fails: bool = False) -> Path:
    """Write a channel whose `send` takes so many loops (a Python expression) longer."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "mychannel.py").write_text(
        f"""import os
from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.channels.stdlib.pipe import Pipe


class Mine(Pipe):
    def sender(self):
        if {fails}:
            raise ValueError("not in this version")
        end, loops = super().sender(), {burn}

        def send(message):
            for _ in range(loops):
                pass
            end.send(message)

        return Endpoint(send=send, close=end.close)
"""
    )
    return folder


#: Many times a message's own cost: no machine is so noisy that it would not be seen.
GROSS = "5000"


def git(folder: Path, *words: str) -> str:
    done = subprocess.run(
        ["git", "-c", "user.name=T", "-c", "user.email=t@example.org", "-C", str(folder), *words],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def repository(folder: Path, burns: list[str]) -> list[str]:
    """Make a repository with a commit for each of these and return their names."""
    folder.mkdir()
    git(folder, "init", "--quiet")
    commits = []
    for number, burn in enumerate(burns):
        write_channel(folder / "src", burn=burn)
        (folder / "number").write_text(str(number))
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", f"commit {number}")
        commits.append(git(folder, "rev-parse", "HEAD"))
    return commits
