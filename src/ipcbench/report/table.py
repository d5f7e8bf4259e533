"""The table of a run: for each group of cases, what a reader compares them by."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.table import Table

from ipcbench.analysis.latency import PERCENTILES
from ipcbench.analysis.results import CaseResult, GroupResult, by_size
from ipcbench.plan.axes import format_size
from ipcbench.plan.matrix import PRECISION
from ipcbench.record.schema import RunRecord
from ipcbench.report import wording

#: Characters; where a table is wider, figures would be cut short.
WIDEST = 1000


def run_table(groups: Sequence[GroupResult], run: RunRecord | None = None) -> str:
    """Return the tables of a run as plain text, one a workload, start method, placement and Python.

    Below them stands what ended the measuring.
    """
    precision = (run and run.precision) or PRECISION
    tables = []
    for title, family in by_size(groups).items():
        tables.append(_family_table(title, family, precision))
        if family[0].reference.case.workload == "ping-pong":
            tables.append(_latency_table(title, family))
    return as_text(tables) + (wording.stopped(run) if run else "")


def as_text(tables: Sequence[RenderableType]) -> str:
    """Return rich tables as plain text, as wide as they need to be."""
    console = Console(file=io.StringIO(), width=WIDEST, color_system=None)
    for table in tables:
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def new_table(title: str, columns: Sequence[str], *, left: Sequence[str] = ()) -> Table:
    """Return an empty table; columns stand to the right but for those of `left`."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, justify="left" if column in left else "right", no_wrap=True)
    return table


def channel_label(case: CaseResult) -> str:
    """Return the channel's name, in brackets where it was measured for comparison only."""
    return case.case.channel if case.record.asked else f"({case.case.channel})"


def _family_table(title: str, family: Sequence[GroupResult], precision: float) -> Table:
    reference = family[0].reference
    workload, unit = reference.case.workload, reference.record.unit
    columns = ["size", "channel", f"{unit}s/s", f"a {unit}"] + (["MB/s"] if workload != "handoff" else [])
    columns += [f"time to {reference.case.channel}'s", "of its floor", "launches", ""]
    table = new_table(title, columns, left=("channel", ""))
    for group in family:
        for case in group.cases.values():
            table.add_row(*_row(group, case, precision))
        table.add_section()
    return table


def _row(group: GroupResult, case: CaseResult, precision: float) -> list[str]:
    cells = [format_size(case.case.payload_bytes), channel_label(case)]
    if case.seconds is None or case.rate is None:
        return [*cells, wording.NOT_AVAILABLE]
    cells += [
        f"{wording.rate(case.rate.value)}{wording.margin(case.rate)}",
        wording.seconds(case.seconds.value),
    ]
    if case.case.workload != "handoff":
        volume = case.megabytes_per_s if case.case.channel != "null" else None
        cells.append(wording.three_digits(volume.value) if volume else "")
    ratio, share = group.ratio(case), group.share_of_floor(case)
    remarks = [wording.UNSTABLE] if case.is_unstable and case.record.asked else []
    if ratio and case.record.asked and ratio.is_inconclusive(precision):
        remarks.append(wording.INCONCLUSIVE)
    launches = str(len(case.by_pass))
    return [*cells, wording.ratio(ratio), wording.share(share), launches, ", ".join(remarks)]


def _latency_table(title: str, family: Sequence[GroupResult]) -> Table:
    columns = ["size", "channel", *(f"p{percentile:g}" for percentile in PERCENTILES), "longest seen"]
    table = new_table(f"{title}: single round trips", columns, left=("channel",))
    for group in family:
        for case in group.cases.values():
            longest = case.longest_round_trip_s
            table.add_row(
                format_size(case.case.payload_bytes),
                channel_label(case),
                *(_percentile(case, percentile) for percentile in PERCENTILES),
                wording.seconds(longest) if longest else wording.NOT_AVAILABLE,
            )
        table.add_section()
    return table


def _percentile(case: CaseResult, percentile: float) -> str:
    found = case.round_trips.get(percentile)
    return f"{wording.seconds(found.value)}{wording.margin(found)}" if found else wording.NOT_AVAILABLE
