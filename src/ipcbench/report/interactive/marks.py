"""What charts in a browser share: colours, controls as parameters, axes, and words for points."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from ipcbench.analysis.groups import LOSSY
from ipcbench.report.charts.canvas import line_style
from ipcbench.report.interactive.run_rows import RunRows

#: Of a logarithmic axis: its powers of ten are seen better than what lies between.
_DECADE = "datum.value / pow(10, round(log(datum.value) / LN10))"
STEPS = {
    "gridOpacity": {"condition": {"test": f"abs({_DECADE} - 1) < 1e-6", "value": 1}, "value": 0.35},
    "tickCount": 6,
    "labelOverlap": "greedy",
}
#: A scale whose end is less than so many times its beginning may have one or none of its labels in it.
_SHORT = 5
#: The axis of ratios.
RATIOS = {
    "values": [
        *(2.0**power for power in range(-10, 0)),
        0.7,
        1,
        1.4,
        *(2.0**power for power in range(1, 11)),
    ],
    "labelExpr": "format(datum.value, '.2~r') + '×'",
    "labelOverlap": "greedy",
}
#: The scale of figures that are above 0; it ends where they do.
LOGARITHMIC = dict(type="log", nice=False, padding=6)  # noqa: C408  (a name of theirs, and of a setting)
SCHEMA = "https://vega.github.io/schema/vega-lite/v6.json"
#: The parameter that says which of what is compared is shown, and the one that says which figure.
SHOWN, QUANTITY, CALLED, UNIT = "shown", "quantity", "called", "unit"
#: Before the names of parameters: Vega has some of its own.
CHOSEN = "chosen_"
WIDTH, HEIGHT = 640, 300
#: Names in a legend; Vega has thirty unless told.
MOST_NAMED = 200
#: Vega's names for the markers of the other charts.
SHAPES = {
    "o": "circle", "s": "square", "^": "triangle-up", "D": "diamond", "v": "triangle-down", "P": "cross",
    "X": "triangle-right",
}  # fmt: skip


def parameters(rows: RunRows, chooses: Iterable[str]) -> list[dict[str, Any]]:
    """Return what controls set, with what they begin with."""
    first: dict[str, Any] = {each.name: each.values[0] for each in rows.filters}
    first["size"] = next(iter(rows.sizes.values()))
    first[SHOWN] = rows.first
    first |= {
        QUANTITY: rows.quantities[0].key,
        CALLED: rows.quantities[0].label,
        UNIT: rows.quantities[0].unit,
    }
    return [{"name": f"{CHOSEN}{name}", "value": first[name]} for name in chooses]


def filtered(chooses: Iterable[str], always: Sequence[str] = ()) -> list[dict[str, Any]]:
    """Return what leaves only the rows that were chosen; instead of what is shown, `always` these."""
    says = " + ' ' + ".join(f"datum.{name}" for name in ("series", "size", "text"))
    equal = [name for name in chooses if name not in (SHOWN, CALLED, UNIT)]
    return [
        {"filter": {"field": "series", "oneOf": list(always)}}
        if always
        else {"filter": f"indexof({CHOSEN}{SHOWN}, datum.series) >= 0"},
        {"calculate": says, "as": "says"},
        *({"filter": f"datum.{name} === {CHOSEN}{name}"} for name in equal),
    ]


def colours(rows: RunRows, *, with_legend: bool = True) -> dict[str, Any]:
    """Return how what is compared differs: in colour by channel, as in every other chart, and in marker.

    A channel in another state than the usual one, as where memory is kept, has dashes besides.
    """
    asked = list(
        dict.fromkeys(name.partition(" ")[0] for name, was_asked in rows.series.items() if was_asked)
    )
    styles = [line_style(name.partition(" ")[0], asked) for name in rows.series]
    plain = [" " not in name.removesuffix(f" {LOSSY}") for name in rows.series]
    shown = {"expr": f"{CHOSEN}{SHOWN}"}
    legend = {
        "title": None,
        "orient": "top",
        "columns": 3,
        "columnPadding": 24,
        "labelLimit": 240,
        "symbolLimit": MOST_NAMED,
        "values": shown,
    }
    ranges = {
        "color": [style["color"] for style in styles],
        "shape": [SHAPES[style.get("marker", "o")] for style in styles],
        "strokeDash": [[1, 0] if is_plain else [5, 3] for is_plain in plain],
    }
    return {
        channel: {
            "field": "series",
            "type": "nominal",
            "scale": {"domain": list(rows.series), "range": each},
            "legend": legend if with_legend else None,
        }
        for channel, each in ranges.items()
    }


def size_axis(sizes: Mapping[int, str]) -> dict[str, Any]:
    """Return the encoding of message sizes: a label at each that was measured, where there is room."""
    kind = {"type": "log", "base": 2} if min(sizes) > 0 else {}
    return {
        "field": "size_bytes",
        "type": "quantitative",
        "scale": {"domain": [min(sizes), max(sizes)], "padding": 6, **kind},
        "axis": {"title": "message size", **labelled_places(sizes)},
    }


def labelled_places(names: Mapping[Any, str]) -> dict[str, Any]:
    """Return an axis that has a label at each of these places, where there is room."""
    return {
        "values": list(names),
        "labelExpr": f"({json.dumps([*names.values()])})[indexof({json.dumps([*names])}, datum.value)]",
        "labelOverlap": "greedy",
        "labelSeparation": 6,
        "grid": False,
    }


def figure_axis(unit: str = f"{CHOSEN}{UNIT}", *, scale: str = "") -> dict[str, Any]:
    """Return the encoding of a figure, of the chosen one unless told otherwise: its unit is at each label.

    Given the scale's name, which is known where a chart has one, a short one is labelled everywhere.
    """
    return {
        "field": "value",
        "type": "quantitative",
        "scale": LOGARITHMIC,
        "axis": {**STEPS, "title": None, "labelExpr": labelled(unit, scale=scale)},
    }


def labelled(unit: str, *, every: bool = False, scale: str = "") -> str:
    """Return the expression for labels of an axis: of each power of ten 1, 2 and 5, or all.

    Of a scale that ends before it has grown so far that three of those lie in it, all.
    """
    if every:
        return f"format(datum.value, '~s') + {unit}"
    first = "toNumber(slice(format(datum.value, '.0e'), 0, 1))"
    labels = f"datum.value <= 0 || indexof([1, 2, 5], {first}) >= 0"
    if scale:
        labels += f" || domain('{scale}')[1] < {_SHORT} * domain('{scale}')[0]"
    return f"{labels} ? format(datum.value, '~s') + {unit} : ''"


def hovered(*fields: str) -> dict[str, Any]:
    """Return what a point says where it is hovered, and to those who do not see it."""
    return {
        "tooltip": [{"field": field, "title": field.replace("_", " ")} for field in fields],
        "description": {"field": "says"},
    }


def with_intervals(
    x: Mapping[str, Any], y: Mapping[str, Any], looks: Mapping[str, Any], words: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the layers of points, in colour and marker, on the lines of their intervals."""
    between = {"x": {**x, "field": "low"}, "x2": {"field": "high"}}
    value, seen = {**x, "field": "value"}, {channel: looks[channel] for channel in ("color", "shape")}
    return [
        {
            "mark": {"type": "rule", "strokeWidth": 2, "aria": False},
            "encoding": {"y": y, **between, "color": looks["color"]},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 70, "opacity": 1},
            "encoding": {"y": y, "x": value, **seen, **words},
        },
    ]


def lines_with_intervals(
    x: Mapping[str, Any], y: Mapping[str, Any], looks: Mapping[str, Any], words: Mapping[str, Any]
) -> list[dict[str, Any]]:
    """Return the layers of lines through points with their intervals, in colour, dashes and marker."""
    here, colour = {"x": x, "y": y}, looks["color"]
    return [
        {
            "mark": {"type": "line", "aria": False},
            "encoding": {**here, "color": colour, "strokeDash": looks["strokeDash"]},
        },
        {
            "mark": {"type": "rule", "strokeWidth": 2, "aria": False},
            "encoding": {"x": x, "y": {**y, "field": "low"}, "y2": {"field": "high"}, "color": colour},
        },
        {
            "mark": {"type": "point", "filled": True, "size": 55, "opacity": 1},
            "encoding": {**here, "color": colour, "shape": looks["shape"], **words},
        },
    ]


def spec(params: Sequence[Mapping[str, Any]], data: str, **more: Any) -> dict[str, Any]:
    """Return a specification that looks as all of them do."""
    return {
        "$schema": SCHEMA,
        "params": list(params),
        "data": {"name": data},
        "config": {
            "font": "system-ui, sans-serif",
            "axis": {"labelFontSize": 12, "titleFontSize": 12},
            "legend": {"labelFontSize": 13},
            "view": {"stroke": None},
        },
        **more,
    }
