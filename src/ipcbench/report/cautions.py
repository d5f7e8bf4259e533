"""What has to be known of a run before its figures are believed: what slowed its messages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ipcbench.analysis.groups import GroupResult
from ipcbench.record.counts import CountsRecord
from ipcbench.record.run import RunRecord
from ipcbench.report import wording

#: A harness that costs more than this share of the fastest case is no longer beside the point.
MOST_NULL_SHARE = 0.05
#: Characters of what probes wrote.
MOST_WRITTEN = 120
#: Lines of what could not be measured.
MOST_UNMEASURED = 30


def cautions(groups: Sequence[GroupResult]) -> list[str]:
    """Return a line for each thing that slowed messages, and for each group that the harness slows."""
    return [*slowed(groups), *_restless(groups), *_costly_harness(groups)]


def wrote(output: Mapping[str, str]) -> list[str]:
    """Return a line for each interpreter whose probes wrote something: its beginning; the record has more."""
    return [
        f"what was measured wrote (Python {python}): {text[:MOST_WRITTEN]}" for python, text in output.items()
    ]


def unmeasured(record: RunRecord | CountsRecord) -> list[str]:
    """Return a line for each reason why a case failed or was left out: its figures are of a part, or none."""
    told = [f"failed: {why}" for why in dict.fromkeys(record.failures.values())]
    told += left_out_text(record.left_out)
    more = len(told) - MOST_UNMEASURED
    return [*told[:MOST_UNMEASURED], *([f"{more:,} more failed or were left out"] if more > 0 else [])]


def left_out_text(left_out: Mapping[str, str]) -> list[str]:
    """Return a line for each reason why something that was asked for was not measured."""
    return [f"left out: {why}" for why in dict.fromkeys(left_out.values())]


def by_slowdown(slowed: Iterable[tuple[str, Sequence[str]]]) -> dict[str, list[str]]:
    """Return the names of whom each thing slowed; `slowed` has each name with all that slowed it."""
    found: dict[str, list[str]] = {}
    for name, slowdowns in slowed:
        for what in slowdowns:
            found.setdefault(what, []).append(name)
    return found


def slowed_text(slowdowns: Mapping[str, Sequence[str]], count: int, every: str) -> list[str]:
    """Return lines of what slowed whom; where that is all of them, `count`, they are called `every`."""
    return [
        f"slowed by {what}: {every if len(names) == count else wording.some(names)}"
        for what, names in slowdowns.items()
    ]


def slowed(groups: Sequence[GroupResult]) -> list[str]:
    """Return a line for each thing that slowed messages."""
    cases = [case for group in groups for case in group.asked]
    found = by_slowdown((case.name, case.slowdowns) for case in cases)
    return slowed_text(found, len(cases), every="every case")


def _restless(groups: Sequence[GroupResult]) -> list[str]:
    """Return who works while nobody asks it: its ratios are of trials that others' were not between."""
    return alone_text(
        {
            case.name: max(row.idle_share or 0.0 for row in case.record.launches)
            for group in groups
            for case in group.cases.values()
            if any(row.alone for row in case.record.launches)
        }
    )


def alone_text(shares: Mapping[str, float]) -> list[str]:
    """Return lines of who was measured alone, given the share of a core that each takes unasked."""
    return [
        f"measured alone, since it takes {share:.0%} of a core while others are timed: {name}"
        for name, share in shares.items()
    ]


def _costly_harness(groups: Sequence[GroupResult]) -> Iterator[str]:
    """Yield what the harness's own cost, the `null` channel's time, is of the fastest case of a group."""
    for group in groups:
        null = next((case for case in group.cases.values() if not case.delivers), None)
        seconds = [case.seconds.value for case in group.comparable if case.seconds and case is not null]
        is_known = null and not null.record.asked and not null.record.failure
        if null is None or not is_known or null.seconds is None or not seconds:
            continue
        share = null.seconds.value / min(seconds)
        if share > MOST_NULL_SHARE:
            yield (
                f"the harness itself (`{null.label}`) takes {share:.0%} of the fastest case beside "
                f"{group.reference.name}: ratios are nearer to 1 than those of the channels"
            )
