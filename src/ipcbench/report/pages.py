"""Records as one page that is looked at: no network, every figure also in a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from ipcbench.analysis.history import read_history
from ipcbench.record.reading import RUN
from ipcbench.record.run import RunDocument
from ipcbench.report.interactive.bundle import CannotDrawError, require
from ipcbench.report.interactive.from_run_to_run import explorer_of_history
from ipcbench.report.kinds import KINDS
from ipcbench.report.page.blocks import Block, Drawing
from ipcbench.report.page.html import page
from ipcbench.report.tables.history import figures_parts, history_parts
from ipcbench.report.tables.layout import new_table

#: Records that a page shows whole, each with charts, tables and a part a case.
MOST_WHOLE = 12


def report_page(records: Mapping[Path, Any], kinds: Mapping[Path, str], *, static: bool = False) -> str:
    """Return the page of these records, in their order; of several runs, their history, too.

    Of more than twelve it shows the last whole, and says of the others what a list does. A static one has
    pictures, and no code but this project's.

    Raises DocumentError where a record is damaged.
    """
    if static:
        return page(_title(records), _blocks(records, kinds, interactive=False))
    try:
        require()
        return page(_title(records), _blocks(records, kinds, interactive=True))
    except CannotDrawError as why:
        remark = f"The charts of this page are pictures: {why}"
        return page(_title(records), _blocks(records, kinds, interactive=False), remark)


def _blocks(records: Mapping[Path, Any], kinds: Mapping[Path, str], *, interactive: bool) -> list[Block]:
    # A page of many is about what changed from one to the next; whole ones would be hundreds of megabytes.
    others = list(records)[:-1] if len(records) > MOST_WHOLE else []
    blocks: list[Block] = []
    for path, document in records.items():
        if path in others:
            continue
        several = f"{path.stem}: " if len(records) > 1 else ""
        blocks += [
            replace(each, heading=f"{several}{each.heading}")
            for each in KINDS[kinds[path]].blocks(document, interactive=interactive)
            if each
        ]
    runs = [(path.stem, document) for path, document in records.items() if kinds[path] == RUN]
    if len(runs) > 1:
        blocks.append(_history(runs, interactive=interactive))
    if others:
        blocks.append(_told({path: KINDS[kinds[path]].describe(records[path]) for path in others}))
    return blocks


def _told(others: Mapping[Path, Sequence[str]]) -> Block:
    """Return what a list says of records that are not shown whole."""
    table = new_table("the others", ["record", "", "", "took", "at"], left=("record", "", "at"))
    for path, said in others.items():
        table.add_row(path.stem, *said)
    few = (
        f"Of more than {MOST_WHOLE} records a page shows the last whole: `ipcbench report NUMBER` has another"
    )
    return Block("Records", [few, table])


def _title(records: Mapping[Path, Any]) -> str:
    names = [path.stem for path in records]
    return f"ipcbench: {names[0]}" if len(names) == 1 else f"ipcbench: {names[0]} to {names[-1]}"


def _history(runs: list[tuple[str, RunDocument]], *, interactive: bool) -> Block:
    from ipcbench.report.charts.history import READS, draw_history

    found = read_history(runs)
    parts = [*history_parts(found.runs, found.series), *figures_parts(found.series)]
    if interactive:
        return Block("From run to run", parts, explorer=explorer_of_history(found.series))
    drawings = [Drawing(figure, READS) for _, figure in draw_history(found.series)]
    return Block("From run to run", parts, drawings)
