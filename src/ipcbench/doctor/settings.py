"""How the kernel is set: frequencies, clock, buffers, memory, limits."""

from __future__ import annotations

from ipcbench.doctor.finding import Finding, Fitness, unknown
from ipcbench.machine.kernel import Kernel
from ipcbench.machine.limits import FEWEST_FILES, FEWEST_MIB, FEWEST_PROCESSES, Limits

#: Governors that keep a core's frequency; the others change it with the load, which a ping-pong hardly makes.
STEADY_GOVERNORS = {"performance", "userspace"}
#: Clocks that are read without a system call or a slow device.
FAST_CLOCKS = {"tsc", "kvm-clock", "arch_sys_counter", "hyperv_clocksource_tsc_page", "xen"}
#: What Linux gives a pipe; less is left where a user has reached pipe-user-pages-soft.
PIPE_BYTES = 65536


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
    return Finding("frequency", found, Fitness.DOUBTFUL, "cpupower frequency-set -g performance (as root)")


def clock_source(kernel: Kernel) -> Finding:
    """Say whether reading the clock is a system call."""
    source = kernel.clock_source()
    if source is None:
        return unknown("clock source")
    if source in FAST_CLOCKS:
        return Finding("clock source", source)
    advice = "every reading is a slow one: boot with clocksource=tsc if the machine's is stable"
    return Finding("clock source", source, Fitness.DOUBTFUL, advice)


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
    return Finding("pipe buffers", found, Fitness.UNFIT, advice)


def sockets(kernel: Kernel) -> Finding:
    """Say whether socket buffers are smaller than usual."""
    size = kernel.number("proc/sys/net/core/wmem_default")
    if size is None:
        return unknown("socket buffers")
    if size >= PIPE_BYTES:
        return Finding("socket buffers", f"{size} B")
    return Finding(
        "socket buffers", f"{size} B", Fitness.DOUBTFUL, "raise net.core.wmem_default to 212992, its default"
    )


#: What becomes of large messages by when memory comes in huge pages.
_HUGE = {
    "always": "always: memory that is faulted in for a message comes 2 MiB at a time where there is room",
    "madvise": "madvise: what is faulted in for a message comes 4 KiB at a time, unless malloc asks",
    "never": "never: what is faulted in for a message comes 4 KiB at a time",
}


def huge_pages(kernel: Kernel) -> Finding:
    """A fact: with `always`, large messages fault less often."""
    found = kernel.huge_pages()
    return (
        Finding("huge pages", f"transparent: {_HUGE.get(found, found)}") if found else unknown("huge pages")
    )


def virtualisation(kernel: Kernel) -> Finding:
    """A fact: what a host does to its guests shows in steal time and jitter."""
    return Finding("virtualisation", kernel.virtualisation() or "no sign of any")


def limits(found: Limits | None) -> Finding:
    """Six pairs live at the same time, each with its driver."""
    if found is None:
        return unknown("limits")
    told = f"{_limit(found.files)} open files, {_limit(found.processes)} processes"
    if found.address_mib is not None:
        told += f", {found.address_mib} MiB of address space"
    flags = (
        ("n", found.files, FEWEST_FILES, 1),
        ("u", found.processes, FEWEST_PROCESSES, 1),
        ("v", found.address_mib, FEWEST_MIB, 1024),
    )
    lacking = [
        f"-{flag} {fewest * unit}"
        for flag, value, fewest, unit in flags
        if value is not None and value < fewest
    ]
    if not lacking:
        return Finding("limits", told)
    return Finding("limits", told, Fitness.UNFIT, f"ulimit {' '.join(lacking)} or more")


def _limit(value: int | None) -> str:
    return "any number of" if value is None else str(value)
