"""Counts: what one message takes from the kernel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ipcbench.record.counts import CountsDocument
from ipcbench.report.kinds.contract import Shown, with_output

if TYPE_CHECKING:
    from ipcbench.report.page.blocks import Block


def _text(document: CountsDocument) -> str:
    from ipcbench.analysis.counts import counts_of
    from ipcbench.report.tables.counts import counts_text

    return with_output(counts_text(counts_of(document), document.ipcbench), document)


def _json(document: CountsDocument) -> str:
    from ipcbench.analysis.counts import counts_of
    from ipcbench.report.tables.counts import counts_json

    return counts_json(counts_of(document), document.ipcbench)


def _describe(document: CountsDocument) -> tuple[str, ...]:
    pythons = dict.fromkeys(row.case.python for row in document.ipcbench.rows)
    return (
        f"counts of {len(document.ipcbench.rows)} cases",
        f"Python {', '.join(pythons)}",
        document.datetime[:16],
    )


def _blocks(document: CountsDocument, *, interactive: bool) -> list[Block]:  # noqa: ARG001
    from ipcbench.analysis.counts import counts_of
    from ipcbench.report.page.blocks import Block
    from ipcbench.report.tables.counts import counts_parts

    parts = counts_parts(counts_of(document), document.ipcbench)
    return [Block("What one message takes from the kernel", parts)]


SHOWN = Shown({"text": _text, "json": _json}, _describe, _blocks)
