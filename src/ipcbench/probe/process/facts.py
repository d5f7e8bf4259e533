"""What the target interpreter and its kernel say of themselves; stored with every run."""

from __future__ import annotations

import multiprocessing
import os
import pickle
import platform
import re
import socket
import sys
import sysconfig
from multiprocessing.connection import Connection
from typing import Any

from ipcbench.probe.process.affinity import separate_cores, usable_cores
from ipcbench.probe.process.heap import is_managed
from ipcbench.probe.process.slowdowns import slowdowns

#: As `configure` calls them, and as compilers do.
_SANITIZERS = {
    "address": "address",
    "memory": "memory",
    "thread": "thread",
    "undefined-behavior": "undefined",
}


def version_label() -> str:
    """The interpreter as it stands in a case: `3.13.0`, `3.13.0t` without the GIL, `pypy3.11.13`."""
    name = "pypy" if platform.python_implementation() == "PyPy" else ""
    return f"{name}{platform.python_version()}{'' if _gil_enabled() else 't'}"


def reads_by_bufsize() -> bool:
    """Whether a Connection reads `multiprocessing.connection.BUFSIZE` at a time: CPython 3.14 and later."""
    receive = getattr(Connection, "_recv", None)
    return receive is not None and "BUFSIZE" in receive.__code__.co_names


def target_facts() -> dict[str, Any]:
    """Return plain values only: the answer goes over the wire."""
    return {
        "python": version_label(),
        "implementation": platform.python_implementation(),
        "executable": sys.executable,
        "build": " ".join(platform.python_build()),
        "compiler": platform.python_compiler(),
        "configure_arguments": sysconfig.get_config_var("CONFIG_ARGS") or "",
        "compiler_flags": sysconfig.get_config_var("CFLAGS") or "",
        "gil_enabled": _gil_enabled(),
        "jit_enabled": _jit_enabled(),
        "optimised": _optimised(),
        "libc": " ".join(platform.libc_ver()),
        "slowdowns": [*build_slowdowns(), *slowdowns()],
        "pickle_protocol": pickle.DEFAULT_PROTOCOL,
        "switch_interval_s": sys.getswitchinterval(),
        "start_methods": multiprocessing.get_all_start_methods(),
        "default_start_method": multiprocessing.get_start_method(allow_none=False),
        "usable_cores": usable_cores(),
        "separate_cores": separate_cores(usable_cores()),
        "pipe_buffer_bytes": pipe_buffer_bytes(),
        "socket_buffer_bytes": _socket_buffer_bytes(),
        "heap_managed": is_managed(),
        "reads_by_bufsize": reads_by_bufsize(),
    }


def build_slowdowns() -> list[str]:
    """Return what slows every message because of how the interpreter was built."""
    variables = ("CONFIG_ARGS", "CFLAGS", "PY_CFLAGS", "PY_CFLAGS_NODIST")
    arguments = " ".join(sysconfig.get_config_var(name) or "" for name in variables)
    by_flag = ",".join(re.findall(r"-fsanitize=([\w,-]+)", arguments)).split(",")
    found = ["a debug build"] if hasattr(sys, "gettotalrefcount") else []
    for name, flag in _SANITIZERS.items():
        if f"with-{name}-sanitizer" in arguments or flag in by_flag:
            found.append(f"the {name} sanitizer")
    return found


def _optimised() -> str:
    """Return how the build was optimised, as far as its configuration says: `PGO`, `LTO`, `PGO+LTO`."""
    arguments = sysconfig.get_config_var("CONFIG_ARGS") or ""
    flags = " ".join(
        sysconfig.get_config_var(name) or "" for name in ("PY_CFLAGS_NODIST", "PY_LDFLAGS_NODIST")
    )
    found = {
        "PGO": "--enable-optimizations" in arguments
        or "-fprofile-use" in flags
        or "-fprofile-instr-use" in flags,
        "LTO": "--with-lto" in arguments or "-flto" in flags,
    }
    return "+".join(name for name, is_so in found.items() if is_so)


def _jit_enabled() -> bool | None:
    """Whether code is compiled while it runs; None where the interpreter does not say."""
    if platform.python_implementation() == "PyPy":
        return True
    jit: Any = getattr(sys, "_jit", None)
    return bool(jit.is_enabled()) if jit is not None else None


def _gil_enabled() -> bool:
    return bool(getattr(sys, "_is_gil_enabled", lambda: True)())


def pipe_buffer_bytes() -> int | None:
    """What a new pipe holds; None where the kernel does not say."""
    try:
        import fcntl
    except ImportError:
        return None
    # F_GETPIPE_SZ is 1032 on every Linux; the fcntl module names it only from Python 3.10 on.
    if not sys.platform.startswith("linux"):
        return None
    reader, writer = os.pipe()
    try:
        return fcntl.fcntl(writer, getattr(fcntl, "F_GETPIPE_SZ", 1032))
    finally:
        os.close(reader)
        os.close(writer)


def _socket_buffer_bytes() -> int | None:
    if not hasattr(socket, "AF_UNIX"):
        return None
    near, far = socket.socketpair()
    with near, far:
        return near.getsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF)
