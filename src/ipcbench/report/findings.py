"""What a run found, in sentences: which channel is first at which size, and from which size on another is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ipcbench.analysis.crossover import Crossover
from ipcbench.analysis.groups import GroupResult
from ipcbench.analysis.recommendation import PRIORITIES, Priority, Ranking, crossovers, rank
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.recommendation import crossover_text, crossovers_text, sentence

#: Names of what cannot be told from the first, in a title.
MOST_AS_GOOD = 2
#: Sizes from which on another channel is first, in a title.
MOST_STRETCHES = 3


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
    is_clear = not any(each.as_good or len(each.channels) < 2 for each in rankings)
    if len(firsts) == 1 and len(rankings) > 1 and is_clear:
        second = rankings[0].channels[1]
        size = format_size(rankings[0].case.payload_bytes)
        ratio = f"{second.channel} takes {wording.ratio(second.ratio)} of its time at {size}"
        return f"{noun}: {rankings[0].best.channel} first at every size; {ratio}"
    if len(firsts) > 1:
        stretches = [next(stretch) for _, stretch in groupby(rankings, lambda each: each.best.channel)]
        told = ", ".join(map(_first_at, stretches[:MOST_STRETCHES]))
        return f"{noun}: {told}" + (", and so on" if len(stretches) > MOST_STRETCHES else "")
    return f"{noun}: {sentence(rankings[0])}"


def _first_at(ranking: Ranking) -> str:
    """Return which is first at a size, and how far the next one is behind, or who cannot be told from it."""
    best, as_good = ranking.best.channel, [each.channel for each in ranking.as_good]
    size = format_size(ranking.case.payload_bytes)
    if as_good:
        others = [
            *as_good[:MOST_AS_GOOD],
            *([f"{more} more"] if (more := len(as_good) - MOST_AS_GOOD) > 0 else []),
        ]
        return f"{best} or {' or '.join(others)} at {size}"
    if len(ranking.channels) == 1:
        return f"{best} at {size}"
    second = ranking.channels[1]
    return f"{best} at {size} (then {second.channel}, {wording.ratio(second.ratio)} of its time)"


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
