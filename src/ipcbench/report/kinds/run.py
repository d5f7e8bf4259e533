"""A run: its tables, charts and page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.record.run import RunDocument
from ipcbench.report.kinds.contract import Shown, line

if TYPE_CHECKING:
    from ipcbench.report.page.blocks import Block


def _text(document: RunDocument) -> str:
    from ipcbench.analysis.groups import read_groups
    from ipcbench.report.tables.run import run_table

    return run_table(read_groups(document), document.ipcbench)


def _json(document: RunDocument) -> str:
    from ipcbench.analysis.groups import read_groups
    from ipcbench.report.formats.run import run_json

    return run_json(read_groups(document), document.ipcbench)


def _describe(document: RunDocument) -> tuple[str, ...]:
    assert document.ipcbench is not None
    pythons = f"Python {', '.join(document.ipcbench.targets)}"
    return line(f"{len(document.benchmarks)} cases", pythons, document.ipcbench.elapsed_s, document.datetime)


def _blocks(document: RunDocument, *, interactive: bool) -> list[Block]:
    from ipcbench.report.page.of_run import run_blocks

    return run_blocks(document, interactive=interactive)


def _draw(document: RunDocument, folder: Path, stem: str, only: str) -> list[Path]:
    from ipcbench.report.charts import draw_charts

    return draw_charts(document, folder, stem, only)


SHOWN = Shown({"text": _text, "json": _json}, _describe, _blocks, _draw)
