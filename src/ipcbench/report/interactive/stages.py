"""The way of a message: when each stage of it begins and how long it takes, by thread."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ipcbench.analysis.explanation import Explanation
from ipcbench.analysis.timeline import Stage
from ipcbench.report import wording
from ipcbench.report.charts.waterfall import FEWEST_SHOWN, LANES
from ipcbench.report.interactive.explorer import View
from ipcbench.report.interactive.marks import WIDTH, hovered, labelled, spec

#: What the rows are called among an explorer's data.
DATA = "stages"


def view(explanation: Explanation) -> View | None:
    """Return the chart of the stages; None where stamping disturbs too much for them to be told."""
    stages = _shown(explanation)
    if explanation.is_refused or not stages:
        return None
    title = f"Where the time of a message goes: {explanation.traces.channel}"
    drawn = spec(
        (),
        DATA,
        title={"text": title, "anchor": "start"},
        width=WIDTH - 200,
        height={"step": 24},
        layer=_layers([stage.thread for stage in stages]),
    )
    reads = "A bar is the median of a stage, its line goes to the 90th percentile; pale ones overlap the way."
    return View(title, reads, drawn, DATA)


def rows(explanation: Explanation) -> Iterator[dict[str, Any]]:
    """Yield a row a stage: when it begins and ends, in seconds since the call of send."""
    return map(_row, _shown(explanation))


def _shown(explanation: Explanation) -> list[Stage]:
    return [stage for stage in explanation.stages if stage.share >= FEWEST_SHOWN]


def _row(stage: Stage) -> dict[str, Any]:
    median, p90 = (wording.seconds(each.value) for each in (stage.p50, stage.p90))
    return {
        "stage": f"{stage.thread}: {stage.name.removeprefix(f'{stage.thread} ')}",
        "thread": stage.thread,
        "begins": stage.begins_s,
        "ends": stage.begins_s + stage.p50.value,
        "p90": stage.begins_s + max(stage.p90.value, stage.p50.value),
        "way": "on the way" if stage.on_path else "beside it",
        "text": f"median {median}, p90 {p90}",
        "says": f"{stage.name}: {median}",
    }


def _layers(threads: Sequence[str]) -> list[dict[str, Any]]:
    known = [thread for thread in LANES if thread in threads]
    y = {"field": "stage", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 300}}
    axis = {"title": "since the call of send", "labelExpr": labelled("'s'", every=True)}
    x = {"type": "quantitative", "axis": axis}
    colour = {
        "field": "thread",
        "type": "nominal",
        "scale": {"domain": known, "range": [LANES[thread][0] for thread in known]},
        "legend": {"title": None, "orient": "top"},
    }
    pale = {"condition": {"test": "datum.way === 'on the way'", "value": 1}, "value": 0.45}
    way = {"x": {"field": "begins", **x}, "x2": {"field": "ends"}, "color": colour, "fillOpacity": pale}
    return [
        {
            "mark": {"type": "bar", "height": {"band": 0.62}},
            "encoding": {"y": y, **way, **hovered("stage", "text", "way")},
        },
        {
            "mark": {"type": "rule", "aria": False},
            "encoding": {"y": y, "x": {"field": "ends", **x}, "x2": {"field": "p90"}},
        },
    ]
