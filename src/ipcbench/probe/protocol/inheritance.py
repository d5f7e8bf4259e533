"""What a forked child must not keep: an inherited copy of a connection would hide that its owner died."""

from __future__ import annotations

import os
import weakref
from typing import Any

_owned: weakref.WeakSet[Any] = weakref.WeakSet()


def close_in_forked_children(connection: Any) -> None:
    """Have every process forked from now on close its copy of this connection."""
    _owned.add(connection)


def _close_all() -> None:
    for connection in list(_owned):
        connection.close()
    _owned.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_close_all)
