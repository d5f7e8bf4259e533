"""The page itself: one file that asks nobody for anything, with every text escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ipcbench.report.charts.canvas import svg
from ipcbench.report.formats.html import as_html, picture, text
from ipcbench.report.interactive import bundle
from ipcbench.report.page.blocks import Block, Drawing
from ipcbench.report.page.explorers import explorer_html

_STYLE, _SCRIPT = (Path(__file__).with_name(name) for name in ("style.css", "page.js"))


def page(title: str, blocks: Sequence[Block]) -> str:
    """Return the page; nothing in it comes from elsewhere, and nothing in it runs but what is ours.

    That is the page's own script, and Vega's where there are charts for it.
    """
    style = _STYLE.read_text(encoding="utf-8")
    scripts = [bundle.javascript()] if any(block.explorer for block in blocks) else []
    scripts.append(_SCRIPT.read_text(encoding="utf-8"))
    allowed = " ".join(map(_hash, scripts))
    policy = (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {allowed}; "
        "form-action 'none'; base-uri 'none'"
    )
    links = "".join(
        f'<li><a href="#part-{number}">{text(block.heading)}</a></li>' for number, block in enumerate(blocks)
    )
    ran = "\n".join(f"<script>{script}</script>" for script in scripts)
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
{ran}
</body>
</html>
"""


def _hash(content: str) -> str:
    """Return what a policy names a style or a script by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode('ascii')}'"


def _section(block: Block, number: int) -> Iterator[str]:
    yield f'<section aria-labelledby="part-{number}">'
    yield f'<h2 id="part-{number}">{text(block.heading)}</h2>'
    yield from _content(block)
    yield "</section>"


def _content(block: Block) -> Iterator[str]:
    if block.parts:
        # A table that is wider than the screen is moved by itself, also by keys.
        yield f'<div class="wide" role="region" tabindex="0" aria-label="{text(block.heading)}: in full">'
        yield as_html(block.parts)
        yield "</div>"
    if block.explorer:
        yield from explorer_html(block.explorer)
    for drawing in block.drawings:
        yield _figure(drawing)
    for folded in block.folded:
        yield f"<details><summary>{text(folded.heading)}</summary>"
        yield from _content(folded)
        yield "</details>"


def _figure(drawing: Drawing) -> str:
    return (
        f"<figure>{picture(drawing.title, svg(drawing.figure))}"
        f"<figcaption>{text(drawing.reads)}</figcaption></figure>"
    )
