"""A case: one point of the matrix. A group: the cases that are compared with one another."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any

from ipcbench.plan.units import format_size

#: What ends' heaps are like before the first message (probe/heap.py); the first is the usual one.
HEAPS = ("used", "fresh", "kept")
USUAL_HEAP, KEPT = "used", "kept"
#: In documents that name no state: as the probe's imports happened to leave it, and nothing was held.
UNNAMED_HEAP = "unnamed"
#: Whether an end keeps the last message while it receives the next; usually it does.
HOLDS = ("1", "0")

PLACEMENTS = ("split", "same", "free")
START_METHODS = ("fork", "spawn", "forkserver")
PAYLOAD_KINDS = ("bytes",)
#: The channel whose time the others' are compared with, where it is asked for.
REFERENCE = "pipe"


@dataclass(frozen=True, slots=True)
class Case:
    """One point of the matrix: pure values, equal when they ask the same question."""

    channel: str
    workload: str
    payload_kind: str
    payload_bytes: int
    start_method: str
    placement: str
    #: The target interpreter's version label, for instance `3.13.0`.
    python: str
    heap: str = USUAL_HEAP
    holds: bool = True

    @property
    def name(self) -> str:
        """How a user reads it in tables and errors."""
        return f"{self.channel} {self._told(heap=self.heap)}"

    @property
    def group_name(self) -> str:
        """What this case shares with those it is compared with."""
        return self._told(heap=USUAL_HEAP)

    def _told(self, *, heap: str) -> str:
        state = state_name(heap, holds=self.holds)
        size = format_size(self.payload_bytes)
        return " ".join(
            [self.workload, size, self.start_method, self.placement, *([state] if state else []), self.python]
        )

    @property
    def group_key(self) -> Case:
        """The case without its channel and its heap: equal for all cases of a group."""
        return replace(self, channel="", heap="")

    def as_record(self) -> dict[str, Any]:
        return asdict(self)


def state_name(heap: str, *, holds: bool) -> str:
    """Return how the heap's state and what is held stand in names: what is usual, or unnamed, is left out."""
    if heap == UNNAMED_HEAP:
        return ""
    return " ".join([*([f"heap={heap}"] if heap != USUAL_HEAP else []), *([] if holds else ["holds=0"])])


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that live together and are measured interleaved. `asked` were named by the user, the other
    cases (reference loops, `null`, kept memory) were added to compare them with."""

    cases: tuple[Case, ...]
    asked: frozenset[Case]

    @property
    def name(self) -> str:
        return self.cases[0].group_name

    @property
    def reference(self) -> Case:
        """What the other cases' times are compared with: `pipe` if it was asked for, else the first."""
        asked = [case for case in self.cases if case in self.asked]
        return next((case for case in asked if case.channel == REFERENCE), asked[0])
