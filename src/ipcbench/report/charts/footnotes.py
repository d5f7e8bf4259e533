"""What must be known of a chart's cases beside their marks: what they lost, which failed or were left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.case import Case
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import verbatim


def losses(groups: Sequence[GroupResult]) -> str:
    """Return who lost which share of its messages at which size: no rate of theirs stands without it."""
    return _told(groups, lambda case: "" if case.loss is None else f"{wording.lost(case.loss)} at ")


def failed(groups: Sequence[GroupResult]) -> str:
    """Return whose figures are of the launches before one failed, and at which size."""
    return _told(groups, lambda case: "failed midway at " if case.record.failure else "")


def left_out(groups: Sequence[GroupResult], why: Mapping[str, str]) -> str:
    """Return which channels were left out at which size; `why` has a record's reasons by case."""
    sizes: dict[str, list[str]] = {}
    for group in groups:
        case = group.reference.case
        end = f" {Case.of_record(case).group_name}"
        for channel in (name.removesuffix(end) for name in why if name.endswith(end)):
            sizes.setdefault(channel, []).append(format_size(case.payload_bytes))
    channels: dict[str, list[str]] = {}
    for channel, each in sizes.items():
        channels.setdefault(", ".join(dict.fromkeys(each)), []).append(channel)
    told = "; ".join(f"{', '.join(names)} at {where}" for where, names in channels.items())
    return verbatim(f"left out, `ipcbench show` says why: {told}") if told else ""


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
