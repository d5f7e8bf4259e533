"""Where launchers look for what is one's own: as this process does, then in the current folder."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

#: Where packages are installed: those of one version of Python are of no use to another.
_INSTALLED = {"site-packages", "dist-packages"}


def import_path(*, with_installed: bool = True) -> list[str]:
    """Return the folders, but for this interpreter's standard library: a target has one of its own.

    What is installed here is left out for targets of another version.
    """
    library = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    library |= {folder / "lib-dynload" for folder in library} | {Path(sys.prefix) / "DLLs"}
    folders = [
        entry
        for entry in sys.path
        # Others than texts Python itself passes over.
        if isinstance(entry, str) and Path(entry).exists() and Path(entry) not in library
    ]
    own = [entry for entry in folders if with_installed or not _INSTALLED & set(Path(entry).parts)]
    return list(dict.fromkeys([*own, str(Path.cwd())]))
