"""A self-test: what a machine can tell apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from ipcbench.record.comparison import ComparisonDocument
from ipcbench.report.kinds.contract import Shown, line, with_output

if TYPE_CHECKING:
    from ipcbench.report.page.blocks import Block


def _text(document: ComparisonDocument) -> str:
    from ipcbench.analysis.self_test import self_test_of
    from ipcbench.report.tables.self_test import self_test_text

    return with_output(self_test_text(self_test_of(document)), document)


def _json(document: ComparisonDocument) -> str:
    from ipcbench.analysis.self_test import self_test_of

    return msgspec.json.encode(self_test_of(document)).decode()


def _describe(document: ComparisonDocument) -> tuple[str, ...]:
    record = document.ipcbench
    pythons = dict.fromkeys(row.case.python for row in record.rows if row.case)
    python = f"Python {', '.join(pythons)}" if pythons else ""
    return line(f"self-test of {len(record.rows)} cells", python, record.elapsed_s, document.datetime)


def _blocks(document: ComparisonDocument, *, interactive: bool) -> list[Block]:  # noqa: ARG001
    from ipcbench.analysis.self_test import self_test_of
    from ipcbench.report.page.blocks import Block
    from ipcbench.report.tables.self_test import self_test_parts

    return [Block("What this machine can tell apart", self_test_parts(self_test_of(document)))]


SHOWN = Shown({"text": _text, "json": _json}, _describe, _blocks)
