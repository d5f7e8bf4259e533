"""What a published document says of a person's machine: nothing of who they are or where their files lie.

Facts of interpreters and modules are full of paths (where an interpreter lies, the prefix that it was built
for). They are shortened when they are journaled, so that a recovered run says no more than a finished one.
"""

from __future__ import annotations

import getpass
import os
import platform
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

#: Shorter names, as of a host called `a`, are parts of too many words.
_SHORTEST_NAME = 3


def without_private(value: Any) -> Any:
    """Return plain values with paths shortened and the names of user and host left out, in keys too.

    What lies in the current folder is named from there, the home folder is `~`.
    """
    return _changed(value, _replacements(), keys=True)


def with_short_paths(value: Any) -> Any:
    """Return the plain values of a journal's entry with paths shortened, and nothing else.

    Names of users and hosts stay: a channel or a field may have the same. So do keys, and packed bytes.
    """
    return _changed(value, _paths(), keys=False)


def with_short_names(told: Mapping[str, str]) -> dict[str, str]:
    """Return what is told by cases' names, with the paths in these shortened."""
    return {with_short_paths(name): each for name, each in told.items()}


#: Fields of packed bytes, in which anything may stand.
_PACKED = ("round_trips_hdr", "stamps")


#: What comes before a folder that is part of a longer path: `/mnt` of `/mnt/home/ada`, but no `file://`.
_INSIDE = re.compile(r"/[^\s'\",:;=/][^\s'\",:;=]*$")


#: Anybody's home folder: an interpreter may have been built, or installed, by somebody else.
_ANY_HOME = re.compile(r"(?:/home|/Users|[A-Za-z]:\\Users)[/\\][^\s'\",:;=/\\]+(?=/|\\|$|[\s'\",:;])")


def _changed(value: Any, replacements: Sequence[tuple[re.Pattern[str], str]], *, keys: bool) -> Any:
    """Return plain values with every text in them changed, keys too where that is asked for."""
    if isinstance(value, str):
        for pattern, short in replacements:
            value = _replaced(value, pattern, short)
        return value
    if isinstance(value, dict):
        changed = {
            key: inner if key in _PACKED else _changed(inner, replacements, keys=keys)
            for key, inner in value.items()
        }
        if not keys:
            return changed
        return {_changed(str(key), replacements, keys=keys): inner for key, inner in changed.items()}
    if isinstance(value, list | tuple):
        return [_changed(inner, replacements, keys=keys) for inner in value]
    return value


def _replaced(text: str, pattern: re.Pattern[str], short: str) -> str:
    def one(match: re.Match[str]) -> str:
        inside = match[0].startswith(os.sep) and _INSIDE.search(text, 0, match.start())
        return match[0] if inside else short

    return pattern.sub(one, text)


def _replacements() -> list[tuple[re.Pattern[str], str]]:
    """Return what is looked for, in order, each with what stands there instead."""
    names = [(re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])"), "...") for name in _names()]
    return _paths() + names


def _paths() -> list[tuple[re.Pattern[str], str]]:
    folders = [
        (re.compile(rf"{re.escape(folder)}(?=/|\\|$|[\s'\",:;])"), short) for folder, short in _folders()
    ]
    folders.append((_ANY_HOME, "~"))
    # Elsewhere than in paths a user's name may be any word.
    user = [(re.compile(rf"(?<=[/\\]){re.escape(name)}(?=[/\\]|$)"), "...") for name in _user()]
    return folders + user


def _folders() -> list[tuple[str, str]]:
    """Return folders with what they are called, the longest first."""
    home, here = str(Path.home()), str(Path.cwd())
    found = {os.path.realpath(home): "~", home: "~", os.path.realpath(here): ".", here: "."}
    return sorted(
        ((folder, short) for folder, short in found.items() if len(folder) > 1),
        key=lambda item: -len(item[0]),
    )


def _user() -> list[str]:
    """Return the user's name, where there is one: it stands in paths outside of the home folder too."""
    try:
        return [name for name in [getpass.getuser()] if len(name) >= _SHORTEST_NAME]
    except (OSError, KeyError, ImportError):
        return []


def _names() -> list[str]:
    """Return the host's name."""
    node = platform.node()
    names = (node, node.partition(".")[0])
    return [name for name in names if len(name) >= _SHORTEST_NAME and name != "localhost"]
