"""The facts of this machine that a figure depends on, for the run document."""

from __future__ import annotations

import json
import os
import platform
import subprocess
import sys
import time
from functools import lru_cache
from typing import Any

from ipcbench.machine.kernel import Kernel
from ipcbench.probe.process.affinity import usable_cores
from ipcbench.session import run_session

DEADLINE_S = 10.0


def host_line() -> str:
    """Return processor, cores and kernel in a line."""
    host = host_facts()
    return f"{host['cpu']}, {host['cores']} cores, {host['kernel']}"


def host_facts() -> dict[str, Any]:
    """Return what does not depend on the interpreter."""
    kernel = Kernel()
    return {
        "cpu": _cpu().get("brand_raw", platform.processor()),
        "cores": os.cpu_count(),
        "usable_cores": usable_cores(),
        "kernel": platform.release(),
        "system": platform.system(),
        "machine": platform.machine(),
        "libc": " ".join(platform.libc_ver()),
        "load_average": list(os.getloadavg()) if hasattr(os, "getloadavg") else None,
        "cpu_pressure": kernel.pressure("cpu"),
        "quota_cores": kernel.quota_cores(),
        "virtualisation": kernel.virtualisation(),
        "governors": kernel.governors(),
        "boost": kernel.boost(),
        "clock_source": kernel.clock_source(),
        "clock_resolution_ns": round(time.get_clock_info("perf_counter").resolution * 1e9),
        "huge_pages": kernel.huge_pages(),
        "swap_used_bytes": kernel.swap_used_bytes(),
        "pipe_max_size_bytes": kernel.number("proc/sys/fs/pipe-max-size"),
        "pipe_user_pages_soft": kernel.number("proc/sys/fs/pipe-user-pages-soft"),
        "socket_wmem_default_bytes": kernel.number("proc/sys/net/core/wmem_default"),
    }


def machine_info() -> dict[str, Any]:
    """Return pytest-benchmark's description of a machine, without what differs in every run."""
    build = platform.python_build()
    return {
        "processor": platform.processor(),
        "machine": platform.machine(),
        "python_compiler": platform.python_compiler(),
        "python_implementation": platform.python_implementation(),
        "python_implementation_version": platform.python_version(),
        "python_version": platform.python_version(),
        "python_build": list(build),
        "release": platform.release(),
        "system": platform.system(),
        "cpu": steady_cpu(_cpu()),
    }


def steady_cpu(cpu: dict[str, Any]) -> dict[str, Any]:
    """Leave out the momentary clock rate: it makes every run look like another machine."""
    return {name: value for name, value in cpu.items() if not name.startswith("hz_actual")}


def commit_info() -> dict[str, Any]:
    """Return the commit and dirtiness of the current folder, as pytest-benchmark does."""
    found = _in_a_process("from pytest_benchmark.utils import get_commit_info as asked")
    # No git on the PATH, no project name: a run must not fail for that.
    return found or {"id": "unknown", "dirty": False, "error": "not found"}


@lru_cache
def _cpu() -> dict[str, Any]:
    return _in_a_process("from cpuinfo import get_cpu_info as asked")


def _in_a_process(definition: str) -> dict[str, Any]:
    """Return what `asked`, as it is defined by this line, returns in a process of its own; {} where it fails.

    Both packages start programs, and wait for them without a limit.
    """
    code = f"import sys; sys.path[:] = {sys.path!r}; {definition}; import json; print(json.dumps(asked()))"
    try:
        done = run_session([sys.executable, "-c", code], DEADLINE_S, stderr=subprocess.DEVNULL)
        found: dict[str, Any] = json.loads(done.stdout)
    except (OSError, ValueError, subprocess.TimeoutExpired):
        return {}
    return found
