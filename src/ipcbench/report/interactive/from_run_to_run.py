"""A history: each cell's time from run to run, with the changes that were found."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import Any

from ipcbench.analysis.history import Series
from ipcbench.plan.coordinates import name_parts
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import line_style
from ipcbench.report.charts.history import change_text
from ipcbench.report.interactive.explorer import Explorer, Filter, View
from ipcbench.report.interactive.marks import (
    CHOSEN,
    HEIGHT,
    LOGARITHMIC,
    SHAPES,
    STEPS,
    WIDTH,
    hovered,
    labelled,
    spec,
)
from ipcbench.report.tables.history import Z_95

CELLS = "cells"


def explorer_of_history(series: Sequence[Series]) -> Explorer | None:
    """Return the chart of a history, of channels that differ in nothing else at a time."""
    rows = [row for each in series for row in _points(each)]
    if not rows:
        return None
    cells = list(dict.fromkeys(row[CELLS] for row in rows))
    drawn = spec(
        [{"name": f"{CHOSEN}{CELLS}", "value": cells[0]}],
        "figures",
        title={"text": "time a message from run to run", "anchor": "start"},
        width=WIDTH,
        height=HEIGHT,
        transform=[{"filter": f"datum.{CELLS} === {CHOSEN}{CELLS}"}],
        layer=_layers(rows),
    )
    reads = (
        "A point is a stored run with its 95 % interval, a percentage a change that begins with it; lines "
        "break where the environment changed."
    )
    view = View("From run to run", reads, drawn, chooses=(CELLS,))
    return Explorer({"figures": rows}, [view], filters=[Filter(CELLS, "cell", cells)])


def _layers(rows: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    runs = list(dict.fromkeys(row["run"] for row in rows))
    x = {
        "field": "run",
        "type": "ordinal",
        "sort": runs,
        "axis": {"title": "stored run", "labelAngle": 0, "labelOverlap": "greedy"},
    }
    y = {
        "field": "value",
        "type": "quantitative",
        "scale": {**LOGARITHMIC, "padding": 12},
        "axis": {**STEPS, "title": None, "labelExpr": labelled("'s'", every=True)},
    }
    looks = _looks(list(dict.fromkeys(row["series"] for row in rows)))
    here, colour = {"x": x, "y": y}, {"color": looks["color"]}
    return [
        {
            "mark": {"type": "line", "aria": False},
            "encoding": {**here, **colour, "detail": {"field": "stretch"}},
        },
        {
            "mark": {"type": "rule", "aria": False, "strokeWidth": 2},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, **colour},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
            "encoding": {**here, **looks, **hovered("series", "run", "text")},
        },
        {
            "mark": {"type": "text", "dy": -14, "fontWeight": "bold", "aria": False},
            "encoding": {**here, "text": {"field": "change"}, **colour},
        },
    ]


def _looks(channels: Sequence[str]) -> dict[str, Any]:
    styles = [line_style(channel, channels) for channel in channels]
    ranges = {
        "color": [style["color"] for style in styles],
        "shape": [SHAPES[style.get("marker", "o")] for style in styles],
    }
    return {
        name: {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": list(channels), "range": each},
            "legend": {"title": None, "orient": "top", "columns": 3},
        }
        for name, each in ranges.items()
    }


def _points(series: Series) -> Iterator[dict[str, Any]]:
    key = series.key
    cells = " ".join([*name_parts(key, ("channel", "size")), format_size(key.payload_bytes), series.machine])
    for number, stretch in enumerate(series.stretches):
        changes = {change.index: change_text(stretch, change) for change in stretch.changes}
        for place, point in enumerate(stretch.points):
            value, low, high = (math.exp(point.log + side * Z_95 * point.error) for side in (0, -1, 1))
            text = f"{wording.seconds(value)} [{wording.seconds(low)}, {wording.seconds(high)}]"
            run = point.run.name.split("_")[0]
            yield {
                CELLS: cells, "series": key.channel, "run": run, "stretch": str(number),
                "value": value, "low": low, "high": high, "text": text,
                "change": changes.get(place, ""), "says": f"{key.channel} run {run}: {text}",
            }  # fmt: skip
