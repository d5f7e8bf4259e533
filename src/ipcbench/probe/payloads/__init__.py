"""The catalogue of payloads: one file each, one line here. One's own is written `package.module:Class`."""

from __future__ import annotations

from ipcbench.probe.loading import load_named
from ipcbench.probe.payloads.contract import Payload

PAYLOADS = {
    "bytes": "ipcbench.probe.payloads.random_bytes:RandomBytes",
    "batch": "ipcbench.probe.payloads.batch:Batch",
    "ndarray": "ipcbench.probe.payloads.arrays:Array",
    "ndarray-oob": "ipcbench.probe.payloads.arrays:OutOfBandArray",
}


def load_payload(name: str) -> type[Payload]:
    """Return the class of a catalogue name or `package.module:Class`, bound to its parameter if any."""
    return load_named("payload", name, PAYLOADS, Payload)  # type: ignore[type-abstract]
