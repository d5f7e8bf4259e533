"""Which channel to choose, by what was measured in turns: the ranking of one group by one priority."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from operator import itemgetter
from pathlib import Path

import numpy as np

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.costs import cpu_s
from ipcbench.analysis.crossover import Crossover, crossover
from ipcbench.analysis.groups import GroupResult
from ipcbench.analysis.tuning import TuningResult
from ipcbench.record.schema import CaseRow
from ipcbench.statistics.between_runs import ratio_of_run
from ipcbench.statistics.estimates import Estimate, paired_ratio


def _cpu_by_pass(case: CaseResult) -> dict[int, np.ndarray]:
    found = {row.pass_number: cpu_s(row) for row in case.record.launches}
    return {number: np.array([seconds]) for number, seconds in found.items() if seconds}


def _cpu_ratio(case: CaseResult, base: CaseResult) -> Estimate | None:
    ours, theirs = _cpu_by_pass(case), _cpu_by_pass(base)
    passes = [number for number in ours if number in theirs]
    return ratio_of_run(paired_ratio([ours[n] for n in passes], [theirs[n] for n in passes]))


@dataclass(frozen=True, slots=True)
class Priority:
    """What a channel is chosen for."""

    #: What a figure is, in words.
    figure: str
    #: Seconds of a case, and its ratio to another case of its group.
    seconds: Callable[[CaseResult], Estimate | None]
    ratio: Callable[[CaseResult, CaseResult], Estimate | None]
    #: Whether only workloads answer that time each message.
    times_each: bool = False


def _time(case: CaseResult) -> Estimate | None:
    return case.seconds


PRIORITIES: Mapping[str, Priority] = {
    "throughput": Priority("time a message", _time, CaseResult.ratio_to),
    "latency": Priority("time a round trip", _time, CaseResult.ratio_to, times_each=True),
    "cpu": Priority("CPU time a message, of both ends", CaseResult.cpu, _cpu_ratio),
}


@dataclass(frozen=True, slots=True)
class Ranked:
    """A channel in its place."""

    channel: str
    seconds: Estimate
    #: To the first one's; None for itself.
    ratio: Estimate | None

    @property
    def is_separated(self) -> bool:
        """Whether it is worse than the first one by its interval."""
        return self.ratio is not None and self.ratio.low is not None and self.ratio.low > 1


@dataclass(frozen=True, slots=True)
class Ranking:
    """The channels of one group, the best first."""

    #: The coordinates that all share; the channel's is the first one's.
    case: CaseRow
    channels: Sequence[Ranked]
    #: Those that were measured, but never beside the first one.
    apart: Sequence[str] = ()

    @property
    def best(self) -> Ranked:
        """The first."""
        return self.channels[0]

    @property
    def as_good(self) -> list[Ranked]:
        """Those that cannot be told from the first."""
        return [each for each in self.channels[1:] if not each.is_separated]


@dataclass(frozen=True, slots=True)
class Source:
    """The run that answers a question, when it was made, and whether that was for this."""

    run: Path
    datetime: str
    measured: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """Which channel to choose by size, all else alike."""

    #: One for each size, ascending.
    rankings: Sequence[Ranking]
    #: What each of them is by.
    sources: Sequence[Source]
    #: From which size on another channel is better.
    crossovers: Sequence[Crossover]


@dataclass(frozen=True, slots=True)
class Recommendation:
    """The answer to which channel to choose."""

    #: What it is chosen for, a name of `PRIORITIES`.
    priority: str
    #: One for each of what was asked for besides sizes, as several start methods.
    answers: Sequence[Answer]
    #: Why a channel is not ranked, by its name: as asked, or because it failed.
    refused: Mapping[str, str]
    #: Of what each ranked channel is made, and what to know before it is chosen.
    reasons: Mapping[str, str]
    traps: Mapping[str, Sequence[str]]
    #: The newest tuning of a ranking's best channel, by its place in `rankings`.
    tunings: Mapping[int, TuningResult]
    #: Whether its user cut off what was measured for this, or a channel failed in it; a stored run that was
    #: cut off answers as well as its intervals do.
    interrupted: bool = False
    failed: bool = False

    @property
    def rankings(self) -> list[Ranking]:
        """Those of all answers."""
        return [ranking for each in self.answers for ranking in each.rankings]

    @property
    def sources(self) -> list[Source]:
        """What each ranking is by."""
        return [source for each in self.answers for source in each.sources]


def rank(group: GroupResult, cases: Sequence[CaseRow], priority: Priority) -> Ranking | None:
    """Return these cases of a group in their order; None where none of them has a figure.

    The first is found by ratios to the one that was launched most often, the others are ranked by theirs to
    the first. What has a figure, but was never measured beside it, has no place.
    """
    found = _comparable(group, cases)
    known = [(result, seconds) for result in found if (seconds := priority.seconds(result))]
    if not known:
        return None
    base = max(known, key=lambda each: len(each[0].by_pass))
    beside = [(ratio.value, each) for each in known if (ratio := priority.ratio(each[0], base[0]))]
    best, best_seconds = min(beside, key=itemgetter(0), default=(1.0, base))[1]
    first = Ranked(best.case.channel, best_seconds, None)
    others = [(*each, priority.ratio(each[0], best)) for each in known if each[0] is not best]
    placed = [
        (ratio.value, Ranked(result.case.channel, seconds, ratio))
        for result, seconds, ratio in others
        if ratio
    ]
    apart = [result.case.channel for result, _, ratio in others if not ratio]
    return Ranking(best.case, [first, *(each for _, each in sorted(placed, key=itemgetter(0)))], apart)


def crossovers(
    groups: Sequence[GroupResult], rankings: Sequence[Ranking], cases: Sequence[CaseRow], priority: Priority
) -> list[Crossover]:
    """Return from which size on which channel is better, of groups and their rankings by ascending size."""
    winners = [name for name, _ in groupby(ranking.best.channel for ranking in rankings)]
    sizes = [ranking.case.payload_bytes for ranking in rankings]
    found = []
    for below, above in pairwise(winners):
        ratios = [_between(group, cases, above, below, priority) for group in groups]
        each = crossover(below, above, sizes, ratios)
        # What no interval bounds on either side is none that was found.
        if each and (each.low or each.high):
            found.append(each)
    return found


def _comparable(group: GroupResult, cases: Sequence[CaseRow]) -> list[CaseResult]:
    """Return what can be chosen: what loses messages has a rate of its own, what failed may fail again."""
    return [each for each in group.cases.values() if each.case in cases and each.is_comparable]


def _between(
    group: GroupResult, cases: Sequence[CaseRow], channel: str, base: str, priority: Priority
) -> Estimate | None:
    by_channel = {result.case.channel: result for result in _comparable(group, cases)}
    if channel not in by_channel or base not in by_channel:
        return None
    return priority.ratio(by_channel[channel], by_channel[base])
