"""Any figure by what a workload was given: messages of a burst, how long a producer computes."""

from __future__ import annotations

import json
from typing import Any

from ipcbench.plan.coordinates import BY_NAME
from ipcbench.report.interactive.explorer import View
from ipcbench.report.interactive.marks import (
    CALLED,
    CHOSEN,
    HEIGHT,
    LOGARITHMIC,
    QUANTITY,
    SHOWN,
    UNIT,
    WIDTH,
    colours,
    figure_axis,
    filtered,
    hovered,
    labelled_places,
    lines_with_intervals,
    parameters,
    spec,
)
from ipcbench.report.interactive.run_rows import RunRows

TITLE = "Figures by the workload's parameter"
READS = (
    "What is chosen, by what the workload was given, all its parameters together: of the workload that is "
    "chosen, or of the first that was measured with several. Lines stand for 95 % intervals."
)


def view(rows: RunRows) -> View | None:
    """Return the chart; None where no workload was measured with several numbers or durations."""
    if not rows.swept:
        return None
    workload = BY_NAME["workload"].name
    others = [*(each.name for each in rows.filters if each.name != workload), SHOWN, QUANTITY, CALLED, UNIT]
    is_chosen = any(each.name == workload for each in rows.filters)
    chooses = [*([workload] if is_chosen else []), *others]
    drawn = spec(
        parameters(rows, chooses),
        "figures",
        title={"text": {"expr": f"{CHOSEN}{CALLED}"}, "anchor": "start"},
        transform=[*filtered(others), {"filter": _of_the_chosen(rows, workload, is_chosen=is_chosen)}],
        width=WIDTH,
        height=HEIGHT,
        layer=_layers(rows),
    )
    return View(TITLE, READS, drawn, chooses=chooses)


def _of_the_chosen(rows: RunRows, workload: str, *, is_chosen: bool) -> str:
    """Return what is true of the rows of the workload that is chosen, with whichever parameter."""
    names = {text: each.name for text, each in rows.swept.items()}
    first = json.dumps(next(iter(names.values())))
    chosen = f"({json.dumps(names)})[{CHOSEN}{workload}] || {first}" if is_chosen else first
    return f"datum.swept === ({chosen})"


def _layers(rows: RunRows) -> list[dict[str, Any]]:
    places = {each.at: each.parameter for each in sorted(rows.swept.values(), key=lambda each: each.at)}
    x = {
        "field": "parameter_at",
        "type": "quantitative",
        "scale": LOGARITHMIC,
        "axis": {"title": "parameter of the workload", **labelled_places(places)},
    }
    words = hovered("series", "workload", "size", "text")
    return lines_with_intervals(x, figure_axis(scale="y"), colours(rows), words)
