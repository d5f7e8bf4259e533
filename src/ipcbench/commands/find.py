"""Finding stored runs as people name them: `latest`, numbers, files, git revisions."""

from __future__ import annotations

from pathlib import Path

from ipcbench.errors import UsageError
from ipcbench.measure.ab.worktrees import commit_of
from ipcbench.record.store import Store


def find_run(store: Store, name: str) -> Path:
    """Return the run that a name means; raise UsageError, saying what is accepted, where there is none.

    A git revision means the newest run of that commit.
    """
    try:
        return store.find(name)
    except UsageError as error:
        commit = commit_of(name)
        if commit is None:
            raise UsageError(str(error).replace("or a file", "a file, or a git revision")) from None
        found = store.of_commit(commit)
        if found is None:
            raise UsageError(
                f"no run in {str(store.folder)!r} was measured at {name!r} ({commit[:9]}); "
                "accepted: latest, latest~1, a run's number, a file, or the revision of a stored run"
            ) from None
        return found
