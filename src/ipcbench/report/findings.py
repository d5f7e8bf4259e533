"""What a run found, in sentences: which channel is first at which size, and from which size on another is."""

from __future__ import annotations

from collections.abc import Sequence

from ipcbench.analysis.crossover import Crossover
from ipcbench.analysis.groups import GroupResult
from ipcbench.analysis.recommendation import PRIORITIES, Priority, Ranking, crossovers, rank
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.recommendation import crossover_text, crossovers_text, sentence


def findings(family: Sequence[GroupResult]) -> list[str]:
    """Return what is to be said of groups that differ in size only, smallest first; of the asked channels."""
    rankings, passes = _ranked(family)
    return [*map(crossover_text, passes), *map(sentence, rankings)]


def headline(family: Sequence[GroupResult], noun: str) -> str:
    """Return what is to be said first, as the title of a chart of this; where nothing is, what it is of."""
    rankings, passes = _ranked(family)
    if not rankings:
        return f"{noun} by message size"
    if passes:
        return f"{noun}: {crossovers_text(passes[:2])}"
    firsts = {ranking.best.channel for ranking in rankings}
    if len(firsts) == 1 and len(rankings) > 1 and not any(each.as_good for each in rankings):
        second = rankings[0].channels[1]
        size = format_size(rankings[0].case.payload_bytes)
        ratio = f"{second.channel} takes {wording.ratio(second.ratio)} of its time at {size}"
        return f"{noun}: {rankings[0].best.channel} first at every size; {ratio}"
    return f"{noun}: {sentence(rankings[0])}"


def _ranked(family: Sequence[GroupResult]) -> tuple[list[Ranking], list[Crossover]]:
    """Return the asked channels' order at each size, and where it changes; nothing of one channel alone."""
    priority = _priority(family[0])
    cases = [case.case for group in family for case in group.asked]
    ranked = [(group, ranking) for group in family if (ranking := rank(group, cases, priority))]
    if len({case.channel for case in cases}) < 2:
        return [], []
    rankings = [ranking for _, ranking in ranked]
    return rankings, crossovers([group for group, _ in ranked], rankings, cases, priority)


def _priority(group: GroupResult) -> Priority:
    """Return what a workload is about: how long one message takes, or how many there are."""
    each = group.reference.workload.times_each
    return next(priority for priority in PRIORITIES.values() if priority.times_each == each)
