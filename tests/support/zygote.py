"""A process that has imported what commands need, and forks itself for each that it is asked for.

To start an interpreter, to import, and to ask what processor and interpreter these are takes longer than most
commands that tests give. What is forked is a process like any other: it has its own streams, folder,
environment, status.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import socket
import sys
import traceback
from contextlib import suppress
from typing import Any

from tests.support.brisk import SIZES

#: What commands import late.
LATE = (
    "ipcbench.commands.ab",
    "ipcbench.commands.count",
    "ipcbench.commands.explain",
    "ipcbench.commands.run",
    "ipcbench.commands.self_test",
    "ipcbench.report.kinds",
    "matplotlib.backends.backend_svg",
    "matplotlib.figure",
)


def serve(descriptor: int) -> None:
    """Fork for each request, one after the other; tell the process first, its status when it has ended."""
    near = socket.socket(fileno=descriptor)
    from ipcbench.cli import main
    from ipcbench.launch import sizing
    from ipcbench.launch.interpreter import find_interpreter
    from ipcbench.machine.facts import host_facts

    # No command's test is about figures.
    vars(sizing).update(SIZES)
    for name in LATE:
        importlib.import_module(name)
    host_facts()
    find_interpreter(None)
    # What is there now stays: who looked through it for garbage would copy its pages in each fork.
    gc.collect()
    gc.freeze()
    while True:
        asked, streams, _, _ = socket.recv_fds(near, 1 << 20, 3)
        if not asked:
            return
        process = os.fork()
        if process == 0:
            near.close()
            _run(main, json.loads(asked), streams)
        for stream in streams:
            os.close(stream)
        near.sendall(b"%d\n" % process)
        _, status = os.waitpid(process, 0)
        near.sendall(b"%d\n" % os.waitstatus_to_exitcode(status))


def _run(main: Any, asked: dict[str, Any], streams: list[int]) -> None:
    """Be the command that is asked for, in this process, and end it."""
    status = 1
    try:
        for place, stream in enumerate(streams):
            os.dup2(stream, place)
            os.close(stream)
        os.environ.clear()
        os.environ.update(asked["env"])
        os.chdir(asked["cwd"])
        sys.argv = ["-c", *asked["words"]]
        # After the current folder, as PYTHONPATH stands.
        sys.path[1:1] = asked["path"]
        main()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else int(end.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        with suppress(OSError):
            sys.stdout.flush()
            sys.stderr.flush()
        os._exit(status)
