"""Runs one command in a process of its own and says what it did that no command may do. POSIX."""

from __future__ import annotations

import importlib
import os
import re
import resource
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pkgutil import walk_packages

import ipcbench as package
from ipcbench.cli import main
from ipcbench.errors import IpcbenchError
from ipcbench.launch.launcher import Launcher

#: Of CPU time, which does not depend on what else runs; who waits for so long does not end by itself.
LONGEST_S, HUNG_AFTER_S = 10, 60
MOST_BYTES = 500 << 20
#: What a shell says of a command that a signal ended.
STATUSES = (0, 1, 2, 3, 4)


@dataclass(frozen=True)
class Outcome:
    """What a command did."""

    status: int
    out: bytes
    #: Of CPU time.
    seconds: float
    peak_bytes: int

    @property
    def fault(self) -> str | None:
        """What no command may do, whatever it was given; None where it did nothing of it."""
        if self.status not in STATUSES:
            return f"ended with status {self.status}"
        if b"Traceback (most recent call last)" in self.out:
            return "a traceback"
        if unseen := sorted({byte for byte in self.out if byte < 0x20} - set(b"\t\n")):
            return f"wrote bytes {unseen}"
        # The format for GitHub gives orders of its own, and says where they end.
        given = b"" if b"::stop-commands::" in self.out else self.out
        if forged := re.search(rb"^\s*::(error|warning|set-env)", given, re.MULTILINE):
            return f"wrote {forged[0].strip()!r}, which GitHub takes for an order"
        if self.seconds > LONGEST_S:
            return f"took {self.seconds:.1f} s"
        if self.peak_bytes > MOST_BYTES:
            return f"took {self.peak_bytes >> 20} MiB"
        return None


def preload() -> None:
    """Import once, before anything is forked, what each command would import by itself."""
    for module in walk_packages(package.__path__, "ipcbench."):
        importlib.import_module(module.name)
    for name in ("matplotlib.backends.backend_svg", "matplotlib.figure", "hdrh.histogram", "rich.table"):
        importlib.import_module(name)


def ipcbench(words: Sequence[str]) -> Outcome:
    """Run a command line; nothing is launched for it."""

    def command() -> int:
        sys.argv = ["ipcbench", *words]
        Launcher.__enter__ = _not_here  # type: ignore[method-assign, assignment]
        main()
        return 0

    return forked(command)


def _not_here(_launcher: Launcher) -> Launcher:
    raise IpcbenchError("nothing is launched here")


def forked(command: Callable[[], int]) -> Outcome:
    """Run a function in a fork of this process, its output kept; kill it where it does not end."""
    with tempfile.TemporaryFile() as out:
        process = os.fork()
        if process == 0:
            _be_a_command(command, out.fileno())
        _, state, used = os.wait4(process, 0)
        out.seek(0)
        peak_bytes = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
        status = os.waitstatus_to_exitcode(state)
        return Outcome(status, out.read(), used.ru_utime + used.ru_stime, peak_bytes)


def _be_a_command(command: Callable[[], int], out: int) -> None:
    status = 99
    try:
        signal.alarm(HUNG_AFTER_S)
        # Of memory, not of addresses: what draws charts for browsers reserves more of these than there is.
        resource.setrlimit(resource.RLIMIT_DATA, (8 << 30, 8 << 30))
        for descriptor in (1, 2):
            os.dup2(out, descriptor)
        sys.stdout, sys.stderr = (open(number, "w", closefd=False) for number in (1, 2))  # noqa: SIM115
        status = command()
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else 98
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(status)
