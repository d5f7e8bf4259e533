"""Which files the code that a probe runs came from: every peer reports it, once it has its end.

What a path would give says nothing of what was imported: a finder of an editable install, a namespace package
or a compiled extension may come from elsewhere.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Collection, Iterator, Sequence
from importlib.machinery import EXTENSION_SUFFIXES, all_suffixes
from types import ModuleType
from typing import Any

from ipcbench.probe.process import own_path
from ipcbench.probe.process.slowdowns import slowdowns

#: What an extension module of the arm's folders is built from, where only its source is there.
_SOURCES = (".pyx", ".c", ".cc", ".cpp", ".cxx", ".rs")
#: More modules from elsewhere than this are not named one by one.
_MOST_NAMED = 8
_MOST_OF_A_VERSION = 100


def self_report(channel: type, *others: type) -> dict[str, Any]:
    """Return what a process says of itself before it sends or receives: `provenance` and `slowdowns`."""
    has_library = _carrier(channel)[1] != ""
    return {**provenance(channel, *others), "slowdowns": slowdowns(has_library=has_library)}


def provenance(channel: type, *others: type) -> dict[str, Any]:
    """Return plain values: file and version of the modules that matter, and what hides the arm's own.

    `others` are payload and workload. `modules` holds the module and the package of each that is not ours,
    and for channels of ours multiprocessing, or the package that they require; `elsewhere` those loaded
    modules that the arm's folders have, too, and that came from another file.
    """
    own = [_names(kind) for kind in (channel, *others) if not _is_of_ipcbench(kind)]
    names = dict.fromkeys(name for each in own for name in each)
    if _is_of_ipcbench(channel):
        names[_carrier(channel)[0]] = None
    # Of several things of one's own, those that the arm does not have may be the same in all arms.
    theirs = [each for each in own if own_path.is_inside(_file(each[0]) or "")]
    required = [name for each in theirs or own or [["multiprocessing"]] for name in each]
    return {
        "modules": {
            name: {"file": _file(name), "version": _version(name, *_carrier(channel)[1:])} for name in names
        },
        "elsewhere": dict(_elsewhere(required)) if own_path.FOLDERS else {},
    }


def _is_of_ipcbench(kind: type) -> bool:
    return kind.__module__.partition(".")[0] == "ipcbench"


def _carrier(channel: type) -> tuple[str, str]:
    """Return module and distribution of what carries a channel's messages."""
    requires = getattr(getattr(channel, "traits", None), "requires", None)
    return (requires.module, requires.package) if requires else ("multiprocessing", "")


def _names(kind: type) -> list[str]:
    """Return the names of its module and of the package of that, once each."""
    return list(dict.fromkeys([kind.__module__, kind.__module__.partition(".")[0]]))


def _elsewhere(required: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield what is required, or is of the arm's packages or repository, and came from no folder of it."""
    named, beside = 0, _beside(required)
    for name in dict.fromkeys([*required, *sorted(sys.modules)]):
        module = sys.modules.get(name)
        file = _file_of(module) if isinstance(module, ModuleType) else None
        if file is None and name in required:
            # Made by a finder that tells no file: nobody can say whose code it is.
            file = "no file"
        if file is None or own_path.is_inside(file) or name.partition(".")[0] == "ipcbench":
            continue
        # What the interpreter needs to start was imported before any path could say otherwise.
        is_ours = own_path.is_of_origin(file) or (not _is_standard(file) and _is_ours(name))
        if name in required or is_ours or own_path.resolved(file) in beside:
            yield name, file
            named += 1
            if named == _MOST_NAMED:
                return


def _beside(required: Collection[str]) -> set[str]:
    """Return the loaded extensions that were installed by a distribution of the arm's own packages.

    Which source one was built from, nobody can tell: an installed copy of the arm's package that came with it
    says that it is the package's.
    """
    loaded = {
        name: _file_of(each) for name, each in list(sys.modules.items()) if isinstance(each, ModuleType)
    }
    suffixes = tuple(EXTENSION_SUFFIXES)
    extensions = {
        own_path.resolved(file)
        for file in loaded.values()
        if file and file.endswith(suffixes) and not (_is_standard(file) or own_path.is_inside(file))
    }
    if not extensions:
        return set()
    own = {name for name, file in loaded.items() if own_path.is_inside(file or "")}
    packages = {name.partition(".")[0] for name in (*required, *own)}
    found: set[str] = set()
    for folder in sys.path:
        for distribution in _distributions(folder):
            # Line by line: what is held at once counts for the heap that is measured.
            is_own, came = False, set()
            for file in _installed(folder, distribution):
                is_own |= file.partition("/")[0].partition(".")[0] in packages
                if file.endswith(suffixes):
                    came.add(own_path.resolved(os.path.join(folder, file)))
            found |= came & extensions if is_own else set()
    return found


def _distributions(folder: str) -> list[str]:
    """Return the names of what is installed in a folder, as `name-version`."""
    try:
        entries = os.listdir(folder or ".")
    except OSError:
        return []
    return [stem for stem, ending in map(os.path.splitext, entries) if ending == ".dist-info"]


def _installed(folder: str, distribution: str) -> Iterator[str]:
    """Yield what a distribution has put into a folder, as it says itself."""
    try:
        with open(os.path.join(folder, f"{distribution}.dist-info", "RECORD"), encoding="utf-8") as record:
            for line in record:
                yield line.split(",", 1)[0]
    except (OSError, ValueError):
        return


def _is_ours(name: str) -> bool:
    """Whether the arm's folders have this module, built or not, or the regular package that it belongs to."""
    top, *inner = name.split(".")
    for folder in own_path.FOLDERS:
        if _has(os.path.join(folder, top, "__init__")):
            return True
        place = os.path.join(folder, top, *inner)
        if _has(place, (*all_suffixes(), *_SOURCES)) or _has(os.path.join(place, "__init__")):
            return True
    return False


def _has(place: str, endings: Sequence[str] = tuple(all_suffixes())) -> bool:
    return any(os.path.isfile(place + ending) for ending in endings)


def _is_standard(file: str) -> bool:
    library, real = os.path.join(os.path.dirname(own_path.resolved(os.__file__)), ""), own_path.resolved(file)
    return real.startswith(library) and not real[len(library) :].startswith(
        ("site-packages", "dist-packages")
    )


def _file(name: str) -> str | None:
    module = sys.modules.get(name)
    return _file_of(module) if module else None


def _file_of(module: ModuleType) -> str | None:
    """Return where a module came from: a namespace package has folders, the first of which is named."""
    file = getattr(module, "__file__", None)
    if file:
        return str(file)
    return next((str(folder) for folder in getattr(module, "__path__", ())), None)


def _version(name: str, installed_as: str = "") -> str | None:
    """Return the version that a package or its metadata beside it states; None where neither does.

    What comes with the interpreter has its version.
    """
    package = name.partition(".")[0]
    stated = getattr(sys.modules.get(package), "__version__", None)
    if isinstance(stated, str):
        return stated[:_MOST_OF_A_VERSION]
    file = _file(package)
    if file is None:
        return None
    if _is_standard(file):
        return sys.version.split()[0]
    beside = os.path.dirname(file)
    if os.path.basename(file).startswith("__init__."):
        beside = os.path.dirname(beside)
    for each in _distributions(beside):
        distribution, dash, version = each.partition("-")
        if dash and _plain(distribution) in (_plain(package), _plain(installed_as)):
            return version[:_MOST_OF_A_VERSION]
    return None


def _plain(name: str) -> str:
    return name.lower().replace("-", "_")
