"""A process becomes an end as a case wants it: on its core, set, with what its payload needs."""

from __future__ import annotations

from ipcbench.probe.channels.contract import Endpoint
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.process.affinity import pin
from ipcbench.probe.process.children import children
from ipcbench.probe.protocol.spec import PeerSpec, ProbeSpec
from ipcbench.probe.settings import settings_of
from ipcbench.probe.touch import touching
from ipcbench.words import RECEIVER


def settle(spec: ProbeSpec, place: PeerSpec) -> None:
    """Make this process that peer: its core and its settings."""
    pin(place.core)
    for setting, value in settings_of(spec.settings, place.role):
        setting.apply(value)


def settle_children(spec: ProbeSpec) -> None:
    """Bind what the sender has started, which receives, to the receiver's core."""
    for process in children():
        pin(spec.one(RECEIVER).core, process)


def fitted(end: Endpoint, spec: ProbeSpec, place: PeerSpec) -> Endpoint:
    """Return an end that has just been taken as this peer uses it: set, and reading what it receives."""
    for setting, value in settings_of(spec.settings, place.role):
        setting.adjust(value, end)
    return touching(load_payload(spec.payload_kind).through(end), spec)
