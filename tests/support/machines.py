"""Machines that do not exist: trees like /proc and /sys, with what a test wants to be seen there."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from ipcbench.machine.kernel import Kernel

#: A quiet machine: half a second a core of user time and of idling, no steal, nothing swapped.
QUIET = {
    "proc/stat": "cpu  100 0 0 100 0 0 0 0 0 0\ncpu0 100 0 0 100 0 0 0 0 0 0",
    "proc/loadavg": "0.10 0.20 0.30 1/100 4242",
    "proc/pressure/cpu": "some avg10=1.00 avg60=0.00 avg300=0.00 total=1",
    "proc/meminfo": "MemTotal: 8000 kB\nSwapTotal:     4096 kB\nSwapFree:      4096 kB",
    "proc/vmstat": "nr_free_pages 1\npswpin 10\npswpout 20",
    "proc/self/cgroup": "0::/",
    "proc/cpuinfo": "flags\t\t: fpu tsc",
    "proc/sys/fs/pipe-max-size": "1048576",
    "proc/sys/fs/pipe-user-pages-soft": "16384",
    "proc/sys/net/core/wmem_default": "212992",
    "sys/devices/system/clocksource/clocksource0/current_clocksource": "tsc",
    "sys/devices/system/cpu/cpu0/cpufreq/scaling_governor": "performance",
    "sys/devices/system/cpu/cpu1/cpufreq/scaling_governor": "performance",
    "sys/kernel/mm/transparent_hugepage/enabled": "always [madvise] never",
}


def machine(root: Path, changed: Mapping[str, str | None] | None = None) -> Kernel:
    """Make a quiet machine below a folder, but for what is changed (None: not there)."""
    for path, content in {**QUIET, **(changed or {})}.items():
        if content is not None:
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(content + "\n")
    return Kernel(root)
