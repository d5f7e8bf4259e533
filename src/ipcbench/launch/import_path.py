"""Where launchers look for what is one's own: as this process does, then in the current folder."""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path


def import_path() -> list[str]:
    """Return the folders, but for this interpreter's standard library: a target has one of its own."""
    library = {Path(sysconfig.get_path(name)) for name in ("stdlib", "platstdlib")}
    library |= {folder / "lib-dynload" for folder in library}
    own = (entry for entry in sys.path if entry and not entry.endswith(".zip") and Path(entry) not in library)
    return list(dict.fromkeys([*own, str(Path.cwd())]))
