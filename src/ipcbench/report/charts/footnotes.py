"""What must be known of the cases of a chart beside their marks: what they lost, and which failed midway."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import verbatim


def losses(groups: Sequence[GroupResult]) -> str:
    """Return who lost which share of its messages at which size: no rate of theirs stands without it."""
    return _told(groups, lambda case: "" if case.loss is None else f"{wording.lost(case.loss)} at ")


def failed(groups: Sequence[GroupResult]) -> str:
    """Return whose figures are of the launches before one failed, and at which size."""
    return _told(groups, lambda case: "failed midway at " if case.record.failure else "")


def _told(groups: Sequence[GroupResult], what: Callable[[CaseResult], str]) -> str:
    """Return what is told of cases, by channel, with their sizes."""
    told: dict[str, list[str]] = {}
    several = len({group.reference.case.placement for group in groups}) > 1
    for group in groups:
        for case in group.cases.values():
            if case.delivers and (text := what(case)):
                at = format_size(case.case.payload_bytes) + (f" {case.case.placement}" if several else "")
                told.setdefault(case.label, []).append(text + at)
    return verbatim("; ".join(f"{channel} {', '.join(found)}" for channel, found in told.items()))
