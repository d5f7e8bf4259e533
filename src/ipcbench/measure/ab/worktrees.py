"""Two revisions of a project side by side, for `ab --git`; needs git."""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from ipcbench.errors import IpcbenchError, UsageError
from ipcbench.session import run_session

_ACCEPTED = "accepted: BASE..HEAD, or BASE to compare it with the working tree"
_GIT_DEADLINE_S, _BUILD_DEADLINE_S = 120.0, 900.0
#: What a failed build said last.
_MOST_LINES = 40


@dataclass(frozen=True, slots=True)
class Checkout:
    """Where one arm's modules are, first what was built, and what the arm is called."""

    paths: Sequence[Path]
    name: str
    #: The top folder of the working tree that it is another revision of; None for that itself.
    origin: Path | None = None


@contextmanager
def checkouts(spec: str, folder: Path, build: str | None = None) -> Iterator[list[Checkout]]:
    """Yield the checkouts of `BASE..HEAD` for the project in `folder`, the base first; remove them after.

    Modules are looked for in `src` where a project has one. `build` is a command of the shell that is run in
    each checkout, of which the top folder then comes first; the working tree stays as it is. Raises
    UsageError for a folder without a repository and for revisions that it does not know, and IpcbenchError,
    with what the command said, where it fails.
    """
    base, dots, head = spec.partition("..")
    if not base or (dots and not head) or head.startswith("."):
        raise UsageError(f"git {spec!r} is not understood; {_ACCEPTED}")
    try:
        prefix = _git(folder, "rev-parse", "--show-prefix")
        origin = Path(_git(folder, "rev-parse", "--show-toplevel"))
    except IpcbenchError as error:
        raise UsageError(f"git {spec!r}: {error}; {_ACCEPTED}, in a repository") from error
    revisions = [(name, _commit(folder, name)) for name in (base, head) if name]
    with tempfile.TemporaryDirectory(prefix="ipcbench-git-") as temporary:
        made: list[Path] = []
        try:
            for label, (_, commit) in zip("ab", revisions, strict=False):
                tree = Path(temporary) / label
                made.append(tree)
                _add(folder, tree, commit)
            found = []
            for tree, (name, commit) in zip(made, revisions, strict=True):
                root = tree / prefix
                if build:
                    _build(build, root, name)
                paths = [root, root / "src"] if build else [_modules(root)]
                there = [path for path in paths if path.is_dir()]
                found.append(Checkout(there, f"{name} ({commit[:9]})", origin))
            yield found if head else [*found, Checkout([_modules(folder)], "the working tree")]
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
    if commit is None and _git(folder, "rev-parse", "--is-shallow-repository") == "true":
        raise UsageError(
            f"git revision {name!r} is not in this shallow clone; accepted: after `git fetch --unshallow` "
            "(in GitHub's actions/checkout: fetch-depth: 0)"
        )
    if commit is None:
        raise UsageError(f"git revision {name!r} does not exist in {folder}; {_ACCEPTED}")
    return commit


def _modules(root: Path) -> Path:
    return root / "src" if (root / "src").is_dir() else root


def _add(folder: Path, tree: Path, commit: str) -> None:
    """Check a commit out in a folder of its own."""
    try:
        _git(folder, "worktree", "add", "--quiet", "--detach", str(tree), commit)
    except IpcbenchError as error:
        hook = Path(_git(folder, "rev-parse", "--git-path", "hooks/post-checkout"))
        if not (folder / hook).is_file():
            raise
        raise IpcbenchError(
            f"the hook post-checkout fails in a new worktree: {error}; accepted: a hook that works there, or "
            "none: GIT_CONFIG_COUNT=1 GIT_CONFIG_KEY_0=core.hooksPath GIT_CONFIG_VALUE_0=/dev/null before "
            "the command"
        ) from error


def _build(command: str, root: Path, name: str) -> None:
    """Run the command in a checkout; raise IpcbenchError with the end of what it said where it fails."""
    try:
        done = run_session(command, _BUILD_DEADLINE_S, shell=True, cwd=root, stderr=subprocess.STDOUT)
    except subprocess.TimeoutExpired:
        late = f"--build in {name}: {command!r} took longer than {_BUILD_DEADLINE_S:g} s"
        raise IpcbenchError(late) from None
    if done.returncode:
        failure = IpcbenchError(f"--build in {name}: {command!r} ended with {done.returncode}")
        failure.details = "\n".join(done.stdout.rstrip().splitlines()[-_MOST_LINES:])
        raise failure


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
