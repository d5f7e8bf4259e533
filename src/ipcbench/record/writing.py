"""Files that are written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def require_writable(folder: Path) -> None:
    """Raise OSError where no file can be made in a folder; asking for permissions would not know."""
    with tempfile.TemporaryFile(dir=folder):
        pass


@contextmanager
def scratch_file(folder: Path, content: bytes) -> Iterator[Path]:
    """Give a file that holds the whole content on disk; what still has this name at the end is removed."""
    descriptor, name = tempfile.mkstemp(dir=folder, prefix=".unfinished-")
    scratch = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        scratch.chmod(0o644)
        yield scratch
    finally:
        scratch.unlink(missing_ok=True)


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all, in the place of one of this name; raise OSError if it cannot be.

    What is no file, as a device or a pipe that somebody reads, is written into.
    """
    if path.exists() and not path.is_file():
        with open(os.open(path, os.O_WRONLY | getattr(os, "O_NONBLOCK", 0)), "wb") as file:  # noqa: PTH123
            os.set_blocking(file.fileno(), True)
            file.write(content)
        return
    with scratch_file(path.parent, content) as scratch:
        scratch.replace(path)
