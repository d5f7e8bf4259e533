"""The page itself: one file that asks nobody for anything, with every text escaped and no script at all."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ipcbench.report.charts.canvas import svg
from ipcbench.report.formats.html import as_html, text
from ipcbench.report.page.blocks import Block, Drawing

_STYLE = Path(__file__).with_name("style.css")


def page(title: str, blocks: Sequence[Block]) -> str:
    """Return the page; nothing in it comes from elsewhere, and nothing in it runs."""
    style = _STYLE.read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode("ascii")
    policy = f"default-src 'none'; img-src data:; style-src 'sha256-{digest}'; form-action 'none'"
    links = "".join(
        f'<li><a href="#part-{number}">{text(block.heading)}</a></li>' for number, block in enumerate(blocks)
    )
    body = "\n".join(line for number, block in enumerate(blocks) for line in _section(block, number))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)}</title>
<style>{style}</style>
</head>
<body>
<header><h1>{text(title)}</h1></header>
<nav aria-label="Parts of this page"><ul>{links}</ul></nav>
<main>
{body}
</main>
</body>
</html>
"""


def _section(block: Block, number: int) -> Iterator[str]:
    yield f'<section aria-labelledby="part-{number}">'
    yield f'<h2 id="part-{number}">{text(block.heading)}</h2>'
    yield from _content(block)
    yield "</section>"


def _content(block: Block) -> Iterator[str]:
    if block.parts:
        # A table that is wider than the screen is moved by itself, also by keys.
        yield f'<div class="wide" role="region" tabindex="0" aria-label="{text(block.heading)}">'
        yield as_html(block.parts)
        yield "</div>"
    for drawing in block.drawings:
        yield _figure(drawing)
    for folded in block.folded:
        yield f"<details><summary>{text(folded.heading)}</summary>"
        yield from _content(folded)
        yield "</details>"


def _figure(drawing: Drawing) -> str:
    data = base64.b64encode(svg(drawing.figure)).decode("ascii")
    return (
        f'<figure><img alt="{text(drawing.title)}" src="data:image/svg+xml;base64,{data}">'
        f"<figcaption>{text(drawing.reads)}</figcaption></figure>"
    )
