"""A case: one point of the matrix. A group: the cases that are compared with one another."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

from ipcbench.plan import defaults
from ipcbench.plan.coordinates import COORDINATES, USUAL_HEAP, USUAL_TOUCH, name_parts, shared, whole_name

#: What the cases of a group may differ in.
_COMPARED = [each for each in COORDINATES if each.is_compared]


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One point of the matrix: pure values, equal when they ask the same question."""

    channel: str
    workload: str
    payload_kind: str = defaults.PAYLOAD
    payload_bytes: int
    start_method: str
    placement: str
    #: The target interpreter's version label, for instance `3.13.0`.
    python: str
    heap: str = USUAL_HEAP
    holds: bool = True
    #: What the receiver reads of each message, a value of `TOUCHES`.
    touch: str = USUAL_TOUCH
    #: What both ends set, `name=value` each, in the order of their names.
    settings: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """How a user reads it in tables and errors."""
        return whole_name(self)

    @property
    def group_name(self) -> str:
        """What this case shares with those it is compared with."""
        return " ".join(name_parts(self, leave_out=[each.name for each in _COMPARED]))

    @property
    def group_key(self) -> tuple[Any, ...]:
        """The case without what is compared: equal for all cases of a group."""
        return shared(self)

    def as_record(self) -> dict[str, Any]:
        """Return it as JSON has it."""
        return {**asdict(self), "settings": list(self.settings)}

    @classmethod
    def of_record(cls, row: Any) -> Case:
        """Return the case of a record's row, which has the same fields."""
        return cls(**{each.field: each.of(row) for each in COORDINATES})


@dataclass(frozen=True, slots=True)
class Group:
    """Cases that live together and are measured interleaved. `asked` were named by the user, the other
    cases (reference loops, `null`, kept memory) were added to compare them with."""

    cases: tuple[Case, ...]
    asked: frozenset[Case]

    @property
    def name(self) -> str:
        """What its cases have in common, which is all but what is compared."""
        return self.cases[0].group_name

    @property
    def reference(self) -> Case:
        """What the other cases' times are compared with: `pipe` if it was asked for, else the first."""
        asked = [case for case in self.cases if case in self.asked]
        return next((case for case in asked if case.channel == defaults.REFERENCE), asked[0])
