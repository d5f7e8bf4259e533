"""Programs that are run in a session of their own, so that all that they start ends with them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import Any


def run_session(
    command: str | Sequence[str], timeout_s: float, *, say: str | None = None, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run a program to its end and return its status and its standard output, as text.

    `say` is all that it can read, `options` are those of `subprocess.Popen`. Whatever ends the wait, Ctrl-C
    included, ends all that was started; raises `subprocess.TimeoutExpired` where it takes longer.
    """
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL if say is None else subprocess.PIPE,
        stdout=subprocess.PIPE,
        start_new_session=True,
        text=True,
        errors="replace",
        **options,
    ) as running:
        try:
            said, _ = running.communicate(say, timeout=timeout_s)
        except BaseException:
            kill_group(running)
            raise
    return subprocess.CompletedProcess(command, running.returncode, said)


def kill_group(process: subprocess.Popen[Any]) -> None:
    """Kill this program, which leads a session, and all that is left of that."""
    if sys.platform == "win32":
        process.kill()
        return
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
