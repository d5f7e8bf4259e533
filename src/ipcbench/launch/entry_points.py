"""What installed packages announce by entry points."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint


def entry_points() -> Iterator[EntryPoint]:
    """Yield all entry points of all packages, in the order in which they are imported."""
    from importlib.metadata import distributions

    for each in distributions():
        yield from each.entry_points


def announces(groups: str) -> bool:
    """Whether any package may announce something in groups whose names begin so.

    `importlib.metadata` takes 50 ms to be imported and to read all, this a few: nobody announces anything
    mostly. Where packages are installed in another way than in folders, they may.
    """
    finders = [finder for finder in sys.meta_path if hasattr(finder, "find_distributions")]
    return len(finders) > 1 or any(_says(Path(folder), f"[{groups}".encode()) for folder in sys.path)


def _says(folder: Path, heading: bytes) -> bool:
    if not folder.is_dir():
        # An archive, or nothing.
        return folder.exists()
    with suppress(OSError):
        for name in os.listdir(folder):  # noqa: PTH208  (a path of each takes twice the time)
            if name.endswith(".egg"):
                return True
            if name.endswith((".dist-info", ".egg-info")):
                with suppress(OSError):
                    if heading in (folder / name / "entry_points.txt").read_bytes():
                        return True
    return False
