"""Where temporary files go: a folder in whose name there is room for the paths of sockets."""

from __future__ import annotations

import os
import socket
import tempfile

from ipcbench.errors import UsageError

#: What the address of a Unix socket holds on every platform, and what stands behind the temporary folder in
#: the longest one: `/ipcbench-12345678/pymp-12345678/listener-12345678`.
_LONGEST_SOCKET, _LONGEST_INSIDE = 103, 50


def short_folder() -> str:
    """Return a folder for temporary files in which sockets can be bound to paths.

    A launcher's folder and multiprocessing's sockets in it take `_LONGEST_INSIDE` more characters. Raises
    UsageError where there is none that is short enough.
    """
    usual = tempfile.gettempdir()
    for folder in (usual, "/tmp", "/var/tmp"):
        short = (
            not hasattr(socket, "AF_UNIX") or len(os.fsencode(folder)) <= _LONGEST_SOCKET - _LONGEST_INSIDE
        )
        if short and os.access(folder, os.W_OK | os.X_OK):
            return folder
    raise UsageError(
        f"TMPDIR {usual!r} is too long for the paths of sockets; accepted: at most "
        f"{_LONGEST_SOCKET - _LONGEST_INSIDE} characters"
    )
