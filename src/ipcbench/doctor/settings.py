"""How the kernel is set: frequencies, clock, buffers, memory, limits."""

from __future__ import annotations

import sys

from ipcbench.doctor.finding import Finding, Verdict, unknown
from ipcbench.machine.kernel import Kernel

#: Governors that keep a core's frequency; the others change it with the load, which a ping-pong hardly makes.
STEADY_GOVERNORS = {"performance", "userspace"}
#: Clocks that are read without a system call or a slow device.
FAST_CLOCKS = {"tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page", "xen"}
#: What Linux gives a pipe; less is left where a user has reached pipe-user-pages-soft.
PIPE_BYTES = 65536
#: What a group needs: six pairs with a driver each, three connections a process.
FEWEST_FILES, FEWEST_PROCESSES = 256, 64


def frequency(kernel: Kernel) -> Finding:
    """Say whether the cores' frequency follows the load."""
    governors, boost = kernel.governors(), kernel.boost()
    if not governors:
        return unknown("frequency")
    found = "governor " + ", ".join(governors)
    if boost is not None:
        found += ", boost " + ("on" if boost else "off")
    if set(governors) <= STEADY_GOVERNORS:
        return Finding("frequency", found)
    return Finding("frequency", found, Verdict.DOUBTFUL, "cpupower frequency-set -g performance (as root)")


def clock_source(kernel: Kernel) -> Finding:
    """Say whether reading the clock is a system call."""
    source = kernel.clock_source()
    if source is None:
        return unknown("clock source")
    if source in FAST_CLOCKS:
        return Finding("clock source", source)
    advice = "every reading is a slow one: boot with clocksource=tsc if the machine's is stable"
    return Finding("clock source", source, Verdict.DOUBTFUL, advice)


def pipes(kernel: Kernel, buffer_bytes: int | None) -> Finding:
    """A pipe that is smaller than usual changes every figure of a large message."""
    if buffer_bytes is None:
        return unknown("pipe buffers")
    found = f"{buffer_bytes >> 10} KiB a pipe"
    if (largest := kernel.number("proc/sys/fs/pipe-max-size")) is not None:
        found += f", at most {largest >> 10} KiB"
    if (soft := kernel.number("proc/sys/fs/pipe-user-pages-soft")) is not None:
        found += f", {soft} pages a user"
    if buffer_bytes >= PIPE_BYTES:
        return Finding("pipe buffers", found)
    advice = "close programs that hold many pipes, or raise fs.pipe-user-pages-soft"
    return Finding("pipe buffers", found, Verdict.UNFIT, advice)


def sockets(kernel: Kernel) -> Finding:
    """Say whether socket buffers are smaller than usual."""
    size = kernel.number("proc/sys/net/core/wmem_default")
    if size is None:
        return unknown("socket buffers")
    if size >= PIPE_BYTES:
        return Finding("socket buffers", f"{size} B")
    return Finding(
        "socket buffers", f"{size} B", Verdict.DOUBTFUL, "raise net.core.wmem_default to 212992, its default"
    )


def huge_pages(kernel: Kernel) -> Finding:
    """A fact: with `always`, large messages fault less often."""
    found = kernel.huge_pages()
    return Finding("huge pages", f"transparent: {found}") if found else unknown("huge pages")


def virtualisation(kernel: Kernel) -> Finding:
    """A fact: what a host does to its guests shows in steal time and jitter."""
    return Finding("virtualisation", kernel.virtualisation() or "no sign of any")


def limits() -> Finding:
    """Six pairs live at the same time, each with its driver."""
    if sys.platform == "win32":
        return unknown("limits")
    import resource

    files = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    processes = resource.getrlimit(resource.RLIMIT_NPROC)[0]
    found = f"{_limit(files)} open files, {_limit(processes)} processes"
    enough = _enough(files, FEWEST_FILES) and _enough(processes, FEWEST_PROCESSES)
    if enough:
        return Finding("limits", found)
    advice = f"ulimit -n {FEWEST_FILES} -u {FEWEST_PROCESSES} or more"
    return Finding("limits", found, Verdict.UNFIT, advice)


def _limit(value: int) -> str:
    return "any number of" if value < 0 else str(value)


def _enough(value: int, fewest: int) -> bool:
    return value < 0 or value >= fewest
