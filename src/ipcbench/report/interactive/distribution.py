"""How long single messages take, by percentile: the shape that a mean hides."""

from __future__ import annotations

from typing import Any

from ipcbench.report.interactive.explorer import View
from ipcbench.report.interactive.marks import (
    HEIGHT,
    LOGARITHMIC,
    SHOWN,
    STEPS,
    WIDTH,
    colours,
    filtered,
    hovered,
    labelled,
    parameters,
    spec,
)
from ipcbench.report.interactive.run_rows import DEEPEST, RunRows


def view(rows: RunRows) -> View | None:
    """Return the chart; None where no message was timed by itself."""
    if not rows.distributions:
        return None
    several = [each.name for each in rows.filters if len({row[each.name] for row in rows.distributions}) > 1]
    chooses = [*several, SHOWN]
    drawn = spec(
        parameters(rows, chooses),
        "distributions",
        title={"text": "time of single messages by percentile", "anchor": "start"},
        width=WIDTH,
        height=HEIGHT,
        transform=filtered(chooses),
        layer=_layers(rows),
    )
    reads = "How long all but so many of the messages took at most: the further right, the rarer. "
    reads += "A point says the interval of its percentile, over launches."
    return View("Time of single messages by percentile", reads, drawn, "distributions", chooses)


def _layers(rows: RunRows) -> list[dict[str, Any]]:
    looks = colours(rows)
    here = {
        "x": {"field": "beyond", "type": "quantitative", "scale": {"type": "log"}, "axis": _percentiles()},
        "y": {
            "field": "value",
            "type": "quantitative",
            "scale": LOGARITHMIC,
            "axis": {**STEPS, "title": None, "labelExpr": labelled("'s'")},
        },
        "color": looks["color"],
    }
    return [
        {"mark": {"type": "line", "interpolate": "step-before", "aria": False}, "encoding": here},
        {
            "mark": {"type": "point", "filled": True, "size": 18, "opacity": 1},
            "encoding": {**here, "shape": looks["shape"], **hovered("series", "text")},
        },
    ]


def _percentiles() -> dict[str, Any]:
    """Return the axis of 1 / (1 - share): each power of ten is one more nine."""
    nines = range(DEEPEST + 1)
    names = ", ".join(f"'{10**n}': '{100 * (1 - 10**-n):.{max(0, n - 2)}f} %'" for n in nines)
    return {
        "title": "percentile, all launches together",
        "values": [10**n for n in nines],
        "labelExpr": f"({{{names}}})[datum.value]",
    }
