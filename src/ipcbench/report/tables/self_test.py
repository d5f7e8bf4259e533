"""A self-test in words: this machine's false alarms, and what can be found in which time."""

from __future__ import annotations

from collections.abc import Sequence

from ipcbench.analysis.power import POWER, smallest_slowdown, smallest_slowdowns
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import name_parts
from ipcbench.record.self_test_cache import SelfTest
from ipcbench.report.tables.layout import Part, as_text, new_table
from ipcbench.statistics.decision import Rule

SECONDS = (10.0, 30.0, 60.0)


def self_test_text(self_test: SelfTest) -> str:
    """Return a table of the smallest slowdown by cell and time, and the false alarms."""
    return as_text(self_test_parts(self_test))


def self_test_parts(self_test: SelfTest) -> list[Part]:
    """Return the same as a table and lines."""
    table = new_table(
        f"smallest slowdown found in {POWER:.0%} of cases, a cell compared alone with a --threshold as small "
        f"({self_test.datetime[:16]})",
        ["cell", "launches", "s a launch", "spread", *(f"in {seconds:g} s" for seconds in SECONDS)],
        left=("cell",),
    )
    rule = Rule(self_test.threshold, self_test.alpha)
    for cell in self_test.cells:
        table.add_row(
            " ".join(name_parts(cell.case, leave_out=("start_method", "python"))),
            str(cell.launches),
            f"{cell.seconds_per_launch:.2f}",
            f"{cell.spread:.1%}",
            *(_share(smallest_slowdown(cell, seconds, rule)) for seconds in SECONDS),
        )
    slowed = [f"slowed by {what}: every cell" for what in self_test.slowdowns]
    return [table, *slowed, alarms(self_test)]


def alarms(self_test: SelfTest) -> str:
    """Return how often a channel was called slower than itself, with what may still be behind no alarm."""
    if not self_test.comparisons:
        return "no comparison came to an end: more time shows the false alarms"
    most = "" if self_test.regressed else f" (95 % bound {3 / self_test.comparisons:.1%})"
    return (
        f"{self_test.comparisons} comparisons of a channel with itself: {self_test.regressed} called "
        f"regressed{most}, {self_test.undecided} undecided when the time was up"
    )


def outlook(self_test: SelfTest, places: Sequence[Case], seconds: float, rule: Rule) -> str:
    """Return what a comparison of these places will be able to find in so many seconds."""
    shares, unknown = smallest_slowdowns(self_test, places, seconds, rule)
    rest = f"; of {unknown} of {len(places)} nothing can be said" if unknown else ""
    if not shares:
        return (
            f"the self-test of {self_test.datetime[:10]} says nothing of what can be found in {seconds:.0f} s"
        )
    return (
        f"in {seconds:.0f} s this machine finds slowdowns of {_share(shares[len(shares) // 2])} in half of "
        f"the cells, of {_share(shares[-1])} in all{rest} "
        f"(self-test of {self_test.datetime[:10]}: {alarms(self_test)})"
    )


def _share(share: float | None) -> str:
    return "n/a" if share is None else f"{share:.1%}"
