"""What a run found, in sentences: which channel is first at which size, and from which size on another is."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from ipcbench.analysis.crossover import Crossover
from ipcbench.analysis.groups import GroupResult
from ipcbench.analysis.recommendation import PRIORITIES, Priority, Ranking, crossovers, rank
from ipcbench.report import wording
from ipcbench.report.recommendation import crossover_text, crossovers_text, sentence
from ipcbench.report.tables.layout import size_label

#: Names of what cannot be told from the first, in a title.
MOST_AS_GOOD = 2
#: Sizes from which on another channel is first, in a title.
MOST_STRETCHES = 3


def findings(family: Sequence[GroupResult]) -> list[str]:
    """Return what is to be said of groups that differ in size, or in what the workload was given, only.

    They come the smallest first; it is of the channels that were asked for.
    """
    if _is_of_one(family):
        return []
    places, passes = _ranked(family)
    return [*map(crossover_text, passes), *(sentence(ranking, where) for where, ranking in places)]


def headline(family: Sequence[GroupResult], noun: str) -> str:
    """Return what is to be said first, as the title of a chart of this; where nothing is, what it is of."""
    places, passes = _ranked(family)
    if not places:
        return f"{noun} by message size"
    if _is_of_one(family):
        ends = [places[0], *places[-1:]] if len(places) > 1 else places
        return f"{noun}: {places[0][1].best.channel} takes {' and '.join(_own(*each) for each in ends)}"
    if passes:
        return f"{noun}: {crossovers_text(passes[:2])}"
    rankings = [ranking for _, ranking in places]
    firsts = {ranking.best.channel for ranking in rankings}
    is_clear = not any(each.as_good or len(each.channels) < 2 for each in rankings)
    where, first = places[0]
    if len(firsts) == 1 and len(rankings) > 1 and is_clear:
        second = first.channels[1]
        ratio = f"{second.channel} takes {wording.ratio(second.ratio)} of its time at {where}"
        return f"{noun}: {first.best.channel} first at every size; {ratio}"
    if len(firsts) > 1:
        stretches = [next(stretch) for _, stretch in groupby(places, lambda each: each[1].best.channel)]
        told = ", ".join(_first_at(*each) for each in stretches[:MOST_STRETCHES])
        return f"{noun}: {told}" + (", and so on" if len(stretches) > MOST_STRETCHES else "")
    return f"{noun}: {sentence(first, where)}"


def _is_of_one(family: Sequence[GroupResult]) -> bool:
    """Whether nothing is compared with another."""
    return len({case.case.channel for group in family for case in group.asked}) < 2


def _own(where: str, ranking: Ranking) -> str:
    seconds = ranking.best.seconds
    return f"{wording.seconds(seconds.value)}{wording.margin(seconds)} at {where}"


def _first_at(where: str, ranking: Ranking) -> str:
    """Return which is first at a size, and how far the next one is behind, or who cannot be told from it."""
    best, as_good = ranking.best.channel, [each.channel for each in ranking.as_good]
    if as_good:
        others = [
            *as_good[:MOST_AS_GOOD],
            *([f"{more} more"] if (more := len(as_good) - MOST_AS_GOOD) > 0 else []),
        ]
        return f"{best} or {' or '.join(others)} at {where}"
    if len(ranking.channels) == 1:
        return f"{best} at {where}"
    second = ranking.channels[1]
    return f"{best} at {where} (then {second.channel}, {wording.ratio(second.ratio)} of its time)"


def _ranked(family: Sequence[GroupResult]) -> tuple[list[tuple[str, Ranking]], list[Crossover]]:
    """Return the asked channels' order at each size, and where it changes.

    Where a workload was given several things, it changes with these as well, which no size tells.
    """
    priority = _priority(family[0])
    cases = [case.case for group in family for case in group.asked]
    ranked = [(group, ranking) for group in family if (ranking := rank(group, cases, priority))]
    places = [(size_label(group.reference), ranking) for group, ranking in ranked]
    if any(group.reference.workload.parameter for group in family):
        return places, []
    groups, rankings = [group for group, _ in ranked], [ranking for _, ranking in ranked]
    return places, crossovers(groups, rankings, cases, priority)


def _priority(group: GroupResult) -> Priority:
    """Return what a workload is about: how long one message takes, or how many there are."""
    each = group.reference.workload.times_each
    return next(priority for priority in PRIORITIES.values() if priority.times_each == each)
