"""Commands of ours as a user has them: a process, its output, its exit status."""

from __future__ import annotations

import atexit
import json
import os
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from tests.support.brisk import CODE

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from ipcbench.cli import main; main()"]
#: The same with few short trials, for tests of something else than figures.
BRISK = [sys.executable, "-c", CODE + "from ipcbench.cli import main; main()"]
DEADLINE_S = 90
#: What commands are forked with, whatever a test sets before the first of them.
ENVIRONMENT = dict(os.environ)
#: Beginnings of the names of what an interpreter and its C library read when they start.
READ_AT_START = ("PYTHON", "MALLOC", "LD_", "GLIBC")


def ipcbench(
    words: str,
    *more: str,
    pythonpath: Sequence[Path] = (),
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in this folder; `pythonpath` is all that PYTHONPATH has."""
    command, path = [*words.split(), *more], [str(each) for each in pythonpath]
    asked = {**os.environ, "PYTHONPATH": os.pathsep.join(path), **(env or {})}
    # Only a new interpreter has what one reads when it starts; paths, a forked one is told.
    at_start = _read_at_start({**os.environ, **(env or {})})
    if sys.platform != "linux" or at_start != _read_at_start(ENVIRONMENT):
        return subprocess.run(
            [*COMMAND, *command],
            capture_output=True,
            text=True,
            timeout=DEADLINE_S,
            cwd=cwd,
            env=asked,
            check=False,
        )
    return _forked({"words": command, "path": path, "cwd": str(cwd), "env": asked})


def _read_at_start(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(READ_AT_START)}


@cache
def _zygote() -> socket.socket:
    near, far = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    near.settimeout(DEADLINE_S)
    code = "import sys; from tests.support.zygote import serve; serve(int(sys.argv[1]))"
    with far:
        process = subprocess.Popen(
            [sys.executable, "-c", code, str(far.fileno())],
            pass_fds=[far.fileno()],
            cwd=ROOT,
            env=ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def end() -> None:
        near.close()
        process.wait(DEADLINE_S)

    atexit.register(end)
    return near


def _forked(asked: dict[str, Any]) -> subprocess.CompletedProcess[str]:
    zygote, command = _zygote(), [*COMMAND, *asked["words"]]
    with (
        Path(os.devnull).open() as nothing,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        streams = [nothing.fileno(), out.fileno(), err.fileno()]
        socket.send_fds(zygote, [json.dumps(asked).encode()], streams)
        process = int(zygote.recv(32))
        try:
            status = int(zygote.recv(32))
        except TimeoutError:
            with suppress(ProcessLookupError):
                os.kill(process, signal.SIGKILL)
            zygote.recv(32)
            raise subprocess.TimeoutExpired(command, DEADLINE_S) from None
        said = []
        for stream in (out, err):
            stream.seek(0)
            said.append(stream.read().decode())
    return subprocess.CompletedProcess(command, status, *said)
