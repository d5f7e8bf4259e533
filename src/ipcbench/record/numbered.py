"""The names of stored records: their number, then when they were stored."""

from __future__ import annotations

import re
from pathlib import Path

_NUMBERED = re.compile(r"(\d{4,})_.*\.json")


def numbered(folder: Path) -> list[Path]:
    """Return the stored records of every kind in a folder, oldest first; none where there is no folder."""
    found = [(number_of(path), path) for path in folder.glob("*.json") if _NUMBERED.fullmatch(path.name)]
    return [path for _, path in sorted(found)]


def number_of(path: Path) -> int:
    """Return the number of a stored record."""
    return int(path.name.partition("_")[0])
