"""Every figure of a record as rows: of which case, what it is, in which unit, with its interval."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.explanation import explanations_of
from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.errors import UsageError
from ipcbench.plan.coordinates import COORDINATES, whole_name
from ipcbench.record.comparison import ComparisonDocument
from ipcbench.record.explanation import ExplanationDocument
from ipcbench.report.ab_verdicts import comparisons_of
from ipcbench.statistics.estimates import Estimate

SECONDS, A_SECOND, MEGABYTES, RATIO, COUNT, SHARE = "s", "1/s", "MB/s", "1", "count", "share"


@dataclass(frozen=True, slots=True)
class MetricKind:
    """What a figure is."""

    name: str
    unit: str
    help: str
    smaller_is_better: bool = True


TIME = MetricKind("seconds", SECONDS, "Time a message, or a round trip: the workload's unit.")
RATE = MetricKind("messages_per_s", A_SECOND, "Messages, or round trips, a second.", smaller_is_better=False)
THROUGHPUT = MetricKind(
    "megabytes_per_s", MEGABYTES, "Payload delivered, in 10^6 bytes.", smaller_is_better=False
)
TO_REFERENCE = MetricKind("ratio", RATIO, "Time to that of the reference, measured in turns.")
OF_LOOP = MetricKind("of_loop", RATIO, "Share of the raw loop's rate.", smaller_is_better=False)
AFTER_PAUSE = MetricKind("after_pause", SECONDS, "Time of the first message after a pause.")
CPU = MetricKind("cpu_s", SECONDS, "CPU time a message, of one end or both.")
SWITCHES = MetricKind("voluntary_switches", COUNT, "How often an end, or either, goes to sleep a message.")
LOST = MetricKind("lost", SHARE, "Share of the messages sent that never came.")
BACKLOG = MetricKind(
    "largest_backlog",
    COUNT,
    "Messages accepted and not yet received at one time, at most.",
    smaller_is_better=False,
)
FAULTS = MetricKind("page_faults", COUNT, "Page faults a message, of one end or both.")
#: Of which part a figure is that both ends make up.
BOTH_ENDS = "both ends"
#: What is named in records gets no help of its own.
ALSO = "Another duration of the workload, a message."
STAGE = "A stage of a message's way."


@dataclass(frozen=True, slots=True)
class MetricRow:
    """One figure of a record."""

    #: What it is of: a case's name, or the cell of a comparison.
    name: str
    #: The case, or its record; None for commands, which have no coordinates.
    case: Any
    metric: MetricKind
    estimate: Estimate
    #: An arm, an end or a stage, where the figure is not of the whole.
    part: str = ""
    #: Whether it was asked for, or measured beside what was.
    asked: bool = True
    #: Which share of the messages never came; None where no message is lost by what the channel promises.
    loss: float | None = field(default=None, kw_only=True)
    #: Why its case was measured no longer, if a launch failed.
    failure: str | None = field(default=None, kw_only=True)
    #: The same for a percentile: 99 of `p99`.
    percentile: float | None = field(default=None, kw_only=True)

    @property
    def coordinates(self) -> dict[str, str]:
        """Its coordinates as text; empty for commands."""
        return {each.name: each.text(each.of(self.case)) for each in COORDINATES} if self.case else {}


def group_metrics(groups: Sequence[GroupResult]) -> list[MetricRow]:
    """Return the figures of all cases of groups; raise DocumentError where a histogram is damaged."""
    return [row for group in groups for case in group.cases.values() for row in _of(group, case)]


def _of(group: GroupResult, case: CaseResult) -> Iterator[MetricRow]:
    name, asked = whole_name(case.case), case.record.asked

    def row(
        metric: MetricKind, estimate: Estimate | None, part: str = "", **more: Any
    ) -> Iterator[MetricRow]:
        if estimate is not None:
            known: dict[str, Any] = {"loss": case.loss, "failure": case.record.failure}
            yield MetricRow(name, case.case, metric, estimate, part, asked, **known, **more)

    yield from row(TIME, case.seconds)
    if case.workload.is_rate:
        yield from row(RATE, case.rate)
    if case.delivers:
        yield from row(THROUGHPUT, case.megabytes_per_s)
    yield from row(TO_REFERENCE, group.ratio(case))
    yield from row(OF_LOOP, group.share_of_loop(case))
    for percentile, estimate in case.round_trips.items():
        metric = MetricKind(f"p{percentile:g}", SECONDS, "A percentile of single messages' times.")
        yield from row(metric, estimate, percentile=percentile)
    yield from row(AFTER_PAUSE, case.after_pause)
    for also in case.also_names:
        yield from row(MetricKind(also, SECONDS, ALSO), case.also(also))
    launches = len(case.by_pass)
    if case.largest_backlog is not None:
        yield from row(BACKLOG, Estimate(float(case.largest_backlog), None, None, launches))
    if case.loss is not None:
        yield from row(LOST, Estimate(case.loss, None, None, launches))
    ends: dict[str | None, str] = {**{role: role for role in case.costs}, None: BOTH_ENDS}
    for end, called in ends.items():
        for metric, of in ((CPU, case.cpu), (SWITCHES, case.sleeps), (FAULTS, case.faults)):
            yield from row(metric, of(end), called)


def comparison_metrics(document: ComparisonDocument) -> list[MetricRow]:
    """Return the ratio of each cell and arm to the first arm; none of what failed."""
    what = MetricKind("ratio", RATIO, f"{document.ipcbench.metric} to the first arm's.")
    return [
        MetricRow(
            row.cell,
            row.case,
            what,
            Estimate(row.decision.ratio, row.decision.low, row.decision.high, row.decision.launches),
            row.arm,
        )
        for row in comparisons_of(document).rows
        if row.decision and row.decision.launches
    ]


def explanation_metrics(document: ExplanationDocument) -> list[MetricRow]:
    """Return the stages of each message explained: median, 90th percentile and mean."""
    found = []
    for row, explanation in zip(document.ipcbench.explained, explanations_of(document), strict=True):
        name = whole_name(row.case)
        found.append(MetricRow(name, row.case, TIME, explanation.whole))
        for stage in explanation.stages:
            for called, estimate in (("p50", stage.p50), ("p90", stage.p90), ("mean", stage.mean)):
                metric = MetricKind(called, SECONDS, STAGE)
                found.append(MetricRow(name, row.case, metric, estimate, stage.name))
    return found


def metrics_of(document: Any) -> list[MetricRow]:
    """Return the figures of a record of any kind that has some."""
    if isinstance(document, ComparisonDocument):
        return comparison_metrics(document)
    if isinstance(document, ExplanationDocument):
        return explanation_metrics(document)
    return group_metrics(read_groups(document))


def chosen_metrics(records: Mapping[Path, Any], part: str = "") -> dict[Path, list[MetricRow]]:
    """Return the figures of all cases that `part` names, by record; raise UsageError where there are none."""
    found = {path: metrics_of(document) for path, document in records.items()}
    chosen = {path: [row for row in rows if is_named(part, row.name)] for path, rows in found.items()}
    if not any(chosen.values()):
        known = next((f"{row.name!r}" for rows in found.values() for row in rows), "a record with figures")
        raise UsageError(f"no case has {part!r} in its name; accepted: a part of {known}")
    return chosen


def asked_metrics(records: Mapping[Path, Any], part: str = "") -> list[MetricRow]:
    """Return the same without what was measured beside what was asked for, or failed midway."""
    chosen = [row for rows in chosen_metrics(records, part).values() for row in rows if row.asked]
    found = [row for row in chosen if not row.failure]
    if chosen and not found:
        raise UsageError(all_failed(chosen[0].failure))
    return found


def all_failed(why: str | None) -> str:
    """Return what to say where no case is left that did not fail."""
    return f"every case failed midway: {why}; accepted: one that did not, or csv"


def is_named(part: str, name: str) -> bool:
    """Whether a part of a name begins where one of its words does: `pipe` is not `duplex-pipe`."""
    return f" {part}" in f" {name}"
