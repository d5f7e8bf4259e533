"""The catalogue of topologies: one file each, one line here."""

from __future__ import annotations

from ipcbench.probe.loading import load_named
from ipcbench.probe.topologies.contract import Topology

TOPOLOGIES = {
    "pair": "ipcbench.probe.topologies.pair:Pair",
}


def load_topology(name: str) -> type[Topology]:
    """Return the class of a catalogue name or `package.module:Class`, bound to its parameter if any."""
    return load_named("topology", name, TOPOLOGIES, Topology)  # type: ignore[type-abstract]
