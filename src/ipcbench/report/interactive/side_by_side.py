"""Any figure of one size, with all that it was measured under side by side: placements, builds."""

from __future__ import annotations

from itertools import product
from typing import Any

from ipcbench.report.interactive.explorer import View
from ipcbench.report.interactive.marks import (
    CALLED,
    CHOSEN,
    QUANTITY,
    SHOWN,
    UNIT,
    WIDTH,
    colours,
    figure_axis,
    filtered,
    hovered,
    parameters,
    spec,
    with_intervals,
)
from ipcbench.report.interactive.run_rows import RunRows

#: Of which one value is looked at at a time here, too.
ONE_AT_A_TIME = ("size", "workload")


def view(rows: RunRows) -> View | None:
    """Return the chart; None where there is nothing to set side by side."""
    besides = [each for each in rows.filters if each.name not in ONE_AT_A_TIME]
    if not besides and len(rows.series) < 2:
        return None
    chooses = [each.name for each in rows.filters if each not in besides]
    # Rows have room for all of many; which of them are chosen is for charts of lines.
    always = rows.plain if rows.are_many else ()
    chooses += [*([] if always else [SHOWN]), QUANTITY, CALLED, UNIT]
    body: dict[str, Any] = {"width": WIDTH - 120, "height": {"step": 18}, "layer": _layers(rows)}
    if besides:
        order = [" ".join(values) for values in product(*(each.values for each in besides))]
        body = {"facet": {"row": _panels(order)}, "spec": body, "spacing": 6}
    under = " + ' ' + ".join(f"datum.{each.name}" for each in besides) or "''"
    drawn = spec(
        parameters(rows, chooses),
        "figures",
        title={"text": {"expr": f"{CHOSEN}{CALLED}"}, "anchor": "start"},
        transform=[*filtered(chooses, always), {"calculate": under, "as": "under"}],
        **body,
    )
    reads = f"One size at a time{', the least first' if always else ''}: further left is less. "
    reads += "Lines stand for 95 % intervals."
    return View("Channels side by side at one size", reads, drawn, chooses=chooses)


def _panels(order: list[str]) -> dict[str, Any]:
    header = {"title": None, "labelAngle": 0, "labelAlign": "left", "labelOrient": "top"}
    look = {"labelAnchor": "start", "labelFontWeight": "bold"}
    return {"field": "under", "type": "nominal", "sort": order, "header": {**header, **look}}


def _layers(rows: RunRows) -> list[dict[str, Any]]:
    # Rows have their names; a legend of many would be as long as the chart.
    x, looks = figure_axis(scale="x"), colours(rows, with_legend=not rows.are_many)
    y = {
        "field": "series", "type": "nominal",
        "sort": {"field": "value", "op": "min"} if rows.are_many else list(rows.series),
        "axis": {"title": None, "labelLimit": 220},
    }  # fmt: skip
    return with_intervals(x, y, looks, hovered("series", "under", "size", "text"))
