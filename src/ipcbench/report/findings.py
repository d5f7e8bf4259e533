"""What a run found, in sentences: which channel is first at which size, and from which size on another is."""

from __future__ import annotations

from collections.abc import Sequence

from ipcbench.analysis.groups import GroupResult
from ipcbench.analysis.recommendation import PRIORITIES, Priority, crossovers, rank
from ipcbench.report.recommendation import crossover_text, sentence


def findings(family: Sequence[GroupResult]) -> list[str]:
    """Return what is to be said of groups that differ in size only, smallest first; of the asked channels."""
    priority = _priority(family[0])
    cases = [case.case for group in family for case in group.asked]
    ranked = [(group, ranking) for group in family if (ranking := rank(group, cases, priority))]
    if not ranked or len({case.channel for case in cases}) < 2:
        return []
    rankings = [ranking for _, ranking in ranked]
    passes = crossovers([group for group, _ in ranked], rankings, cases, priority)
    return [*map(crossover_text, passes), *map(sentence, rankings)]


def _priority(group: GroupResult) -> Priority:
    """Return what a workload is about: how long one message takes, or how many there are."""
    each = group.reference.workload.times_each
    return next(priority for priority in PRIORITIES.values() if priority.times_each == each)
