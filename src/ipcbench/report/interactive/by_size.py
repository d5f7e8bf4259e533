"""Any figure by message size, and under it the time to the reference's, with one crosshair through both."""

from __future__ import annotations

from typing import Any

from ipcbench.report.interactive.explorer import View
from ipcbench.report.interactive.marks import (
    CALLED,
    CHOSEN,
    HEIGHT,
    QUANTITY,
    RATIOS,
    SHOWN,
    UNIT,
    WIDTH,
    colours,
    figure_axis,
    filtered,
    hovered,
    lines_with_intervals,
    parameters,
    size_axis,
    spec,
)
from ipcbench.report.interactive.run_rows import RunRows
from ipcbench.report.metrics import TO_REFERENCE

#: What a pointer is over: the nearest size, in both panels.
_AT = {
    "name": "at",
    "select": {
        "type": "point", "nearest": True, "on": "pointermove", "clear": "pointerout", "encodings": ["x"],
    },
    "views": ["upper", "lower"],
}  # fmt: skip


def view(rows: RunRows) -> View | None:
    """Return the chart; None where all messages have one size."""
    if len(rows.sizes) < 2:
        return None
    places = [*(each.name for each in rows.filters if each.name != "size"), SHOWN]
    chooses = [*places, QUANTITY, CALLED, UNIT]
    upper = _layers("upper", rows, figure_axis(scale="concat_0_y"))
    panels = [_panel({"expr": f"{CHOSEN}{CALLED}"}, HEIGHT, filtered(chooses), upper)]
    if any(row["quantity"] == TO_REFERENCE.name for row in rows.figures):
        ratios = [*filtered(places), {"filter": f"datum.quantity === '{TO_REFERENCE.name}'"}]
        one = {"mark": {"type": "rule", "aria": False}, "encoding": {"y": {"datum": 1}}}
        lower = [
            {"data": {"values": [{}]}, **one},
            *_layers("lower", rows, {**figure_axis(), "axis": {**RATIOS, "title": None}}),
        ]
        title = "time to the reference's, measured in turns"
        panels.append(_panel(title, HEIGHT * 0.6, ratios, lower))
    return View(
        "Figures by message size",
        "Above, what is chosen; below, each one's time to the reference's: under 1 it is faster. Lines stand "
        "for 95 % intervals; where lines lie on one another, the lower chart tells them apart. What has no "
        "point was not measured, or had too few messages.",
        spec([*parameters(rows, chooses), _AT], "figures", vconcat=panels),
        chooses=chooses,
    )


def _panel(title: Any, height: float, chosen: list[dict[str, Any]], layers: list[dict[str, Any]]) -> Any:
    return {
        "title": {"text": title, "anchor": "start"},
        "width": WIDTH,
        "height": height,
        "transform": chosen,
        "layer": layers,
    }


def _layers(name: str, rows: RunRows, y: dict[str, Any]) -> list[dict[str, Any]]:
    x, looks = size_axis(rows.sizes), colours(rows)
    here = {"x": x, "y": y}
    return [
        # Below the points, so that these have their own words.
        {"name": name, "mark": {"type": "point", "opacity": 0, "aria": False}, "encoding": here},
        {
            "transform": [{"filter": {"param": "at", "empty": False}}],
            "mark": {"type": "rule", "color": "#888888", "aria": False},
            "encoding": {"x": x},
        },
        *lines_with_intervals(x, y, looks, hovered("series", "size", "text")),
    ]
