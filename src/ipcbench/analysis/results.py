"""The results of a stored run: each case with everything that stands beside its name in tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

import msgspec
import numpy as np

from ipcbench.analysis.costs import Costs
from ipcbench.analysis.estimates import Estimate, case_estimate, median_of_launches, paired_ratio
from ipcbench.record.latency import counts_by_value, decode, merged
from ipcbench.record.schema import Benchmark, CaseRecord, CaseRow, RunDocument

PERCENTILES = (50.0, 90.0, 99.0, 99.9)
#: A percentile is quoted only where so many messages of a launch lie beyond it, on average: with fewer, a
#: launch's percentile is no more than its maximum.
FEWEST_BEYOND = 1
REFERENCE = "pipe"


@dataclass(frozen=True)
class CaseResult:
    """One case of a run."""

    name: str
    record: CaseRecord
    #: Seconds per message of every trial, by pass.
    by_pass: dict[int, np.ndarray] = field(repr=False)

    @property
    def case(self) -> CaseRow:
        return self.record.case

    @cached_property
    def seconds(self) -> Estimate | None:
        """Seconds per message (round trip, handoff)."""
        return case_estimate(list(self.by_pass.values()))

    @cached_property
    def rate(self) -> Estimate | None:
        """Messages per second."""
        return self.seconds.inverted() if self.seconds else None

    @cached_property
    def megabytes_per_s(self) -> Estimate | None:
        """Payload delivered, in 10^6 bytes a second; of a ping-pong, what goes and comes back."""
        moved = self.case.payload_bytes * (2 if self.case.workload == "ping-pong" else 1)
        return self.rate.times(moved / 1e6) if self.rate and moved else None

    @cached_property
    def round_trips(self) -> dict[float, Estimate]:
        """Seconds by percentile of single round trips; a percentile too far out is missing."""
        texts = [launch.round_trips_hdr for launch in self.record.launches if launch.round_trips_hdr]
        histograms = [decode(text) for text in texts]
        total = sum(histogram.get_total_count() for histogram in histograms)
        found: dict[float, list[float]] = {}
        fewest = FEWEST_BEYOND * len(histograms)
        wanted = [p for p in PERCENTILES if total * (100 - p) / 100 >= fewest]
        for histogram in histograms:
            values = histogram.get_percentile_to_value_dict(wanted)
            for percentile in wanted:
                found.setdefault(percentile, []).append(values[percentile] / 1e9)
        return {percentile: median_of_launches(values) for percentile, values in found.items()}

    def distribution(self) -> tuple[np.ndarray, np.ndarray]:
        """Return all round trips of the run: values in seconds, and the share of messages up to each."""
        texts = [launch.round_trips_hdr for launch in self.record.launches if launch.round_trips_hdr]
        values, counts = counts_by_value(merged(texts))
        return values / 1e9, np.cumsum(counts) / max(1, counts.sum())

    @cached_property
    def costs(self) -> dict[str, Costs]:
        """What a message costs each end, by role; empty where that was not recorded."""
        return {}

    def ratio_to(self, base: CaseResult) -> Estimate | None:
        """Seconds per message against another case of the same group, block by block."""
        passes = [number for number in self.by_pass if number in base.by_pass]
        return paired_ratio([self.by_pass[n] for n in passes], [base.by_pass[n] for n in passes])


@dataclass(frozen=True)
class GroupResult:
    """Cases that were measured interleaved, and so can be compared."""

    name: str
    cases: dict[str, CaseResult]

    @property
    def asked(self) -> list[CaseResult]:
        return [case for case in self.cases.values() if case.record.asked]

    @property
    def reference(self) -> CaseResult:
        """What ratios are taken to: `pipe` where it was measured, else the first asked case."""
        if REFERENCE in self.cases:
            return self.cases[REFERENCE]
        return (self.asked or list(self.cases.values()))[0]

    def ratio(self, case: CaseResult) -> Estimate | None:
        """Seconds per message against the reference; None for the reference itself."""
        return None if case is self.reference else case.ratio_to(self.reference)

    def floor(self, case: CaseResult) -> CaseResult | None:
        return self.cases.get(case.record.floor or "")

    def share_of_floor(self, case: CaseResult) -> Estimate | None:
        """How much of its floor's rate a case reaches, block by block: 1 is the floor itself."""
        floor = self.floor(case)
        ratio = case.ratio_to(floor) if floor else None
        return ratio.inverted() if ratio else None


def read_groups(document: RunDocument) -> list[GroupResult]:
    """Return the groups of a stored run in the order of its cases."""
    groups: dict[CaseRow, dict[str, CaseResult]] = {}
    names: dict[CaseRow, str] = {}
    for benchmark in document.benchmarks:
        record = benchmark.extra_info.ipcbench
        if record is not None and benchmark.stats.data:
            key = msgspec.structs.replace(record.case, channel="")
            names.setdefault(key, case_title(record.case))
            groups.setdefault(key, {})[record.case.channel] = _case_result(benchmark, record)
    return [GroupResult(names[key], cases) for key, cases in groups.items()]


def case_title(case: CaseRow) -> str:
    """How a group is headed, placement included: a figure means little without it."""
    kind = "" if case.payload_kind == "bytes" else f", {case.payload_kind}"
    return f"{case.workload}, {case.start_method}, {case.placement}, Python {case.python}{kind}"


def _case_result(benchmark: Benchmark, record: CaseRecord) -> CaseResult:
    data = np.array(benchmark.stats.data)
    by_pass: dict[int, np.ndarray] = {}
    start = 0
    for launch in record.launches:
        by_pass[launch.pass_number] = data[start : start + launch.trials]
        start += launch.trials
    return CaseResult(benchmark.name, record, by_pass)


def by_size(groups: Sequence[GroupResult]) -> dict[str, list[GroupResult]]:
    """Return groups that differ in size only, under their common title, smallest size first."""
    families: dict[str, list[GroupResult]] = {}
    for group in groups:
        families.setdefault(group.name, []).append(group)
    for family in families.values():
        family.sort(key=lambda group: group.reference.case.payload_bytes)
    return families
