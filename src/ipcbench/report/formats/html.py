"""What a command says as HTML: lines as paragraphs, tables as tables, everything else than these escaped."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from itertools import groupby

from rich.table import Table

from ipcbench.report.tables.layout import Part
from ipcbench.visible import visible


def as_html(parts: Iterable[Part]) -> str:
    """Return lines and tables as a fragment of HTML."""
    told = []
    for is_line, run in groupby(parts, lambda part: isinstance(part, str)):
        if is_line:
            lines = [text(str(line)) for line in run if line]
            told += [f"<p>{'<br>'.join(lines)}</p>"] if lines else []
        else:
            told += [_table(part) for part in run if isinstance(part, Table)]
    return "\n".join(told)


def text(of: str) -> str:
    """Return a text that is neither markup nor moves anything: it may come from a document."""
    return escape(visible(of))


def _table(table: Table) -> str:
    sides = ["left" if column.justify == "left" else "right" for column in table.columns]
    heads = "".join(
        f'<th scope="col" align="{side}">{text(str(column.header))}</th>'
        for column, side in zip(table.columns, sides, strict=True)
    )
    rows = zip(*(column.cells for column in table.columns), strict=True)
    body = "\n".join(
        "<tr>"
        + "".join(f'<td align="{side}">{text(str(cell))}</td>' for cell, side in zip(row, sides, strict=True))
        + "</tr>"
        for row in rows
    )
    caption = f"<caption>{text(str(table.title))}</caption>" if table.title else ""
    return f"<table>{caption}<thead><tr>{heads}</tr></thead><tbody>\n{body}\n</tbody></table>"
