"""Are there cores for both ends, and time on them?"""

from __future__ import annotations

import os

from ipcbench.doctor.finding import Finding, Fitness, judge, unknown
from ipcbench.machine.kernel import Kernel
from ipcbench.probe.process.affinity import separate_cores, usable_cores

#: Sender and receiver; the measuring side sleeps while they are timed.
CORES_OF_A_PAIR = 2
#: Load predicts little of the noise; from half a core's worth on somebody else is at work.
BUSY_LOAD = 0.5
#: The same of pressure: the share of 10 s in which something waited for a core.
BUSY_PRESSURE = 0.10


def cores(usable: list[int] | None = None) -> Finding:
    """Two separate cores are needed for `split`, one for `same`."""
    usable = usable_cores() if usable is None else usable
    if not usable:
        return Finding(
            "cores",
            f"{os.cpu_count()} cores, which a process cannot be bound to here",
            Fitness.DOUBTFUL,
            "only placement free can be measured, whose figures repeat worst",
        )
    separate = len(separate_cores(usable))
    found = f"{len(usable)} usable, {separate} of them separate; a pair needs {CORES_OF_A_PAIR}"
    if separate >= CORES_OF_A_PAIR:
        return Finding("cores", found)
    return Finding(
        "cores", found, Fitness.DOUBTFUL, "measure --placement same, or allow this process more cores"
    )


def quota(kernel: Kernel, usable: list[int] | None = None) -> Finding:
    """A control group that has used its time stands still for the rest of its period, often 100 ms."""
    limit, throttled = kernel.quota_cores(), kernel.throttled_periods()
    wanted = len(usable_cores() if usable is None else usable) or CORES_OF_A_PAIR
    if limit is None:
        return Finding("cpu quota", "none")
    found = f"{limit:g} cores' time" + (f", {throttled} times throttled so far" if throttled else "")
    if limit < CORES_OF_A_PAIR:
        return Finding(
            "cpu quota",
            found,
            Fitness.UNFIT,
            f"raise the control group's limit to {CORES_OF_A_PAIR} cores or more",
        )
    if limit < wanted:
        return Finding("cpu quota", found, Fitness.DOUBTFUL, "lift the control group's limit while measuring")
    return Finding("cpu quota", found)


def load(kernel: Kernel) -> Finding:
    """Others that run take cores from what is measured."""
    first = (kernel.text("proc/loadavg") or "").partition(" ")[0]
    pressure = kernel.pressure("cpu")
    try:
        busy = float(first)
    except ValueError:
        return unknown("load")
    found = f"{busy:g} over the last minute"
    verdict = judge(busy, BUSY_LOAD, float("inf"))
    if pressure is not None:
        found += f"; something waited for a core {pressure:.0%} of the last 10 s"
        if pressure < BUSY_PRESSURE and verdict is Fitness.DOUBTFUL:
            # The load of a minute ago says less than what waits now.
            verdict = Fitness.FIT
    advice = "close what else runs, then ask again" if verdict is Fitness.DOUBTFUL else ""
    return Finding("load", found, verdict, advice)
