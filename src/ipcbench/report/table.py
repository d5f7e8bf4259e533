"""The table of a run: for each group of cases, what a reader compares them by."""

from __future__ import annotations

import io
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from ipcbench.analysis.results import PERCENTILES, CaseResult, GroupResult, by_size
from ipcbench.plan.axes import format_size
from ipcbench.report import wording

WIDTH = 132


def run_table(groups: Sequence[GroupResult], width: int = WIDTH) -> str:
    """Return the tables of a run as plain text, one table a workload, start method, placement and Python."""
    console = Console(file=io.StringIO(), width=max(width, WIDTH), color_system=None)
    for title, family in by_size(groups).items():
        console.print(_family_table(title, family))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def _family_table(title: str, family: Sequence[GroupResult]) -> Table:
    first = family[0].reference
    with_round_trips = first.case.workload == "ping-pong"
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("size", justify="right")
    table.add_column("channel")
    table.add_column(f"{first.record.unit}s/s", justify="right")
    if first.case.workload != "handoff":
        table.add_column("MB/s", justify="right")
    for percentile in PERCENTILES if with_round_trips else ():
        table.add_column(f"p{percentile:g}", justify="right")
    if not with_round_trips:
        table.add_column(f"a {first.record.unit}", justify="right")
    table.add_column(f"time to {first.case.channel}'s", justify="right")
    table.add_column("of its floor", justify="right")
    for group in family:
        for case in group.cases.values():
            table.add_row(*_row(group, case, with_round_trips=with_round_trips))
        table.add_section()
    return table


def _row(group: GroupResult, case: CaseResult, *, with_round_trips: bool) -> list[str]:
    channel = case.case.channel if case.record.asked else f"({case.case.channel})"
    cells = [format_size(case.case.payload_bytes), channel]
    if case.seconds is None or case.rate is None:
        return [*cells, wording.NOT_AVAILABLE]
    cells.append(f"{wording.rate(case.rate.value)}{wording.margin(case.rate)}")
    if case.case.workload != "handoff":
        delivers = case.case.channel != "null" and case.megabytes_per_s
        cells.append(wording.three_digits(delivers.value) if delivers else "")
    if with_round_trips:
        for percentile in PERCENTILES:
            found = case.round_trips.get(percentile)
            cells.append(wording.seconds(found.value) if found else wording.NOT_AVAILABLE)
    else:
        cells.append(wording.seconds(case.seconds.value))
    return [*cells, wording.ratio(group.ratio(case)), wording.share(group.share_of_floor(case))]
