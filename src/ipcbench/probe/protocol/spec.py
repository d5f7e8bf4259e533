"""What one probe is told to be: plain values that go over the wire."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ProbeSpec:
    """A case as the probe sees it, with the cores its two ends are bound to (None: left to the scheduler)."""

    channel: str
    workload: str
    payload_kind: str
    payload_bytes: int
    start_method: str
    sender_core: int | None
    receiver_core: int | None
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
        return asdict(self)
