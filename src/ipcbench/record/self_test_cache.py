"""What a machine's self-test found, kept for the commands that come after it: one file a user and machine."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.record.files import read_json
from ipcbench.record.schema import CaseRow
from ipcbench.record.values import Alpha, Amount, Count, Duration, Few, FewNamed, Name, Share, Text
from ipcbench.record.writing import write_whole

SCHEMA = 2


class CellTest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cell compared with itself."""

    case: CaseRow
    #: Standard deviation of one launch's log ratio.
    spread: Amount
    seconds_per_launch: Duration
    launches: Count


class SelfTest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All cells of one self-test."""

    schema: int = SCHEMA
    datetime: Name
    #: The machine's facts: a self-test says nothing of another machine.
    machine: FewNamed[Text]
    python: Name
    cells: Few[CellTest]
    #: Sequential comparisons of a channel with itself that were looked at, those of them that erred, and
    #: those that no look had decided when the time was up.
    comparisons: Count
    regressed: Count
    undecided: Count
    threshold: Share
    alpha: Alpha
    #: What slowed every message meanwhile.
    slowdowns: Few[Text] = []


def path_for(machine: Mapping[str, str]) -> Path:
    """Return where the self-test of a machine is kept, in the user's cache folder; homes may be shared."""
    from platformdirs import user_cache_path

    digest = hashlib.sha256(msgspec.json.encode(dict(sorted(machine.items())))).hexdigest()[:12]
    return user_cache_path("ipcbench", appauthor=False) / f"self-test-{digest}.json"


def save_self_test(self_test: SelfTest, path: Path) -> None:
    """Write it in the place of an earlier one; raise OSError where that cannot be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, msgspec.json.format(msgspec.json.encode(self_test), indent=2) + b"\n")


def read_self_test(path: Path) -> SelfTest | None:
    """Return what is kept; None where nothing is; raise DocumentError for a file that is no self-test."""
    if not path.exists():
        return None
    try:
        found = msgspec.json.decode(read_json(path), type=SelfTest)
    except (msgspec.DecodeError, RecursionError) as error:
        raise DocumentError(
            f"{path}: not a self-test; ipcbench doctor --self-test writes a new one"
        ) from error
    if found.schema != SCHEMA or not found.cells:
        raise DocumentError(f"{path}: not a self-test of this version; ipcbench doctor --self-test renews it")
    return found
