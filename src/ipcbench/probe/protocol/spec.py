"""What one probe is told to be: plain values that go over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class PeerSpec:
    """One peer's place in its topology."""

    #: Told apart by it: its role, with a number where there are several of that role.
    name: str
    role: str
    #: Which one of its role it is, from 0.
    index: int
    #: The core it is bound to; None: left to the scheduler.
    core: int | None


@dataclass(frozen=True)
class ProbeSpec:
    """A case as the probe sees it."""

    channel: str
    workload: str
    payload_kind: str
    payload_bytes: int
    start_method: str
    #: In the order in which they are started and told.
    peers: Sequence[PeerSpec]
    #: Draws the payload's bytes, and what a used heap holds.
    seed: int
    #: Stamps are planted at both ends: "clock", or "detailed" with CPU time and run-queue delay. "": none.
    traced: str = ""
    #: What both ends' heaps are like before the first message: a state of `heap`.
    heap: str = "used"
    #: Whether an end keeps the last message while it receives the next, as `item = queue.get()` does.
    holds: bool = True
    #: What the receiver reads of each message: "none", or as `touch` knows it.
    touch: str = "none"
    #: What both ends set before their first message: `name=value` of `settings`.
    settings: Sequence[str] = ()

    def as_message(self) -> dict[str, Any]:
        """Return it as plain values."""
        return asdict(self)

    @classmethod
    def of_message(cls, plain: dict[str, Any]) -> ProbeSpec:
        """Return what `as_message` has made plain."""
        return cls(**{**plain, "peers": [PeerSpec(**peer) for peer in plain["peers"]]})

    def one(self, role: str) -> PeerSpec:
        """Return the peer of a role that has one; raise ValueError where it has more."""
        (peer,) = (each for each in self.peers if each.role == role)
        return peer
