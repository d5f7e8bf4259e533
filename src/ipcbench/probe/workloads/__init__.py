"""The catalogue of workloads: one file each, one line here. One's own is written `package.module:Class`.

Some take a parameter behind a colon, as in `burst:400`; their bare name stands for a sweep of usual ones.
"""

from __future__ import annotations

# isort: off
# First of all: processes that are fresh interpreters come here on their way to `peer`, or to a life's ends.
import ipcbench.probe.process.reserve_heap  # noqa: F401

# isort: on
from ipcbench.probe.loading import load_named
from ipcbench.probe.workloads.contract import Workload

WORKLOADS = {
    "stream": "ipcbench.probe.workloads.closed.stream:Stream",
    "ping-pong": "ipcbench.probe.workloads.closed.ping_pong:PingPong",
    "handoff": "ipcbench.probe.workloads.lifecycle.handoff:Handoff",
    "first-put": "ipcbench.probe.workloads.lifecycle.first_put:FirstPut",
    "acceptance": "ipcbench.probe.workloads.closed.acceptance:Acceptance",
    "busy-producer": "ipcbench.probe.workloads.closed.busy_producer:BusyProducer",
    "burst": "ipcbench.probe.workloads.closed.burst:Burst",
    "busy-burst": "ipcbench.probe.workloads.closed.burst:BusyBurst",
    "backlog": "ipcbench.probe.workloads.closed.backlog:BacklogDrain",
    "close": "ipcbench.probe.workloads.lifecycle.closing:Close",
}


def load_workload(name: str) -> type[Workload]:
    """Return the class of a catalogue name or `package.module:Class`, bound to its parameter if any."""
    return load_named("workload", name, WORKLOADS, Workload)  # type: ignore[type-abstract]
