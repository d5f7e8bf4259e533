"""Who is below a process, and what all its threads have used."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time

import pytest

from ipcbench.launch.idle import cpu_ns, idle_shares
from ipcbench.probe.process.children import descendants

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="read from /proc")

#: Starts another one, says so, and both wait.
PARENT = "import subprocess, sys; subprocess.Popen(['sleep', '60']); print(flush=True); sys.stdin.read()"


def test_a_family_is_a_process_and_all_below_it() -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as top:
        assert top.stdout is not None
        top.stdout.readline()
        assert list(idle_shares([top.pid, 2**22 + 1])) == [top.pid]
        (child,) = descendants(top.pid)
        assert {top.pid, child} <= set(descendants(os.getpid()))
        os.kill(child, 15)
        top.kill()


def test_the_time_of_all_threads_counts() -> None:
    enough = threading.Event()
    working = threading.Thread(target=lambda: [sum(range(1000)) for _ in iter(enough.is_set, True)])
    began_ns, began_cpu_ns = cpu_ns(os.getpid()), time.process_time_ns()
    working.start()
    while time.process_time_ns() - began_cpu_ns < 5e7:
        time.sleep(0.01)
    used_ns, by_clock_ns = cpu_ns(os.getpid()) - began_ns, time.process_time_ns() - began_cpu_ns
    enough.set()
    working.join()
    # Two clocks of the kernel, read one after the other.
    assert 0.5 < used_ns / by_clock_ns < 2


def test_who_is_not_there_has_used_nothing() -> None:
    assert cpu_ns(2**22 + 1) == 0
