"""Two records of counts compared: which counts changed, as facts. What varies is none and decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from ipcbench.analysis.counts import CaseCounts, Count, counts_of
from ipcbench.exit_status import FAILED, FINE, REGRESSED
from ipcbench.plan.case import Case
from ipcbench.record.counts import COUNTED, CountsDocument
from ipcbench.words import ROLES

_NONE = Count(0, 0)


@dataclass(frozen=True, slots=True)
class CountChange:
    """A count that is exact in either record, and not the same."""

    #: As the later record has it.
    case: Case
    end: str
    what: str
    before: int
    after: int

    @property
    def is_more(self) -> bool:
        """Whether a message takes more of it than before."""
        return self.after > self.before


@dataclass(frozen=True, slots=True)
class CountsComparison:
    """What two records of counts differ in, case by case."""

    #: What the records are called, and the Python of each.
    base: str
    head: str
    changes: Sequence[CountChange]
    #: Counts that are exact and the same in both, and those that vary from message to message in one of them.
    same: int
    varying: int
    #: Cases without system calls in one of the records: only reads and writes are compared.
    unwatched: Sequence[Case] = ()
    #: Cases that only one of the records has, with why the later one has none where it says so.
    missing: Mapping[Case, str] = field(default_factory=dict)
    added: Sequence[Case] = ()

    @property
    def exit_status(self) -> int:
        """1: a message takes more of something; 4: a case is missing, or there was nothing to compare."""
        if any(change.is_more for change in self.changes):
            return REGRESSED
        return FAILED if self.missing or not (self.changes or self.same) else FINE


def compare_counts(base: CountsDocument, head: CountsDocument, names: tuple[str, str]) -> CountsComparison:
    """Compare records case by case; where each has a single Python, these may differ."""
    theirs, ours = _by_case(base), _by_case(head)
    pythons = [", ".join(dict.fromkeys(key.python for key in each)) for each in (theirs, ours)]
    if all(len({key.python for key in each}) == 1 for each in (theirs, ours)):
        theirs, ours = (
            {replace(key, python=""): row for key, row in each.items()} for each in (theirs, ours)
        )
    both = [(theirs[key], ours[key]) for key in theirs if key in ours]
    changes, same, varying = [], 0, 0
    for before, after in both:
        for end, what, old, new in _pairs(before, after):
            if not (old.is_exact and new.is_exact):
                varying += 1
            elif old == new:
                same += 1
            else:
                changes.append(CountChange(after.case, end, what, old.low, new.low))
    why = head.ipcbench.failures | head.ipcbench.left_out
    told = [f"{name}, Python {python}" for name, python in zip(names, pythons, strict=True)]
    return CountsComparison(
        told[0],
        told[1],
        changes,
        same,
        varying,
        [after.case for before, after in both if before.calls is None or after.calls is None],
        {row.case: why.get(row.case.name, "") for key, row in theirs.items() if key not in ours},
        [row.case for key, row in ours.items() if key not in theirs],
    )


def _by_case(document: CountsDocument) -> dict[Case, CaseCounts]:
    return {each.case: each for each in counts_of(document)}


def _pairs(before: CaseCounts, after: CaseCounts) -> Iterator[tuple[str, str, Count, Count]]:
    """Yield each end, what was counted of it, and the two counts; a call that was never made is counted 0."""
    for end in ROLES:
        for what in COUNTED:
            yield end, what, before.counts[end][what], after.counts[end][what]
        if before.calls is not None and after.calls is not None:
            old, new = before.calls[end], after.calls[end]
            for name in sorted(old.keys() | new.keys()):
                yield end, f"{name} calls", old.get(name, _NONE), new.get(name, _NONE)
