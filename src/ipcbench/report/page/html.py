"""The page itself: one file that asks nobody for anything, with every text escaped."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from ipcbench.report.charts.canvas import svg
from ipcbench.report.formats.html import as_html, picture, text
from ipcbench.report.interactive.bundle import draw
from ipcbench.report.interactive.marks import CHOSEN, WIDTH
from ipcbench.report.page.blocks import Block, Drawing
from ipcbench.report.page.explorers import explorer_html

_STYLE, _SCRIPT = (Path(__file__).with_name(name) for name in ("style.css", "page.js"))


def page(title: str, blocks: Sequence[Block], remark: str = "") -> str:
    """Return the page; nothing in it comes from elsewhere, and nothing in it runs but what is ours.

    That is the page's own script, and Vega's where there are charts for it. Raises CannotDrawError where
    these cannot be drawn.
    """
    style = _STYLE.read_text(encoding="utf-8")
    explorers = [block.explorer for block in blocks if block.explorer]
    pictures, vega = (
        draw([spec for each in explorers for spec in each.specifications()]) if explorers else ([], "")
    )
    scripts = [script for script in (vega, _SCRIPT.read_text(encoding="utf-8")) if script]
    links = "".join(
        f'<li><a href="#part-{number}">{text(block.heading)}</a></li>' for number, block in enumerate(blocks)
    )
    ran = "\n".join(f"<script>{script}</script>" for script in scripts)
    drawn = iter(pictures)
    body = "\n".join(line for number, block in enumerate(blocks) for line in _section(block, number, drawn))
    return f"""<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="{_policy(style, scripts)}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{text(title)}</title>
<style>{style}</style>
</head>
<body data-parameter="{CHOSEN}" data-width="{WIDTH}">
<header><h1>{text(title)}</h1>{f"<p>{text(remark)}</p>" if remark else ""}</header>
<nav aria-label="Parts of this page"><ul>{links}</ul></nav>
<main>
{body}
</main>
{ran}
</body>
</html>
"""


def _policy(style: str, scripts: Sequence[str]) -> str:
    allowed = " ".join(map(_hash, scripts))
    return (
        f"default-src 'none'; img-src data:; style-src {_hash(style)}; script-src {allowed}; "
        "form-action 'none'; base-uri 'none'"
    )


def _hash(content: str) -> str:
    """Return what a policy names a style or a script by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(content.encode()).digest()).decode('ascii')}'"


def _section(block: Block, number: int, pictures: Iterator[str]) -> Iterator[str]:
    yield f'<section aria-labelledby="part-{number}">'
    yield f'<h2 id="part-{number}">{text(block.heading)}</h2>'
    yield from _content(block, f"part-{number}", pictures)
    yield "</section>"


def _content(block: Block, name: str, pictures: Iterator[str]) -> Iterator[str]:
    # A row that is called as a folded part leads there: a link into what is folded opens it.
    names = [f"{name}-{number}" for number in range(len(block.folded))]
    links = {folded.heading: each for folded, each in zip(block.folded, names, strict=True)}
    if block.parts:
        # A table that is wider than the screen is moved by itself, also by keys.
        yield f'<div class="wide" role="region" tabindex="0" aria-label="{text(block.heading)}: in full">'
        yield as_html(block.parts, links)
        yield "</div>"
    if block.explorer:
        yield from explorer_html(block.explorer, pictures)
    for drawing in block.drawings:
        yield _figure(drawing)
    for folded, each in zip(block.folded, names, strict=True):
        yield f'<details><summary>{text(folded.heading)}</summary><div id="{each}">'
        yield from _content(folded, each, pictures)
        yield "</div></details>"


def _figure(drawing: Drawing) -> str:
    return (
        f"<figure>{picture(drawing.title, svg(drawing.figure))}"
        f"<figcaption>{text(drawing.reads)}</figcaption></figure>"
    )
