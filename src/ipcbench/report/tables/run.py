"""The table of a run: for each group of cases, what a reader compares them by."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult, by_size
from ipcbench.analysis.latency import PERCENTILES
from ipcbench.plan.matrix import PRECISION
from ipcbench.record.run import RunRecord
from ipcbench.report import wording
from ipcbench.report.builds import build_text
from ipcbench.report.cautions import cautions, unmeasured, wrote
from ipcbench.report.tables.layout import Part, as_text, channel_label, new_table, size_heading, size_label
from ipcbench.statistics.estimates import Estimate
from ipcbench.words import ROLES

KEPT_HEADING = "where memory is kept"


def run_table(groups: Sequence[GroupResult], run: RunRecord | None = None) -> str:
    """Return the tables of a run as plain text, one a workload, start method, placement and Python.

    Below them stands what slowed messages, and what ended the measuring.
    """
    return f"{as_text(run_parts(groups, run))}\n"


def run_parts(groups: Sequence[GroupResult], run: RunRecord | None = None) -> list[Part]:
    """Return the same as tables and lines."""
    precision = (run and run.precision) or PRECISION
    tables = []
    for title, family in by_size(groups).items():
        one = _family_table if family[0].reference.workload.is_rate else durations_table
        tables.append(one(title, family, precision))
        if any(
            row.round_trips_hdr for group in family for case in group.asked for row in case.record.launches
        ):
            tables.append(_latency_table(title, family))
    untold, output = (unmeasured(run), run.output) if run else ([], {})
    told = [*_builds(run), *untold, *cautions(groups), *wrote(output)]
    stopped = wording.stopped(run).removesuffix("\n") if run else ""
    return [*tables, *told, *([stopped] if stopped else [])]


def _builds(run: RunRecord | None) -> list[str]:
    """Return a line for each interpreter."""
    targets = run.targets if run else {}
    return [f"Python {label}: {text}" for label, facts in targets.items() if (text := build_text(facts))]


def remarks(group: GroupResult, case: CaseResult, precision: float) -> str:
    """Return what is to be said of a case beside its figures."""
    ratio = group.ratio(case)
    if not case.record.asked:
        return wording.of_lossy(case.lost) if case.is_lossy else ""
    found = [wording.FAILED] if case.record.failure else []
    found += [wording.UNSTABLE] if case.is_unstable else []
    if ratio and ratio.is_inconclusive(precision):
        found.append(wording.INCONCLUSIVE)
    if case.is_lossy:
        found.append(wording.of_lossy(case.lost))
    loop = group.loop(case)
    if loop and group.beats_loop(case):
        found.append(wording.beats(loop.label, loop.waits, case.waits))
    if case.sustained:
        found.append(wording.fixed_part(case.sustained.fixed_s))
    if case.modes:
        found.append(wording.modes(case.modes))
    if case.regimes:
        found.append(wording.regimes(case.regimes))
    return ", ".join(found)


def _family_table(title: str, family: Sequence[GroupResult], precision: float) -> Table:
    reference = family[0].reference
    workload, unit = reference.workload, reference.workload.unit
    columns = [size_heading(family), "channel", f"{unit}s/s", f"a {unit}"]
    columns += (["MB/s"] if workload.payloads_moved else []) + (["backlog"] if workload.fills else [])
    with_kept = any(group.kept(case) for group in family for case in group.asked)
    columns += [KEPT_HEADING] if with_kept else []
    columns += [f"time to {reference.label}'s", "of its loop", wording.FAULTS_HEADING, "launches", ""]
    table = new_table(title, columns, left=("channel", ""))
    for group in family:
        for case in group.plain:
            table.add_row(*_row(group, case, precision, with_kept=with_kept))
        table.add_section()
    return table


def _row(group: GroupResult, case: CaseResult, precision: float, *, with_kept: bool) -> list[str]:
    cells = [size_label(case), channel_label(case)]
    if case.seconds is None or case.rate is None:
        return [*cells, wording.NOT_AVAILABLE]
    cells += [
        f"{wording.rate(case.rate.value)}{wording.margin(case.rate)}",
        wording.seconds(case.seconds.value),
    ]
    if case.workload.payloads_moved:
        volume = case.megabytes_per_s if case.delivers else None
        cells.append(wording.three_digits(volume.value) if volume else "")
    if case.workload.fills:
        cells.append(backlog(case))
    if with_kept:
        cells.append(_kept(group, case))
    ratio, share = group.ratio(case), group.share_of_loop(case)
    cells += [wording.ratio(ratio), wording.share(share), _faults(case), str(len(case.by_pass))]
    return [*cells, remarks(group, case, precision)]


def _kept(group: GroupResult, case: CaseResult) -> str:
    """Return a message's time where memory is kept, and its ratio to the time as it is."""
    kept = group.kept(case)
    if kept is None or kept.seconds is None:
        return ""
    told = wording.seconds(kept.seconds.value)
    # What has lost some is compared with nothing.
    if kept.is_lossy:
        return told + wording.and_lost(kept.loss)
    return f"{told}, {wording.ratio(kept.ratio_to(case))}"


def _faults(case: CaseResult) -> str:
    """Return the page faults a message of sender and receiver."""
    ends = [case.costs[end] for end in ROLES if end in case.costs]
    return " + ".join(wording.count(costs.page_faults) for costs in ends)


def backlog(case: CaseResult) -> str:
    """Return how many messages a channel took while nobody received."""
    if not case.record.asked:
        return ""
    if case.largest_backlog is None:
        return "no limit found"
    held_bytes = case.largest_backlog * case.case.payload_bytes
    scale, unit = (
        (2**20, "MiB") if held_bytes >= 2**20 else (2**10, "KiB") if held_bytes >= 2**10 else (1, "B")
    )
    volume = f"{held_bytes / scale:.0f} {unit}"
    return f"{case.largest_backlog:,} ({volume})"


def durations_table(title: str, family: Sequence[GroupResult], precision: float) -> Table:
    """Return the table of a workload that does not send as fast as it can: durations, and no rates."""
    reference = family[0].reference
    also = [name for name in reference.also_names if any(case.also(name) for case in family[0].asked)]
    columns = [size_heading(family), "channel", f"a {reference.workload.unit}", *also]
    columns += [f"time to {reference.label}'s", "launches", ""]
    table = new_table(title, columns, left=("channel", ""))
    for group in family:
        for case in group.plain:
            times = [case.seconds, *(case.also(name) for name in also)]
            table.add_row(
                size_label(case),
                channel_label(case),
                *(_duration(seconds) for seconds in times),
                wording.ratio(group.ratio(case)),
                str(len(case.by_pass)),
                remarks(group, case, precision),
            )
        table.add_section()
    return table


def _duration(seconds: Estimate | None) -> str:
    return f"{wording.seconds(seconds.value)}{wording.margin(seconds)}" if seconds else wording.NOT_AVAILABLE


def _latency_table(title: str, family: Sequence[GroupResult]) -> Table:
    columns = [size_heading(family), "channel", *(f"p{percentile:g}" for percentile in PERCENTILES)]
    heading = f"{title}: single {family[0].reference.workload.unit}s"
    after_pause = any(case.after_pause for group in family for case in group.asked)
    more = ["longest seen", *(["after a pause"] if after_pause else [])]
    table = new_table(heading, [*columns, *more], left=("channel",))
    for group in family:
        for case in group.cases.values():
            if not any(row.round_trips_hdr for row in case.record.launches):
                continue
            longest = case.longest_round_trip_s
            table.add_row(
                size_label(case),
                channel_label(case),
                *(_percentile(case, percentile) for percentile in PERCENTILES),
                wording.seconds(longest) if longest else wording.NOT_AVAILABLE,
                *([_duration(case.after_pause)] if after_pause else []),
            )
        table.add_section()
    return table


def _percentile(case: CaseResult, percentile: float) -> str:
    return _duration(case.round_trips.get(percentile))
