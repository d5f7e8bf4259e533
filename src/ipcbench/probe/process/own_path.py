"""The folders of an arm come before all that is installed, a finder of an editable install included.

Such a finder stands first on `sys.meta_path`, where it is asked before `sys.path` is looked at: with the
folders at the front of that alone, both arms of a comparison would run the installed copy. Processes that are
started anew learn of the folders by their environment. Nothing is imported here that is not there at start
(`heap`).
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from typing import Any

VARIABLE, ORIGIN_VARIABLE = "IPCBENCH_OWN_PATH", "IPCBENCH_OWN_ORIGIN"
#: The folders of the arm, in order; empty where it has none.
FOLDERS: list[str] = [folder for folder in os.environ.get(VARIABLE, "").split(os.pathsep) if folder]
#: The repository of which the folders are another revision; empty where they are not.
ORIGIN = os.environ.get(ORIGIN_VARIABLE, "")
#: Folders with all links resolved: one has hundreds of modules, and each is looked at several times.
_RESOLVED: dict[str, str] = {}
#: What never comes from them: the probe itself, and what the interpreter has built in.
_NEVER = {"ipcbench", *sys.builtin_module_names}


class OwnPathFinder:
    """Finds what the folders have; asked first."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> Any:
        """Return the spec of a module or package in the folders; None for all others.

        A folder without `__init__.py` gives way to a package elsewhere, as it does on `sys.path`.
        """
        top = name.partition(".")[0]
        if top in _NEVER:
            return None
        found = _path_finder().find_spec(name, FOLDERS if path is None else path, target)
        if found is None or found.origin is None:
            return None
        return found if path is None or is_inside(found.origin) else None


def install() -> None:
    """Ask the folders first from now on, in this process."""
    if FOLDERS and not any(finder is OwnPathFinder for finder in sys.meta_path):
        sys.meta_path.insert(0, OwnPathFinder)


def is_inside(path: str) -> bool:
    """Whether a file lies in one of the folders, links resolved.

    What is installed below one, as in the environment of a project, is not the folder's own.
    """
    return any(_is_own(path, folder) for folder in FOLDERS)


def is_of_origin(path: str) -> bool:
    """Whether a file is of the repository that the arm is a revision of, but not of that revision."""
    return bool(ORIGIN) and _is_own(path, ORIGIN) and not is_inside(path)


def resolved(path: str) -> str:
    """Return what `os.path.realpath` does, but look at each folder once."""
    if os.path.islink(path) or not os.path.isabs(path):
        return os.path.realpath(path)
    folder, name = os.path.split(path)
    if folder not in _RESOLVED:
        _RESOLVED[folder] = os.path.realpath(folder)
    return os.path.join(_RESOLVED[folder], name)


def _is_own(path: str, folder: str) -> bool:
    real, inside = resolved(path), os.path.join(resolved(os.path.join(folder, "")), "")
    if not real.startswith(inside):
        return False
    return not {"site-packages", "dist-packages"} & set(real[len(inside) :].split(os.sep))


def _path_finder() -> Any:
    # `importlib.machinery.PathFinder`, without importing that.
    return sys.modules["_frozen_importlib_external"].PathFinder
