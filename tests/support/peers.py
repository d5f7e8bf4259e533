"""The peers of a pair, for probes that are told by hand."""

from __future__ import annotations

from ipcbench.probe.protocol.spec import PeerSpec
from ipcbench.probe.topologies.pair import Pair
from ipcbench.words import ROLES


def pair_on(core: int | None) -> list[PeerSpec]:
    """Return both ends on one core, or left to the scheduler."""
    return Pair.peers(dict.fromkeys(ROLES, core))


FREE_PAIR = pair_on(None)
