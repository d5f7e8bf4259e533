"""An explanation: where the time of a message goes, as tables and waterfalls."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.record.explanation import ExplanationDocument
from ipcbench.report.file_names import file_name
from ipcbench.report.kinds.contract import Shown, with_output

if TYPE_CHECKING:
    from ipcbench.report.page.blocks import Block


def _text(document: ExplanationDocument) -> str:
    from ipcbench.analysis.explanation import explanations_of
    from ipcbench.report.tables.explanation import explanation_text

    return with_output("\n\n".join(map(explanation_text, explanations_of(document))), document)


def _json(document: ExplanationDocument) -> str:
    from ipcbench.analysis.explanation import explanations_of
    from ipcbench.report.tables.explanation import explanations_json

    return explanations_json(explanations_of(document))


def _describe(document: ExplanationDocument) -> tuple[str, ...]:
    rows = document.ipcbench.explained
    told = ", ".join(f"{row.case.channel} ({row.case.python})" for row in rows)
    return (
        f"explanations of {told}",
        f"{sum(len(row.launches) for row in rows)} launches",
        document.datetime[:16],
    )


def _blocks(document: ExplanationDocument, *, interactive: bool) -> list[Block]:
    from ipcbench.analysis.explanation import explanations_of
    from ipcbench.report.charts.waterfall import READS
    from ipcbench.report.charts.waterfall import draw as waterfall
    from ipcbench.report.interactive import explorer_of_explanation
    from ipcbench.report.page.blocks import Block, Drawing
    from ipcbench.report.tables.explanation import explanation_parts

    return [
        Block(
            f"Where the time of a message goes: {each.traces.channel}",
            explanation_parts(each),
            [] if interactive else [Drawing(waterfall(each), READS)],
            explorer=explorer_of_explanation(each) if interactive else None,
        )
        for each in explanations_of(document)
    ]


def _draw(document: ExplanationDocument, folder: Path, stem: str) -> list[Path]:
    from ipcbench.analysis.explanation import explanations_of
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.waterfall import draw as waterfall

    rows = document.ipcbench.explained
    names = [stem if len(rows) == 1 else f"{stem}-{file_name(row.case.python)}" for row in rows]
    drawn = zip(names, explanations_of(document), strict=True)
    return [file for name, each in drawn for file in save(waterfall(each), folder / name)]


SHOWN = Shown({"text": _text, "json": _json}, _describe, _blocks, _draw)
