"""Charts that are chosen from, as HTML: controls, pictures, and what the script draws from."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ipcbench.report.formats.html import picture, text
from ipcbench.report.interactive.explorer import Explorer, View, without_controls


def explorer_html(explorer: Explorer, pictures: Iterator[str]) -> Iterator[str]:
    """Yield the fragment of an explorer; its controls are shown by the script, instead of its pictures."""
    yield '<div class="explorer">'
    yield '<form class="controls" hidden>'
    yield from _controls(explorer)
    yield "</form>"
    for view in explorer.views:
        yield _figure(view, next(pictures))
    yield f'<script type="application/json">{_data(explorer)}</script>'
    yield "</div>"


def _controls(explorer: Explorer) -> Iterator[str]:
    if explorer.series:
        yield "<fieldset><legend>shown</legend>"
        for name, is_shown in explorer.series.items():
            box = f'<input type="checkbox" name="shown" value="{text(name)}"{" checked" if is_shown else ""}>'
            yield f"<label>{box} {text(name)}</label>"
        yield "</fieldset>"
    if explorer.quantities:
        options = "".join(
            f'<option value="{text(each.key)}" data-unit="{text(each.unit)}" '
            f'data-positive="{str(each.is_positive).lower()}">{text(each.label)}</option>'
            for each in explorer.quantities
        )
        yield f'<label>figure <select name="quantity">{options}</select></label>'
        axes = "<option>logarithmic</option><option>linear</option>"
        yield f'<label>axis <select name="axis">{axes}</select></label>'
    for each in explorer.filters:
        options = "".join(f"<option>{text(value)}</option>" for value in each.values)
        yield (
            f'<label>{text(each.label)} <select name="{text(each.name)}" data-coordinate>'
            f"{options}</select></label>"
        )


def _figure(view: View, drawn: str) -> str:
    how = f"{view.title}: arrow keys read its points"
    return (
        f"<figure>{picture(view.title, drawn.encode())}"
        f'<div class="live" tabindex="0" role="group" aria-label="{text(how)}">'
        f'</div><p class="said" aria-live="polite"></p><figcaption>{text(view.reads)}</figcaption></figure>'
    )


def _data(explorer: Explorer) -> str:
    views = [
        {"spec": without_controls(view.spec), "data": view.data, "chooses": list(view.chooses)}
        for view in explorer.views
    ]
    data = {name: _columns(without_controls(rows)) for name, rows in explorer.data.items()}
    told = json.dumps({"views": views, "data": data}, ensure_ascii=False, separators=(",", ":"))
    # Nothing in it may end the element that it stands in, or begin another.
    return told.replace("<", "\\u003c")


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return rows as columns, texts once each: a run has thousands of rows with the same few words."""
    names = dict.fromkeys(name for row in rows for name in row)
    return {name: _column([row.get(name) for row in rows]) for name in names}


def _column(values: Sequence[Any]) -> dict[str, Any]:
    if not any(isinstance(value, str) for value in values):
        return {"numbers": list(values)}
    places = {value: place for place, value in enumerate(dict.fromkeys(values))}
    return {"texts": list(places), "numbers": [places[value] for value in values]}
