"""What a forked child must not keep: an inherited copy of a connection would hide that its owner died."""

from __future__ import annotations

import os
from typing import Any

#: No weak references: Python ignores a Ctrl-C that comes while one of their callbacks runs.
_owned: list[Any] = []


def close_in_forked_children(connection: Any) -> None:
    """Have every process forked from now on close its copy of this connection, until its owner closes it."""
    _owned[:] = [*(other for other in _owned if _is_open(other)), connection]


def _is_open(connection: Any) -> bool:
    try:
        return bool(connection.fileno() >= 0)
    except OSError:  # as of a closed `Connection`; a closed socket answers -1
        return False


def _close_all() -> None:
    for connection in _owned:
        connection.close()
    _owned.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_all)
