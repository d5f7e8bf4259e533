"""Exact counts of what a message takes from the kernel, and facts about interpreters that differ in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from ipcbench.plan.case import Case
from ipcbench.record.counts import COUNTED, Counted, CountsDocument
from ipcbench.words import ROLES


@dataclass(frozen=True, slots=True)
class Count:
    """What one message took, in repetitions: one number where it is the same in all."""

    low: int
    high: int

    @property
    def is_exact(self) -> bool:
        """Whether all repetitions counted the same."""
        return self.low == self.high

    def __str__(self) -> str:
        return str(self.low) if self.is_exact else f"{self.low}-{self.high}"


@dataclass(frozen=True, slots=True)
class CaseCounts:
    """The counts of one case, by end."""

    case: Case
    counts: Mapping[str, Mapping[str, Count]]
    #: System calls by end and name; None where they could not be watched.
    calls: Mapping[str, Mapping[str, Count]] | None = None
    #: What slowed its ends, and may have made calls of its own.
    slowdowns: Sequence[str] = ()


def counts_of(document: CountsDocument) -> list[CaseCounts]:
    """Return the counts of a stored record."""

    def counts(pairs: Counted) -> dict[str, dict[str, Count]]:
        return {end: {what: Count(*pair) for what, pair in row.items()} for end, row in pairs.items()}

    return [
        CaseCounts(
            Case.of_record(row.case),
            counts(row.counts),
            None if row.calls is None else counts(row.calls),
            row.slowdowns,
        )
        for row in document.ipcbench.rows
    ]


@dataclass(frozen=True, slots=True)
class CountDifference:
    """A count that is exact on each interpreter, and not the same on all."""

    #: On one of the interpreters.
    case: Case
    end: str
    what: str
    by_python: Mapping[str, Count]


def differences(counted: Sequence[CaseCounts]) -> list[CountDifference]:
    """Return where interpreters differ; a count that varies on one of them is no fact and left out."""
    families: dict[Case, list[CaseCounts]] = {}
    for each in counted:
        families.setdefault(replace(each.case, python=""), []).append(each)
    return [
        CountDifference(case, end, what, by_python)
        for case, family in families.items()
        for end in ROLES
        for what in COUNTED
        if (by_python := {each.case.python: each.counts[end][what] for each in family})
        and all(count.is_exact for count in by_python.values())
        and len(set(by_python.values())) > 1
    ]
