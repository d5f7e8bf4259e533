"""Records as one page that is looked at: no network, every figure also in a table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from ipcbench.analysis.counts import counts_of
from ipcbench.analysis.explanation import explanations_of
from ipcbench.analysis.history import read_history
from ipcbench.analysis.self_test import self_test_of
from ipcbench.analysis.tuning import tuning_of
from ipcbench.record import comparison, counts, explanation, tuning
from ipcbench.record.comparison import ComparisonDocument
from ipcbench.record.counts import CountsDocument
from ipcbench.record.explanation import ExplanationDocument
from ipcbench.record.reading import RUN
from ipcbench.record.run import RunDocument
from ipcbench.record.tuning import TuningDocument
from ipcbench.report.ab_verdicts import comparisons_of
from ipcbench.report.interactive.bundle import CannotDrawError, require
from ipcbench.report.interactive.changes import explorer_of_tuning
from ipcbench.report.interactive.from_run_to_run import explorer_of_history
from ipcbench.report.interactive.stages import explorer_of_explanation
from ipcbench.report.interactive.verdicts import explorer_of_comparison
from ipcbench.report.page.blocks import Block, Drawing
from ipcbench.report.page.html import page
from ipcbench.report.page.of_run import run_blocks
from ipcbench.report.tables.counts import counts_parts
from ipcbench.report.tables.explanation import explanation_parts
from ipcbench.report.tables.history import history_parts
from ipcbench.report.tables.self_test import self_test_parts
from ipcbench.report.tables.tuning import tuning_parts
from ipcbench.report.tables.verdicts import verdicts_parts


def report_page(records: Mapping[Path, Any], kinds: Mapping[Path, str], *, static: bool = False) -> str:
    """Return the page of these records, in their order; of several runs, their history, too.

    A static one has pictures, and no code but this project's.

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
    blocks: list[Block] = []
    for path, document in records.items():
        several = f"{path.stem}: " if len(records) > 1 else ""
        blocks += [
            replace(each, heading=f"{several}{each.heading}")
            for each in BLOCKS[kinds[path]](document, interactive=interactive)
            if each
        ]
    runs = [(path.stem, document) for path, document in records.items() if kinds[path] == RUN]
    if len(runs) > 1:
        blocks.append(_history(runs, interactive=interactive))
    return blocks


def _title(records: Mapping[Path, Any]) -> str:
    names = [path.stem for path in records]
    return f"ipcbench: {names[0]}" if len(names) == 1 else f"ipcbench: {names[0]} to {names[-1]}"


def _history(runs: list[tuple[str, RunDocument]], *, interactive: bool) -> Block:
    from ipcbench.report.charts.history import READS, draw_history

    found = read_history(runs)
    if interactive:
        return Block(
            "From run to run",
            history_parts(found.runs, found.series),
            explorer=explorer_of_history(found.series),
        )
    drawings = [Drawing(figure, READS) for _, figure in draw_history(found.series)]
    return Block("From run to run", history_parts(found.runs, found.series), drawings)


def _comparison(document: ComparisonDocument, *, interactive: bool) -> list[Block]:
    from ipcbench.report.charts.heat_map import READS, draw_verdicts

    verdicts = comparisons_of(document)
    if interactive:
        return [Block("Verdicts", verdicts_parts(verdicts), explorer=explorer_of_comparison(verdicts))]
    drawings = [Drawing(draw_verdicts(verdicts), READS)]
    return [Block("Verdicts", verdicts_parts(verdicts), drawings)]


def _explanations(document: ExplanationDocument, *, interactive: bool) -> list[Block]:
    from ipcbench.report.charts.waterfall import READS, draw

    if interactive:
        return [
            Block(
                f"Where the time of a message goes: {each.traces.channel}",
                explanation_parts(each),
                explorer=explorer_of_explanation(each),
            )
            for each in explanations_of(document)
        ]
    return [
        Block(
            f"Where the time of a message goes: {each.traces.channel}",
            explanation_parts(each),
            [Drawing(draw(each), READS)],
        )
        for each in explanations_of(document)
    ]


def _tuning(document: TuningDocument, *, interactive: bool) -> list[Block]:
    from ipcbench.report.charts.tuning import READS, draw_tuning

    found = tuning_of(document)
    if interactive:
        return [Block("What to change", tuning_parts(found), explorer=explorer_of_tuning(found))]
    return [Block("What to change", tuning_parts(found), [Drawing(draw_tuning(found), READS)])]


def _counts(document: CountsDocument, **_: bool) -> list[Block]:
    return [Block("What one message takes from the kernel", counts_parts(counts_of(document)))]


def _self_test(document: ComparisonDocument, **_: bool) -> list[Block]:
    return [Block("What this machine can tell apart", self_test_parts(self_test_of(document)))]


class MakeBlocks(Protocol):
    """Makes the blocks of a record: with charts that are chosen from, or with pictures."""

    def __call__(self, document: Any, /, *, interactive: bool) -> list[Block]: ...


#: What a record is on a page, by its kind.
BLOCKS: Mapping[str, MakeBlocks] = {
    RUN: run_blocks,
    comparison.KIND: _comparison,
    comparison.SELF_TEST: _self_test,
    counts.KIND: _counts,
    explanation.KIND: _explanations,
    tuning.KIND: _tuning,
}
