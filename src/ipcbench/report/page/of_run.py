"""A run on a page: what it found in words, its charts and tables, each case, and how far to trust it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.environment import environment, mood
from ipcbench.analysis.groups import GroupResult, by_size, read_groups
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.plan.matrix import PRECISION
from ipcbench.record.run import RunDocument
from ipcbench.report import wording
from ipcbench.report.cautions import cautions
from ipcbench.report.charts import described, placements
from ipcbench.report.findings import findings
from ipcbench.report.interactive import explorer_of_run
from ipcbench.report.page.blocks import Block, Drawing
from ipcbench.report.tables.costs import costs_parts
from ipcbench.report.tables.layout import Part, at_most, new_table, size_heading
from ipcbench.report.tables.run import remarks, run_parts
from ipcbench.statistics.median import median

#: Cases that have a part of their own.
MOST_CASES = 300


def run_blocks(document: RunDocument, *, interactive: bool) -> list[Block]:
    """Return the blocks of a run; interactive ones have charts that are chosen from, others pictures."""
    groups = read_groups(document)
    families = by_size(groups)
    return [
        Block("What was found", [*_first_words(document), *_found(families)]),
        _charts(document, groups, interactive=interactive),
        Block("Figures", list(at_most(run_parts(groups, document.ipcbench)))),
        Block("What a message costs", list(at_most(costs_parts(groups)))),
        Block("Each case", [_overview(document, groups)], folded=list(_cases(document, groups))),
        Block("How far to trust it", list(_trust(document, groups))),
    ]


def _charts(document: RunDocument, groups: Sequence[GroupResult], *, interactive: bool) -> Block:
    if interactive:
        return Block("Charts", explorer=explorer_of_run(groups))
    return Block("Charts", drawings=[Drawing(figure, reads) for figure, reads in described(document)])


def _first_words(document: RunDocument) -> list[Part]:
    facts = environment(document)
    return [
        f"{facts['cpu']}, {facts['cores']} cores, {facts['system']} {facts['kernel']}, "
        f"Python {facts['Python']}, {document.datetime[:16].replace('T', ' ')}",
        "Ratios are from channels measured in turns, each interval holds what 95 of 100 such runs find; what "
        "cannot be separated is said so.",
    ]


def _found(families: Mapping[str, Sequence[GroupResult]]) -> Iterator[Part]:
    for title, family in families.items():
        if told := findings(family):
            by = f", by {size_heading(family)}" if family[0].reference.workload.parameter else ""
            yield from ("", f"{title}{by}:", *told)
    for several in placements.over_placements([list(family) for family in families.values()]):
        what = several[0][0].reference.workload_name
        yield from ("", f"{what}, by placement:", placements.headline(several))


def _asked(groups: Sequence[GroupResult]) -> list[tuple[GroupResult, CaseResult]]:
    return [(group, case) for group in groups for case in group.asked][:MOST_CASES]


def _overview(document: RunDocument, groups: Sequence[GroupResult]) -> Part:
    """Return a row a case: what came out, of how much, and what ended it."""
    table = new_table("cases", ["case", "time", "launches", "ended by"], left=("case", "ended by"))
    for _, case in _asked(groups):
        time = case.seconds
        told = wording.seconds(time.value) + wording.margin(time) if time else wording.NOT_AVAILABLE
        told += wording.and_lost(case.loss) if time else ""
        table.add_row(case.name, told, str(len(case.by_pass)), _ended_by(document, case))
    return table


def _ended_by(document: RunDocument, case: CaseResult) -> str:
    if case.record.failure:
        return case.record.failure
    # By the name of the group that was launched, which is of one size.
    name = Case.of_record(case.case).group_name
    why = document.ipcbench.stopped.get(name, "") if document.ipcbench else ""
    return wording.ENDED_BY.get(why, why)


def _cases(document: RunDocument, groups: Sequence[GroupResult]) -> Iterator[Block]:
    for group, case in _asked(groups):
        yield Block(case.name, [_of_launches(case), *_told(document, group, case)])


def _told(document: RunDocument, group: GroupResult, case: CaseResult) -> Iterator[Part]:
    if why := _ended_by(document, case):
        yield f"ended by: {why}"
    said = remarks(group, case, PRECISION)
    if said:
        yield said
    yield _traits(group, case)
    yield ", ".join(
        f"{each.name.replace('_', ' ')}: {each.label(each.of(case.case))}" for each in COORDINATES
    )
    for name, module in case.record.modules.items():
        yield f"{name}: {module.file or 'built in'}{f', {module.version}' if module.version else ''}"


def _traits(group: GroupResult, case: CaseResult) -> str:
    """Return what the record has of a case's channel and workload."""
    record, workload, loop = case.record, case.workload, group.loop(case)
    told = [
        "may lose messages" if record.lossy else "" if record.delivers else "hands nothing over",
        f"copies a message {record.copies} times" if record.copies else "",
        f"measured beside {loop.label}" if loop else "beside no loop",
        f"a {workload.unit} is timed by itself"
        if workload.times_each
        else f"{workload.unit}s are timed together",
    ]
    return "; ".join(filter(None, told))


def _of_launches(case: CaseResult) -> Part:
    """Return a row a launch: what came out, and what it went through."""
    table = new_table("by launch", ["pass", "at", "trials", "messages", "median", "steal"])
    for row, data in zip(case.record.launches, case.by_pass.values(), strict=True):
        table.add_row(
            str(row.pass_number),
            "" if row.at_s is None else f"{row.at_s:.1f} s",
            str(row.trials),
            str(row.messages),
            wording.seconds(median(data)) if len(data) else wording.NOT_AVAILABLE,
            "" if row.steal is None else f"{row.steal:.1%}",
        )
    return table


def _trust(document: RunDocument, groups: Sequence[GroupResult]) -> Iterator[Part]:
    cases = [case for group in groups for case in group.asked]
    widths = sorted(
        width
        for group in groups
        for case in group.asked
        if (ratio := group.ratio(case)) and (width := ratio.half_width) is not None
    )
    if widths:
        half, ninth = (widths[math.ceil(share * len(widths)) - 1] for share in (0.5, 0.9))
        yield f"{len(widths)} ratios, half of them within ±{half:.1%}, 9 in 10 within ±{ninth:.1%}"
    yield f"launches a case: {min((len(case.by_pass) for case in cases), default=0)} or more"
    unstable = [case.name for case in cases if case.is_unstable]
    if unstable:
        yield f"{wording.UNSTABLE}: {wording.some(unstable)}"
    yield from cautions(groups)
    stolen = [row.steal for case in cases for row in case.record.launches if row.steal is not None]
    if stolen:
        yield f"given to others by the host: {max(stolen):.1%} of a launch's time at most"
    table = new_table("where it was measured", ["fact", "value"], left=("fact", "value"))
    for fact, value in {**environment(document), **mood(document)}.items():
        table.add_row(fact.replace("_", " "), value)
    yield table
