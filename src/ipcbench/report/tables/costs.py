"""The table of costs: what a message takes from the machine besides time, at either end."""

from __future__ import annotations

from collections.abc import Sequence

from rich.table import Table

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.costs import MessageCosts
from ipcbench.analysis.groups import GroupResult, by_size
from ipcbench.report import wording
from ipcbench.report.cautions import slowed
from ipcbench.report.tables.layout import Part, as_text, channel_label, new_table, size_heading, size_label
from ipcbench.statistics.estimates import Estimate
from ipcbench.words import ROLES


def costs_table(groups: Sequence[GroupResult]) -> str:
    """Return the tables of costs as plain text; empty where the run recorded none.

    What either end spends is for one message, but for the peak memory, which is the whole process's.
    """
    parts = costs_parts(groups)
    return f"{as_text(parts)}\n" if parts else ""


def costs_parts(groups: Sequence[GroupResult]) -> list[Part]:
    """Return the same as tables and lines."""
    tables = []
    for title, family in by_size(groups).items():
        if any(case.costs for group in family for case in group.cases.values()):
            tables.append(_costs_table(title, family))
            if _is_flow(family):
                tables.append(_flow_table(title, family))
    return [*tables, *slowed(groups)] if tables else []


def _is_flow(family: Sequence[GroupResult]) -> bool:
    """Whether messages are accepted at a rate of their own, before they are delivered."""
    return family[0].reference.workload.overlapping and any(
        case.accepted for group in family for case in group.asked
    )


def _costs_table(title: str, family: Sequence[GroupResult]) -> Table:
    columns = [
        size_heading(family),
        "channel",
        "end",
        "CPU",
        "user",
        "system",
        "switches",
        "forced",
        "faults",
        "peak RSS",
    ]
    heading = f"{title}: what a {family[0].reference.workload.unit} costs"
    table = new_table(heading, columns, left=("channel", "end"))
    for group in family:
        for case in group.cases.values():
            for end in ROLES:
                if end in case.costs:
                    table.add_row(*_labels(case), end, *_costs(case.costs[end], case.cpu(end)))
        table.add_section()
    return table


def _flow_table(title: str, family: Sequence[GroupResult]) -> Table:
    columns = [
        "size",
        "channel",
        "accepted/s",
        "delivered/s",
        "largest backlog",
        "copied MB/s",
        "of its loop's",
    ]
    table = new_table(f"{title}: accepted, delivered, copied", columns, left=("channel",))
    for group in family:
        for case in group.cases.values():
            if case.delivers:
                table.add_row(*_labels(case), *_flow(group, case))
        table.add_section()
    return table


def _labels(case: CaseResult) -> list[str]:
    return [size_label(case), channel_label(case) + (f", {wording.FAILED}" if case.record.failure else "")]


def _costs(costs: MessageCosts, cpu: Estimate | None) -> list[str]:
    return [
        wording.seconds(costs.cpu_s) + (wording.margin(cpu) if cpu else ""),
        wording.seconds(costs.user_s),
        wording.seconds(costs.system_s),
        wording.count(costs.voluntary_switches),
        wording.count(costs.involuntary_switches),
        wording.count(costs.page_faults),
        f"{costs.peak_rss_bytes / 2**20:.0f} MiB",
    ]


def _flow(group: GroupResult, case: CaseResult) -> list[str]:
    """Return how fast messages are accepted and delivered, the backlog, and what is copied for them."""
    accepted, delivered = (
        f"{wording.rate(rate.value)}{wording.margin(rate)}" if rate else wording.NOT_AVAILABLE
        for rate in (case.accepted, case.rate)
    )
    backlog = "" if case.largest_backlog is None else str(case.largest_backlog)
    copied, share = case.copied_megabytes_per_s, group.share_of_loop_copied(case)
    return [
        accepted,
        delivered + wording.and_lost(case.loss),
        backlog,
        wording.three_digits(copied.value) if copied else "",
        wording.share(share),
    ]
