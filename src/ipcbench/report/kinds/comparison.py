"""An `ab`: its verdicts in every format, and their heat map."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.record.comparison import ComparisonDocument
from ipcbench.report.formats import FORMATS
from ipcbench.report.kinds.contract import Shown, line

if TYPE_CHECKING:
    from ipcbench.report.page.blocks import Block
    from ipcbench.report.verdicts import Comparisons


def _text(write: Callable[[Comparisons], str], document: ComparisonDocument) -> str:
    from ipcbench.report.ab_verdicts import comparisons_of

    return write(comparisons_of(document))


def _describe(document: ComparisonDocument) -> tuple[str, ...]:
    record = document.ipcbench
    arms = " against ".join(arm.text for arm in record.arms)
    return line(f"{len(record.rows)} comparisons", arms, record.elapsed_s, document.datetime)


def _blocks(document: ComparisonDocument, *, interactive: bool) -> list[Block]:
    from ipcbench.report.ab_verdicts import comparisons_of
    from ipcbench.report.charts.heat_map import READS, draw_verdicts
    from ipcbench.report.interactive.verdicts import explorer_of_comparison
    from ipcbench.report.page.blocks import Block, Drawing
    from ipcbench.report.tables.verdicts import verdicts_parts

    verdicts = comparisons_of(document)
    if interactive:
        return [Block("Verdicts", verdicts_parts(verdicts), explorer=explorer_of_comparison(verdicts))]
    return [Block("Verdicts", verdicts_parts(verdicts), [Drawing(draw_verdicts(verdicts), READS)])]


def _draw(document: ComparisonDocument, folder: Path, stem: str) -> list[Path]:
    from ipcbench.report.ab_verdicts import comparisons_of
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.heat_map import draw_verdicts

    return save(draw_verdicts(comparisons_of(document)), folder / stem)


SHOWN = Shown({name: partial(_text, write) for name, write in FORMATS.items()}, _describe, _blocks, _draw)
