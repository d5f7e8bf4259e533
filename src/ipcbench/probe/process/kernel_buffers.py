"""How large the kernel's buffers of a pipe or a socket are: set, or said in a line why not."""

from __future__ import annotations

import os
import socket
import sys

from ipcbench.errors import CaseError

#: `F_SETPIPE_SZ`; the module fcntl names it from Python 3.10 on only.
_SET_PIPE_SIZE = 1031
_PIPE_LIMIT_FILE = "/proc/sys/fs/pipe-max-size"
_SOCKET_LIMIT_FILE = "/proc/sys/net/core/wmem_max"
#: Linux doubles what is asked for, for its own use, and says so.
_COUNTED = 2 if sys.platform.startswith("linux") else 1


def _limit(file_name: str) -> str:
    try:
        with open(file_name, encoding="ascii") as file:
            return f"; accepted: up to {int(file.read())} B ({file_name})"
    except (OSError, ValueError):
        return ""


def largest_pipe_bytes() -> int:
    """Return the largest buffer of a pipe that any user may ask for; raise CaseError where there is none."""
    try:
        with open(_PIPE_LIMIT_FILE, encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError) as error:
        raise CaseError(f"this system gives no larger pipe: {error}") from error


def size_pipe(descriptor: int, size: int) -> None:
    """Give a pipe a buffer of `size` bytes or more; raise CaseError where that cannot be. Linux."""
    try:
        import fcntl

        fcntl.fcntl(descriptor, _SET_PIPE_SIZE, size)
    except (ImportError, OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or str(error)
        raise CaseError(f"no pipe of {size} B here: {why}{_limit(_PIPE_LIMIT_FILE)}") from error


def size_socket(descriptor: int, size: int) -> None:
    """Give a socket buffers of `size` bytes; raise CaseError where the kernel gives smaller ones."""
    try:
        with socket.socket(fileno=os.dup(descriptor)) as end:
            for option in (socket.SO_SNDBUF, socket.SO_RCVBUF):
                end.setsockopt(socket.SOL_SOCKET, option, size)
            given = end.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
    except (OSError, OverflowError) as error:
        raise CaseError(f"no socket buffer of {size} B here: {error}") from error
    if given < size * _COUNTED:
        limit = _limit(_SOCKET_LIMIT_FILE)
        raise CaseError(f"no socket buffer of {size} B here: the kernel gives {given // _COUNTED} B{limit}")
