"""What the time of a workload is made of, part by part: stages of a whole life, a message's acceptance."""

from __future__ import annotations

from typing import Any

from ipcbench.report.charts.canvas import COLOURS
from ipcbench.report.interactive.explorer import View
from ipcbench.report.interactive.marks import (
    SHAPES,
    SHOWN,
    WIDTH,
    figure_axis,
    filtered,
    hovered,
    parameters,
    spec,
    with_intervals,
)
from ipcbench.report.interactive.run_rows import RunRows

READS = (
    "What is timed besides the whole, a colour each: further left is less. Lines stand for 95 % intervals; "
    "parts that follow one another add up to the whole."
)


def view(rows: RunRows) -> View | None:
    """Return the chart; None where no workload has parts."""
    if not rows.parts:
        return None
    chooses = [*(each.name for each in rows.filters), SHOWN]
    asked = [name for name, was_asked in rows.series.items() if was_asked]
    drawn = spec(
        parameters(rows, chooses),
        "figures",
        title={"text": "Parts of the time", "anchor": "start"},
        transform=[
            *filtered(chooses),
            {"filter": {"field": "quantity", "oneOf": list(rows.parts)}},
            # A part that is a difference may be nothing.
            {"filter": "datum.value > 0 && datum.low > 0"},
        ],
        width=WIDTH - 120,
        height={"step": 22},
        layer=_layers(rows.parts, asked),
    )
    return View("Parts of the time", READS, drawn, chooses=chooses)


def _layers(parts: list[str], asked: list[str]) -> list[dict[str, Any]]:
    y = {"field": "series", "type": "nominal", "sort": asked, "axis": {"title": None, "labelLimit": 220}}
    markers = list(SHAPES.values())
    looks = {
        channel: {
            "field": "quantity",
            "type": "nominal",
            "scale": {"domain": parts, "range": [which[place % len(which)] for place in range(len(parts))]},
            "legend": {"title": None, "orient": "top", "columns": 4},
        }
        for channel, which in (("color", list(COLOURS)), ("shape", markers))
    }
    words = hovered("series", "quantity", "size", "text")
    return with_intervals(figure_axis("'s'", scale="x"), y, looks, words)
