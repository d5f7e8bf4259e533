"""The catalogue of workloads: one file each, one line here."""

from __future__ import annotations

import importlib

from ipcbench.errors import UsageError
from ipcbench.probe.workloads.contract import Workload

WORKLOADS = {
    "stream": "ipcbench.probe.workloads.stream:Stream",
    "ping-pong": "ipcbench.probe.workloads.ping_pong:PingPong",
    "handoff": "ipcbench.probe.workloads.handoff:Handoff",
}


def load_workload(name: str) -> type[Workload]:
    """Return the workload class of a catalogue name."""
    if name not in WORKLOADS:
        raise UsageError(f"unknown workload {name!r}; accepted: {', '.join(WORKLOADS)}")
    module_name, _, class_name = WORKLOADS[name].partition(":")
    found: type[Workload] = getattr(importlib.import_module(module_name), class_name)
    return found
