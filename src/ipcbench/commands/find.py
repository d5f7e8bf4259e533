"""Finding stored records as people name them: `latest`, numbers, files, git revisions."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ipcbench.errors import UsageError
from ipcbench.measure.ab.worktrees import commit_of
from ipcbench.record.reading import RUN
from ipcbench.record.store import Store


def find_all(store: Store, names: Sequence[str], kinds: Sequence[str]) -> list[Path]:
    """Return the records that these names mean, `latest` without any; one that is named twice only once."""
    found = [find(store, name, kinds) for name in names or ("latest",)]
    return list({path.resolve(): path for path in found}.values())


def find(store: Store, name: str, kinds: Sequence[str] = (RUN,)) -> Path:
    """Return the record that a name means; raise UsageError, saying what is accepted, where there is none.

    `latest` means the newest of these kinds, a git revision the newest of them that was measured at it.
    """
    try:
        return store.find(name, kinds)
    except UsageError as error:
        commit = commit_of(name)
        if commit is None:
            raise UsageError(str(error).replace("or a file", "a file, or a git revision")) from None
        found = store.of_commit(commit, kinds)
        if found is None:
            raise UsageError(
                f"no record in {str(store.folder)!r} was measured at {name!r} ({commit[:9]}); "
                "accepted: latest, latest~1, a record's number, a file, or the revision of a stored record"
            ) from None
        return found
