"""What a command says as HTML: lines as paragraphs, tables as tables, everything else than these escaped."""

from __future__ import annotations

import base64
from collections.abc import Iterable, Mapping
from html import escape
from itertools import groupby

from rich.table import Table

from ipcbench.report.tables.layout import Part
from ipcbench.visible import visible

#: What a column is called that has no heading in a terminal, where its words explain themselves.
NAMELESS = "remarks"


def as_html(parts: Iterable[Part], links: Mapping[str, str] | None = None) -> str:
    """Return lines and tables as a fragment of HTML; `links` has ids of what cells with such a text name."""
    told = []
    for is_line, run in groupby(parts, lambda part: isinstance(part, str)):
        if is_line:
            lines = [text(str(line)) for line in run if line]
            told += [f"<p>{'<br>'.join(lines)}</p>"] if lines else []
        else:
            told += [_table(part, links or {}) for part in run if isinstance(part, Table)]
    return "\n".join(told)


def text(of: str) -> str:
    """Return a text that is neither markup nor moves anything: it may come from a document."""
    return escape(visible(of))


def picture(title: str, svg: bytes) -> str:
    """Return an image that stands in the page itself, and what it shows in words."""
    data = base64.b64encode(svg).decode("ascii")
    return f'<img alt="{text(title)}" src="data:image/svg+xml;base64,{data}">'


def _table(table: Table, links: Mapping[str, str]) -> str:
    # What is usual stands once: of a page of two hundred cases, cells are a third.
    sides = [' align="left"' if column.justify == "left" else "" for column in table.columns]
    heads = "".join(
        f'<th scope="col"{side}>{text(str(column.header).strip() or NAMELESS)}</th>'
        for column, side in zip(table.columns, sides, strict=True)
    )
    rows = zip(*(column.cells for column in table.columns), strict=True)
    body = "\n".join(
        "<tr>"
        + "".join(
            f"<td{side}>{_linked(str(cell), links)}</td>" for cell, side in zip(row, sides, strict=True)
        )
        + "</tr>"
        for row in rows
    )
    caption = f"<caption>{text(str(table.title))}</caption>" if table.title else ""
    head = f'<thead><tr align="right">{heads}</tr></thead>'
    return f'<table>{caption}{head}<tbody align="right">\n{body}\n</tbody></table>'


def _linked(cell: str, links: Mapping[str, str]) -> str:
    return f'<a href="#{links[cell]}">{text(cell)}</a>' if cell in links else text(cell)
