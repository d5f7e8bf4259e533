"""The catalogue of workloads: one file each, one line here.

Some take a parameter behind a colon, as in `burst:400`; their bare name stands for a sweep of usual ones.
"""

from __future__ import annotations

import importlib

from ipcbench.errors import UsageError
from ipcbench.probe.workloads.contract import Workload

WORKLOADS = {
    "stream": "ipcbench.probe.workloads.stream:Stream",
    "ping-pong": "ipcbench.probe.workloads.ping_pong:PingPong",
    "handoff": "ipcbench.probe.workloads.handoff:Handoff",
    "first-put": "ipcbench.probe.workloads.first_put:FirstPut",
    "acceptance": "ipcbench.probe.workloads.acceptance:Acceptance",
    "busy-producer": "ipcbench.probe.workloads.busy_producer:BusyProducer",
    "burst": "ipcbench.probe.workloads.burst:Burst",
    "busy-burst": "ipcbench.probe.workloads.burst:BusyBurst",
    "backlog": "ipcbench.probe.workloads.backlog:Backlog",
    "close": "ipcbench.probe.workloads.closing:Close",
}


def load_workload(name: str) -> type[Workload]:
    """Return the workload class of a catalogue name, bound to its parameter if the name has one."""
    base, colon, parameter = name.partition(":")
    if base not in WORKLOADS:
        raise UsageError(f"unknown workload {name!r}; accepted: {', '.join(WORKLOADS)}, and lists by comma")
    module_name, _, class_name = WORKLOADS[base].partition(":")
    found: type[Workload] = getattr(importlib.import_module(module_name), class_name)
    if not colon:
        return found
    if not found.takes(parameter):
        usual = ", ".join(f"{base}:{each}" for each in found.sweep)
        raise UsageError(f"workload {name!r} is not understood; accepted: {found.accepted or usual or base}")
    return type(found.__name__, (found,), {"parameter": parameter})


def expand_workloads(text: str) -> list[str]:
    """Return the workloads of a list by comma, without doubles; a bare name stands for its usual sweep."""
    found: list[str] = []
    for name in (part.strip() for part in text.split(",")):
        workload = load_workload(name)
        found += [f"{name}:{each}" for each in workload.sweep if not workload.parameter] or [name]
    return list(dict.fromkeys(found))
