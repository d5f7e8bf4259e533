"""The catalogue of workloads: one file each, one line here. One's own is written `package.module:Class`.

Some take a parameter behind a colon, as in `burst:400`; their bare name stands for a sweep of usual ones.
"""

from __future__ import annotations

from ipcbench.probe.loading import load_named
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
    """Return the class of a catalogue name or `package.module:Class`, bound to its parameter if any."""
    return load_named("workload", name, WORKLOADS, Workload)  # type: ignore[type-abstract]
