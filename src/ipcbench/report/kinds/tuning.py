"""A tuning: what to change so that messages get faster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.plan.coordinates import name_parts
from ipcbench.record.tuning import TuningDocument
from ipcbench.report.kinds.contract import Shown, line

if TYPE_CHECKING:
    from ipcbench.report.page.blocks import Block


def _text(document: TuningDocument) -> str:
    from ipcbench.analysis.tuning import tuning_of
    from ipcbench.report.tables.tuning import tuning_text

    return tuning_text(tuning_of(document))


def _json(document: TuningDocument) -> str:
    from ipcbench.analysis.tuning import tuning_of
    from ipcbench.report.formats.tuning import tuning_json

    return tuning_json(tuning_of(document))


def _markdown(document: TuningDocument) -> str:
    from ipcbench.analysis.tuning import tuning_of
    from ipcbench.report.formats.tuning import tuning_markdown

    return tuning_markdown(tuning_of(document))


def _describe(document: TuningDocument) -> tuple[str, ...]:
    record = document.ipcbench
    case = record.case
    of = f"{' '.join(name_parts(case, leave_out=['python']))}, Python {case.python}"
    return line(f"tuning, {len(record.knobs)} knobs", of, record.elapsed_s, document.datetime)


def _blocks(document: TuningDocument, *, interactive: bool) -> list[Block]:
    from ipcbench.analysis.tuning import tuning_of
    from ipcbench.report.charts.tuning import READS, draw_tuning
    from ipcbench.report.interactive.changes import explorer_of_tuning
    from ipcbench.report.page.blocks import Block, Drawing
    from ipcbench.report.tables.tuning import tuning_parts

    found = tuning_of(document)
    if interactive:
        return [Block("What to change", tuning_parts(found), explorer=explorer_of_tuning(found))]
    return [Block("What to change", tuning_parts(found), [Drawing(draw_tuning(found), READS)])]


def _draw(document: TuningDocument, folder: Path, stem: str) -> list[Path]:
    from ipcbench.analysis.tuning import tuning_of
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.tuning import draw_tuning

    return save(draw_tuning(tuning_of(document)), folder / stem)


SHOWN = Shown({"text": _text, "json": _json, "markdown": _markdown}, _describe, _blocks, _draw)
