"""What stands in files and folders of the system; nothing where a platform has no such thing."""

from __future__ import annotations

from pathlib import Path


def lines(path: str) -> list[str]:
    """Return a file's lines; none where there is no such file."""
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []


def entries(folder: str) -> list[str]:
    """Return what is in a folder; nothing where the platform has no such folder."""
    try:
        return [entry.name for entry in Path(folder).iterdir()]
    except OSError:
        return []
