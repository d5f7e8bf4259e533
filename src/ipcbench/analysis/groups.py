"""The groups of a stored run: cases that were measured interleaved, and what they are to one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec
import numpy as np

from ipcbench.analysis.case_result import CaseResult
from ipcbench.plan import defaults
from ipcbench.plan.coordinates import COORDINATES, KEPT, name_parts, shared
from ipcbench.record.run import Benchmark, RunDocument
from ipcbench.record.schema import CaseRecord
from ipcbench.statistics.estimates import Estimate

#: How a case is marked, wherever it stands, whose messages may be lost.
LOSSY = "(lossy)"
#: What the cases of a group may differ in, besides the channel.
_STATES = [each for each in COORDINATES if each.is_compared and each.name != "channel"]


@dataclass(frozen=True)
class GroupResult:
    """Cases that were measured interleaved, and so can be compared."""

    name: str
    cases: dict[str, CaseResult]

    def find(self, channel: str) -> CaseResult | None:
        """Return the case that tables call so, or so with the mark of what may lose messages."""
        return self.cases.get(channel) or self.cases.get(f"{channel} {LOSSY}")

    @property
    def asked(self) -> list[CaseResult]:
        """The cases that were asked for, without what stands beside them."""
        return [case for case in self.cases.values() if case.record.asked]

    @property
    def comparable(self) -> list[CaseResult]:
        """Those of them that something may be said of beside others."""
        return [case for case in self.asked if case.is_comparable]

    @property
    def reference(self) -> CaseResult:
        """What ratios are taken to: `pipe`, else the first that loses nothing; of what failed if all did."""
        usual = self.cases.get(defaults.REFERENCE)
        if usual and not usual.record.failure:
            return usual
        known = self.asked or list(self.cases.values())
        return min(known, key=lambda case: (bool(case.record.failure), case.is_lossy))

    def ratio(self, case: CaseResult) -> Estimate | None:
        """Seconds per message against the reference; None for the reference itself.

        None as well for what failed midway, or loses messages on their way: its time is not that of as good a
        delivery.
        """
        if case is self.reference or not (case.is_comparable and self.reference.is_comparable):
            return None
        return case.ratio_to(self.reference)

    def loop(self, case: CaseResult) -> CaseResult | None:
        """Return the raw loop of a case in the same state of heap and settings, or else in another."""
        others = (other for other in self.cases.values() if not other.record.failure)
        loops = [other for other in others if other.case.channel == case.record.reference_loop]
        return max(loops, key=lambda loop: _states_shared(loop, case), default=None)

    def kept(self, case: CaseResult) -> CaseResult | None:
        """Return what a case is where memory is kept; None where that was not measured beside it."""
        if case.case.heap == KEPT:
            return None
        wanted = msgspec.structs.replace(case.case, heap=KEPT)
        return next((other for other in self.cases.values() if other.case == wanted), None)

    @property
    def plain(self) -> list[CaseResult]:
        """All cases but those that stand in another's row: itself where memory is kept."""
        beside = {kept.label for case in self.asked if (kept := self.kept(case)) and not kept.record.asked}
        return [case for label, case in self.cases.items() if label not in beside]

    def share_of_loop(self, case: CaseResult) -> Estimate | None:
        """How much of its reference loop's rate a case reaches, block by block; above 1 where it beats it.

        None for what loses messages on their way, as the loop does not, and for what failed midway.
        """
        loop = self.loop(case)
        ratio = case.ratio_to(loop) if loop and case.is_comparable else None
        return ratio.inverted() if ratio else None

    def beats_loop(self, case: CaseResult) -> bool:
        """Whether a case is faster than its reference loop, by the interval."""
        share = self.share_of_loop(case)
        return share is not None and share.low is not None and share.low > 1

    def share_of_loop_copied(self, case: CaseResult) -> Estimate | None:
        """The same of bytes copied a second: near 1 a channel is bound by copying, whatever it copies."""
        share, loop = self.share_of_loop(case), self.loop(case)
        if share is None or loop is None or not case.record.copies or not loop.record.copies:
            return None
        return share.times(case.record.copies / loop.record.copies)


def _states_shared(one: CaseResult, other: CaseResult) -> int:
    return sum(each.of(one.case) == each.of(other.case) for each in _STATES)


def read_groups(document: RunDocument) -> list[GroupResult]:
    """Return the groups of a stored run in the order of its cases."""
    groups: dict[tuple[Any, ...], list[CaseResult]] = {}
    for benchmark in document.benchmarks:
        record = benchmark.extra_info.ipcbench
        if record is not None and benchmark.stats.data:
            groups.setdefault(shared(record.case), []).append(_case_result(benchmark, record))
    count = sum(map(len, groups.values()))
    return [_group(cases, count) for cases in groups.values()]


def _group(cases: Sequence[CaseResult], count: int) -> GroupResult:
    """Return a group of a run with so many cases; what goes without saying is as in the first asked one."""
    first = next((case for case in cases if case.record.asked), cases[0])
    labelled = {}
    for case in cases:
        states = [
            each.label(each.of(case.case)) for each in _STATES if each.of(case.case) != each.of(first.case)
        ]
        label = " ".join([case.case.channel, *states, *([LOSSY] if case.is_lossy else [])])
        labelled[label] = replace(case, label=label, cases=count)
    return GroupResult(_title(first), labelled)


def _title(result: CaseResult) -> str:
    """How a group is headed, placement included: a figure means little without it.

    A workload's parameter varies in a table, as sizes do.
    """
    conditions = name_parts(result.case, leave_out=("channel", "workload", "size", "python"))
    return ", ".join([result.workload_name, *conditions, f"Python {result.case.python}"])


def _case_result(benchmark: Benchmark, record: CaseRecord) -> CaseResult:
    data = np.array(benchmark.stats.data)
    by_pass: dict[int, np.ndarray] = {}
    start = 0
    for launch in record.launches:
        by_pass[launch.pass_number] = data[start : start + launch.trials]
        start += launch.trials
    return CaseResult(benchmark.name, record, by_pass)


def by_size(groups: Sequence[GroupResult]) -> dict[str, list[GroupResult]]:
    """Return groups that differ in size and parameter only, under their title, smallest size first."""
    families: dict[str, list[GroupResult]] = {}
    for group in groups:
        families.setdefault(group.name, []).append(group)
    for family in families.values():
        family.sort(key=lambda group: group.reference.case.payload_bytes)
    return families
