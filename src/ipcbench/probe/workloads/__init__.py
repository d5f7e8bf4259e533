"""The catalogue of workloads: one file each, one line here. One's own is written `package.module:Class`.

Some take a parameter behind a colon, as in `burst:400`; their bare name stands for a sweep of usual ones.
"""

from __future__ import annotations

from ipcbench.errors import UsageError
from ipcbench.probe.loading import import_class
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


def split_parameter(name: str) -> tuple[str, str]:
    """Return a workload's name, or `package.module:Class`, and the parameter that stands behind it, or ""."""
    parts = name.split(":")
    own = 1 if parts[0] in WORKLOADS else 2
    return ":".join(parts[:own]), ":".join(parts[own:])


def load_workload(name: str) -> type[Workload]:
    """Return the class of a catalogue name or `package.module:Class`, bound to its parameter if any."""
    base, parameter = split_parameter(name)
    spec = WORKLOADS.get(base, base)
    if ":" not in spec:
        raise UsageError(
            f"unknown workload {name!r}; accepted: {', '.join(WORKLOADS)}, package.module:Class, "
            "and lists by comma"
        )
    found: type[Workload] = import_class("workload", base, spec, Workload)
    if name == base:
        return found
    if not found.takes(parameter):
        usual = ", ".join(f"{base}:{each}" for each in found.sweep)
        raise UsageError(f"workload {name!r} is not understood; accepted: {found.accepted or usual or base}")
    return type(found.__name__, (found,), {"parameter": parameter, "__module__": found.__module__})
