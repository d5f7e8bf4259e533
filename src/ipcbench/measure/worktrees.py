"""Two revisions of a project side by side, for `ab --git`; needs git."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ipcbench.errors import IpcbenchError, UsageError

_ACCEPTED = "accepted: BASE..HEAD, or BASE to compare it with the working tree"
_GIT_DEADLINE_S = 120.0


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where one side's modules are, and what the side is called."""

    path: Path
    name: str


@contextmanager
def checkouts(spec: str, folder: Path) -> Iterator[list[Checkout]]:
    """Yield the checkouts of `BASE..HEAD` for the project in `folder`, the base first; remove them after.

    Modules are looked for in `src` where a project has one. Raises UsageError for a folder without a
    repository and for revisions that it does not know.
    """
    base, dots, head = spec.partition("..")
    if not base or (dots and not head) or head.startswith("."):
        raise UsageError(f"git {spec!r} is not understood; {_ACCEPTED}")
    try:
        prefix = _git(folder, "rev-parse", "--show-prefix")
    except IpcbenchError as error:
        raise UsageError(f"git {spec!r}: {error}; {_ACCEPTED}, in a repository") from error
    revisions = [(name, _commit(folder, name)) for name in (base, head) if name]
    with tempfile.TemporaryDirectory(prefix="ipcbench-git-") as temporary:
        made: list[Path] = []
        try:
            for label, (_, commit) in zip("ab", revisions, strict=False):
                tree = Path(temporary) / label
                made.append(tree)
                _git(folder, "worktree", "add", "--quiet", "--detach", str(tree), commit)
            found = [
                Checkout(_modules(tree / prefix), f"{name} ({commit[:9]})")
                for tree, (name, commit) in zip(made, revisions, strict=True)
            ]
            yield found if head else [*found, Checkout(_modules(folder), "the working tree")]
        finally:
            for tree in made:
                with suppress(IpcbenchError):
                    _git(folder, "worktree", "remove", "--force", str(tree))


def commit_of(name: str, folder: Path | None = None) -> str | None:
    """Return the commit that a revision means in a folder's repository; None where there is no such."""
    try:
        words = ("rev-parse", "--verify", "--quiet", "--end-of-options", f"{name}^{{commit}}")
        return _git(folder or Path.cwd(), *words)
    except IpcbenchError:
        return None


def _commit(folder: Path, name: str) -> str:
    commit = commit_of(name, folder)
    if commit is None:
        raise UsageError(f"git revision {name!r} does not exist in {folder}; {_ACCEPTED}")
    return commit


def _modules(root: Path) -> Path:
    return root / "src" if (root / "src").is_dir() else root


def _git(folder: Path, *words: str) -> str:
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *words],
            capture_output=True,
            text=True,
            timeout=_GIT_DEADLINE_S,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise IpcbenchError(f"git does not run: {error}") from error
    if done.returncode:
        raise IpcbenchError((done.stderr.strip().splitlines() or ["git failed"])[-1])
    return done.stdout.strip()
