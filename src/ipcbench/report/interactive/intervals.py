"""Ratios as points on lines, a row each: what is right of 1 takes longer, what is left of it less."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ipcbench.report.interactive.marks import LOGARITHMIC, RATIOS, WIDTH, hovered, spec, with_intervals

#: Intervals of few launches are as wide as you like: no axis goes farther than this beyond the ratios.
BEYOND = 3.0


def interval_rows(line: str, panel: str, kind: str, ratio: tuple[float, float, float]) -> dict[str, Any]:
    """Return the row of a ratio with its interval: infinite ends are drawn as far as an axis goes."""
    value, low, high = ratio
    near = {"low": max(low, value / BEYOND), "high": min(high, value * BEYOND)}
    text = f"{value:.3g}× [{low:.3g}, {high:.3g}]"
    says = " ".join(filter(None, (line, panel, text, kind)))
    return {
        "line": line, "panel": panel, "verdict": kind, "value": value, **near, "text": text, "says": says,
    }  # fmt: skip


def interval_spec(
    rows: Sequence[Mapping[str, Any]], looks: Mapping[str, tuple[str, str]], title: str, below: str
) -> dict[str, Any]:
    """Return the chart of such rows; `looks` has colour and marker of verdicts, `below` names the axis."""
    panels = list(dict.fromkeys(row["panel"] for row in rows))
    body = {"width": WIDTH - 160, "height": {"step": 22}, "layer": _layers(rows, looks, below)}
    drawn = [
        {
            **({"title": {"text": panel, "anchor": "start"}} if panel else {}),
            "transform": [{"filter": {"field": "panel", "equal": panel}}],
            **body,
        }
        for panel in panels
    ]
    whole = {"text": title, "anchor": "start"}
    return spec((), "figures", title=whole, vconcat=drawn, resolve={"scale": {"x": "shared"}})


def _layers(
    rows: Sequence[Mapping[str, Any]], looks: Mapping[str, tuple[str, str]], below: str
) -> list[dict[str, Any]]:
    known = [verdict for verdict in looks if any(row["verdict"] == verdict for row in rows)]
    y = {"field": "line", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 300}}
    x = {
        "type": "quantitative",
        "scale": LOGARITHMIC,
        "axis": {**RATIOS, "title": below},
    }
    scales = {
        channel: {
            "field": "verdict",
            "type": "nominal",
            "scale": {"domain": known, "range": [looks[verdict][place] for verdict in known]},
            "legend": {"title": None, "orient": "top"},
        }
        for place, channel in enumerate(("color", "shape"))
    }
    words = hovered("line", "text", "verdict")
    return [
        {"mark": {"type": "rule", "aria": False}, "encoding": {"x": {"datum": 1, **x}}},
        *with_intervals(x, y, scales, words),
    ]
