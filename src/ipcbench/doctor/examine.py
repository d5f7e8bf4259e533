"""All that is looked at, in the order in which it is told."""

from __future__ import annotations

import os

from ipcbench.doctor import cores, disturbances, settings
from ipcbench.doctor.finding import Finding
from ipcbench.doctor.memory import memory
from ipcbench.machine.jitter import Jitter, probe
from ipcbench.machine.kernel import Kernel
from ipcbench.machine.limits import limits
from ipcbench.probe.process.affinity import usable_cores
from ipcbench.probe.process.facts import pipe_buffer_bytes

#: One core after another: two that spin at once would slow one another where they share a budget of power.
MOST_CORES, SECONDS_A_CORE = 4, 0.5


def examine(kernel: Kernel, *, with_probe: bool = True) -> list[Finding]:
    """Return all findings; looks for up to two seconds unless told not to."""
    ticks, pages = kernel.cpu_ticks(), kernel.swapped_pages()
    seen = _probe_cores() if with_probe else []
    return [
        cores.cores(),
        cores.quota(kernel),
        cores.load(kernel),
        disturbances.steal(ticks, kernel.cpu_ticks()),
        *([disturbances.jitter(seen), disturbances.clock(seen)] if with_probe else []),
        settings.clock_source(kernel),
        settings.frequency(kernel),
        settings.pipes(kernel, pipe_buffer_bytes()),
        settings.sockets(kernel),
        disturbances.swapping(kernel, pages, kernel.swapped_pages()),
        settings.huge_pages(kernel),
        memory(os.environ, kernel.mapped_files()),
        settings.limits(limits()),
        settings.virtualisation(kernel),
    ]


def _probe_cores() -> list[Jitter]:
    wanted: list[int | None] = [*usable_cores()[:MOST_CORES]] or [None]
    seen = [probe(core, SECONDS_A_CORE) for core in wanted]
    return [each for each in seen if each is not None]
