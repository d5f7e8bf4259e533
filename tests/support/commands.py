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

ROOT = Path(__file__).parents[2]
COMMAND = [sys.executable, "-c", "from ipcbench.cli import main; main()"]
DEADLINE_S = 90
#: What an interpreter reads when it starts, so that only a new one has it.
READ_AT_START = ("PYTHON", "MALLOC", "LD_", "GLIBC")


def ipcbench(
    words: str,
    *more: str,
    pythonpath: Sequence[Path] = (),
    cwd: Path = ROOT,
    env: Mapping[str, str] | None = None,
    stdout: int = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> subprocess.CompletedProcess[str]:
    """Run a command to its end, in this folder; `pythonpath` is all that PYTHONPATH has.

    Streams are descriptors, as subprocess takes them.
    """
    command, path = [*words.split(), *more], [str(each) for each in pythonpath]
    asked = {**os.environ, "PYTHONPATH": os.pathsep.join(path), **(env or {})}
    if sys.platform != "linux" or any(name.startswith(READ_AT_START) for name in env or {}):
        return subprocess.run(
            [*COMMAND, *command],
            stdout=stdout,
            stderr=stderr,
            text=True,
            timeout=DEADLINE_S,
            cwd=cwd,
            env=asked,
            check=False,
        )
    return _forked({"words": command, "path": path, "cwd": str(cwd), "env": asked}, stdout, stderr)


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
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )

    def end() -> None:
        near.close()
        process.wait(DEADLINE_S)

    atexit.register(end)
    return near


def _forked(asked: dict[str, object], stdout: int, stderr: int) -> subprocess.CompletedProcess[str]:
    zygote, command = _zygote(), [*COMMAND, *asked["words"]]  # type: ignore[misc]
    with (
        Path(os.devnull).open() as nothing,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        streams = [
            kept.fileno() if asked_for == subprocess.PIPE else asked_for
            for kept, asked_for in ((out, stdout), (err, stderr))
        ]
        socket.send_fds(zygote, [json.dumps(asked).encode()], [nothing.fileno(), *streams])
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
