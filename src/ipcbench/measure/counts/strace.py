"""All system calls of processes, watched by strace where it is installed and may attach."""

from __future__ import annotations

import re
import shutil
import signal
import subprocess
import tempfile
import time
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ipcbench.errors import IpcbenchError
from ipcbench.session import kill_group

ATTACH_DEADLINE_S = 10.0
#: `4242 read(3, ...` begins a call; `4242 <... read resumed>` ends one that was begun before.
_CALL = re.compile(r"^(\d+) +(\w+)\(")


class CannotWatch(IpcbenchError):
    """There is no strace, or it may not attach."""


class CallLog:
    """What strace wrote of some processes."""

    def __init__(self, processes: Sequence[int]) -> None:
        self._threads = [_threads(process) for process in processes]
        self._calls: list[dict[str, int]] = []

    def read(self, log: Iterable[str]) -> None:
        """Take the log in."""
        begun = [(int(match[1]), match[2]) for line in log if (match := _CALL.match(line))]
        self._calls = [dict(Counter(from_command(begun, threads))) for threads in self._threads]

    def calls(self) -> list[dict[str, int]]:
        """Return how often each process made each call, its threads together."""
        return self._calls


def from_command(begun: Sequence[tuple[int, str]], threads: Collection[int]) -> list[str]:
    """Return the calls that these threads began from the command that one of them read to its answer.

    Before and after, a peer waits in poll, and whether that call is logged depends on when strace came to it
    and left it.
    """
    calls = [name for thread, name in begun if thread in threads]
    if "read" not in calls or "write" not in calls:
        return []
    return calls[calls.index("read") : len(calls) - calls[::-1].index("write")]


class Strace:
    """An installed strace."""

    def __init__(self) -> None:
        found = shutil.which("strace")
        if found is None:
            raise CannotWatch("there is no strace here, so only reads and writes are counted")
        self._program = found

    @contextmanager
    def watch(self, processes: Sequence[int]) -> Iterator[CallLog]:
        """Watch these processes, threads included, while the block runs; always detaches."""
        # Without a name: whoever is killed leaves nothing.
        with tempfile.TemporaryFile("w+") as log:
            targets = [word for process in processes for word in ("-p", str(process))]
            strace = subprocess.Popen(
                [self._program, "-f", "-qq", "-o", f"/proc/self/fd/{log.fileno()}", *targets],
                pass_fds=[log.fileno()],
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                # It starts a process to try the kernel, which would stay where strace is killed meanwhile.
                start_new_session=True,
            )
            try:
                _await_attached(strace, processes)
                watched = CallLog(processes)
                yield watched
            finally:
                strace.send_signal(signal.SIGINT)
                with suppress(subprocess.TimeoutExpired):
                    strace.wait(ATTACH_DEADLINE_S)
                kill_group(strace)
                strace.communicate()
            watched.read(log)


def _await_attached(strace: subprocess.Popen[bytes], processes: Sequence[int]) -> None:
    """Wait until every thread is watched."""
    limit = time.monotonic() + ATTACH_DEADLINE_S
    while time.monotonic() < limit:
        if strace.poll() is not None:
            assert strace.stderr is not None
            kill_group(strace)
            why = strace.stderr.read().decode(errors="replace").strip().splitlines()
            raise CannotWatch(f"strace may not attach: {why[0] if why else f'status {strace.returncode}'}")
        if all(_is_traced(process, thread) for process in processes for thread in _threads(process)):
            return
        time.sleep(0.005)
    raise CannotWatch(f"strace did not attach within {ATTACH_DEADLINE_S:g} s")


def _threads(process: int) -> set[int]:
    return {int(entry.name) for entry in Path(f"/proc/{process}/task").iterdir()}


def _is_traced(process: int, thread: int) -> bool:
    try:
        status = Path(f"/proc/{process}/task/{thread}/status").read_text()
    except OSError:
        return True
    return re.search(r"^TracerPid:\s+[1-9]", status, re.M) is not None
