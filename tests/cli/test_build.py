"""Revisions that need something before they can be imported, and repositories that do not give it."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from tests.support.commands import ipcbench
from tests.support.processes import descendants
from tests.support.projects import CELL, CHANNEL, GROSS, git, repository, write_channel

from ipcbench.errors import IpcbenchError
from ipcbench.measure.ab import worktrees

GENERATES = ("--build", "echo V=1 > src/mypackage/_version.py")


def packaged(folder: Path, how: str) -> Path:
    """A repository whose package needs a file that git ignores; the second commit is much slower."""
    folder.mkdir()
    git(folder, "init", "--quiet")
    package = folder / "src" / "mypackage"
    for burn in ("0", GROSS):
        write_channel(package, burn=burn)
        (package / "__init__.py").write_text(f"{how}\n")
        (folder / ".gitignore").write_text("_version.py\n")
        git(folder, "add", ".")
        git(folder, "commit", "--quiet", "-m", burn)
    return folder


@pytest.mark.parametrize("how", ["from mypackage._version import V", "from . import _version"])
def test_what_git_ignores_is_named_with_the_cure_which_works(how: str, tmp_path: Path) -> None:
    here = packaged(tmp_path / "here", how)
    words = f"ab --git HEAD~1..HEAD --channel mypackage.mychannel:Mine {CELL}"
    done = ipcbench(words, cwd=here)
    assert done.returncode == 2
    assert "is mypackage._version built or generated? With ab --git: --build CMD" in done.stderr
    done = ipcbench(words, *GENERATES, cwd=here)
    assert done.returncode == 1, done.stderr
    assert not (here / "src" / "mypackage" / "_version.py").exists()


def test_what_a_build_has_put_into_the_top_folder_comes_before_the_source(tmp_path: Path) -> None:
    here = tmp_path / "here"
    repository(here, ["0", GROSS])
    # The base is as slow as the later revision once it is built, by what it finds at its top.
    slow = write_channel(tmp_path / "slow", burn=GROSS) / "mychannel.py"
    words = f"ab --git HEAD~1..HEAD --channel {CHANNEL} {CELL} --max-time 5s"
    done = ipcbench(words, "--build", f"cp {slow} .", cwd=here)
    assert done.returncode in (0, 3), done.stdout


def test_what_a_failing_build_says_is_shown_and_is_exit_status_4(tmp_path: Path) -> None:
    here = tmp_path / "here"
    repository(here, ["0", "0"])
    done = ipcbench(
        f"ab --git HEAD~1..HEAD --channel {CHANNEL}", "--build", "echo no compiler; exit 3", cwd=here
    )
    assert done.returncode == 4
    assert "no compiler\n" in done.stderr
    assert "--build in HEAD~1: 'echo no compiler; exit 3' ended with 3" in done.stderr
    assert len(git(here, "worktree", "list").splitlines()) == 1


def test_a_build_is_for_revisions() -> None:
    done = ipcbench("ab --a channel=pipe --b channel=queue --build true")
    assert done.returncode == 2
    assert "accepted: with --git" in done.stderr


def test_a_build_that_hangs_is_ended_with_all_that_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    here = tmp_path / "here"
    repository(here, ["0", "0"])
    monkeypatch.setattr(worktrees, "_BUILD_DEADLINE_S", 0.5)
    before, began_s = set(descendants(os.getpid())), time.monotonic()
    with (
        pytest.raises(IpcbenchError, match=r"took longer than 0\.5 s"),
        worktrees.checkouts("HEAD~1..HEAD", here, "sleep 60 & sleep 60"),
    ):
        pass
    assert time.monotonic() - began_s < 30
    assert not set(descendants(os.getpid())) - before


def test_a_shallow_clone_says_what_to_fetch(tmp_path: Path) -> None:
    commits = repository(tmp_path / "origin", ["0", GROSS])
    git(tmp_path, "clone", "--quiet", "--depth", "1", f"file://{tmp_path / 'origin'}", "clone")
    done = ipcbench(f"ab --git {commits[0]}..HEAD --channel {CHANNEL} {CELL}", cwd=tmp_path / "clone")
    assert done.returncode == 2
    assert "not in this shallow clone" in done.stderr
    assert "fetch-depth: 0" in done.stderr


def test_a_hook_that_fails_is_named_with_the_cure_which_works(tmp_path: Path) -> None:
    here = tmp_path / "here"
    repository(here, ["0", GROSS])
    hook = here / ".git" / "hooks" / "post-checkout"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\necho no lfs here >&2\nexit 1\n")
    hook.chmod(0o755)
    words = f"ab --git HEAD~1..HEAD --channel {CHANNEL} {CELL}"
    done = ipcbench(words, cwd=here)
    assert done.returncode == 4
    assert "the hook post-checkout fails in a new worktree" in done.stderr
    cure = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "core.hooksPath",
        "GIT_CONFIG_VALUE_0": "/dev/null",
    }
    assert all(f"{name}={value}" in done.stderr for name, value in cure.items())
    done = ipcbench(words, cwd=here, env={**os.environ, **cure})
    assert done.returncode == 1, done.stderr
