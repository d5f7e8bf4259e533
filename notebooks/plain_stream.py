"""A plain sender and a plain receiver: what a message takes where nothing of ipcbench is imported.

As a program it streams so many messages between two processes and prints what the receiver saw, as JSON.
`counted` runs it under strace, where that is installed, and counts the calls that ask the kernel for memory.
"""

from __future__ import annotations

import ctypes
import json
import multiprocessing
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

#: The first messages let the heap grow; nothing of them is counted.
EARLY_MESSAGES = 10
#: `brk` moves the top of the heap; the others take blocks with pages of their own, and return them.
MEMORY_CALLS = ("brk", "mmap", "munmap", "mremap")
#: Nobody else calls it: it marks where the counting begins and ends.
MARK = "getppid"
DEADLINE_S = 120.0


def keep_memory() -> None:
    """Set both limits up to which glibc keeps free memory."""
    libc = ctypes.CDLL(None)
    if not (libc.mallopt(-3, 32 << 20) and libc.mallopt(-1, 64 << 20)):
        raise OSError("this C library keeps no such limits")


def stream(channel: str, size: int, messages: int, *, kept: bool) -> dict[str, float]:
    """Return seconds and page faults a message of a receiver that holds the last one while it waits."""
    context: Any = multiprocessing.get_context("fork")
    if channel == "queue":
        reader = writer = context.Queue()
    else:
        reader, writer = context.Pipe(duplex=channel == "duplex-pipe")
    get = reader.get if channel == "queue" else reader.recv
    put = writer.put if channel == "queue" else writer.send

    def send() -> None:
        if kept:
            keep_memory()
        message = os.urandom(size)
        for _ in range(EARLY_MESSAGES + messages):
            put(message)

    sender = context.Process(target=send)
    sender.start()
    if kept:
        keep_memory()
    for _ in range(EARLY_MESSAGES):
        message = get()
    os.getppid()
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_minflt, time.perf_counter()
    for _ in range(messages):
        message = get()
    seconds = time.perf_counter() - start
    faults = resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
    os.getppid()
    del message
    sender.join(DEADLINE_S)
    return {"seconds": seconds / messages, "faults": faults / messages, "process": os.getpid()}


def counted(channel: str, size: int, messages: int, *, kept: bool, python: str) -> dict[str, float]:
    """Return what `stream` saw, and how often a message moved the top of the heap or mapped a block.

    `brk` and `maps` are missing where strace is; seconds are of a process that is watched then.
    """
    command = [python, __file__, channel, str(size), str(messages), str(int(kept))]
    strace = shutil.which("strace")
    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder) / "calls"
        watched = [strace, "-f", "-qq", "-e", f"trace={','.join([*MEMORY_CALLS, MARK])}", "-o", str(log)]
        done = subprocess.run(
            [*(word for word in watched if strace and word), *command],
            capture_output=True, text=True, check=True, timeout=DEADLINE_S,
        )  # fmt: skip
        found: dict[str, float] = json.loads(done.stdout)
        if strace:
            calls = _between_marks(log.read_text(), int(found["process"]))
            found["brk"] = calls["brk"] / messages
            found["maps"] = sum(calls[name] for name in MEMORY_CALLS if name != "brk") / messages
    return found


def _between_marks(log: str, process: int) -> Counter[str]:
    """Return how often a process made each call between its two marks, its threads left out."""
    lines = [line.split(maxsplit=1)[1] for line in log.splitlines() if line.startswith(f"{process} ")]
    names = [line.partition("(")[0] for line in lines if not line.startswith(("<", "+", "-"))]
    first = names.index(MARK)
    return Counter(names[first + 1 : names.index(MARK, first + 1)])


if __name__ == "__main__":
    print(json.dumps(stream(sys.argv[1], *map(int, sys.argv[2:4]), kept=sys.argv[4] == "1")))
