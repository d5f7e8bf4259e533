"""The ladder of costs: what each step from a raw loop to the channel adds to a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ipcbench.analysis.explanation import Explanation
from ipcbench.analysis.ladder import Step
from ipcbench.report import wording
from ipcbench.report.charts.waterfall import BELOW, STEP
from ipcbench.report.interactive.explorer import View
from ipcbench.report.interactive.marks import WIDTH, hovered, labelled, spec
from ipcbench.report.tables.explanation import interval

#: What the rows are called among an explorer's data.
DATA = "ladder"
BAR = {"type": "bar", "height": {"band": 0.62}}


def view(explanation: Explanation) -> View:
    """Return the chart of the steps, which are measured without stamps."""
    title = f"What each step adds to a message: {explanation.traces.channel}"
    axis = {"title": "a message", "labelExpr": labelled("'s'", every=True)}
    x = {"type": "quantitative", "axis": axis}
    y = {"field": "step", "type": "nominal", "sort": None, "axis": {"title": None, "labelLimit": 300}}
    words = hovered("step", "adds", "text")
    drawn = spec(
        (),
        DATA,
        title={"text": title, "anchor": "start"},
        width=WIDTH - 200,
        height={"step": 24},
        layer=[
            {
                "mark": {**BAR, "color": BELOW, "aria": False},
                "encoding": {"y": y, "x": {"field": "none", **x}, "x2": {"field": "begins"}},
            },
            {
                "mark": {**BAR, "color": STEP},
                "encoding": {"y": y, "x": {"field": "begins", **x}, "x2": {"field": "ends"}, **words},
            },
            {
                "mark": {"type": "rule", "aria": False},
                "encoding": {"y": y, "x": {"field": "low", **x}, "x2": {"field": "high"}},
            },
        ],
    )
    reads = "Each step stands on the one above it; its line is the 95 % interval of what it adds."
    return View(title, reads, drawn, DATA)


def rows(steps: Sequence[Step]) -> Iterator[dict[str, Any]]:
    """Yield a row a step: where it begins and ends in seconds, and what it adds in words."""
    below_s = 0.0
    for step in steps:
        extra = step.extra or step.seconds
        low, high = (extra.value if end is None else end for end in (extra.low, extra.high))
        whole = wording.seconds(step.seconds.value)
        text = interval(step.extra) if step.extra else whole
        yield {
            "step": step.channel,
            "adds": step.adds or "all of it",
            "none": 0.0,
            "begins": below_s,
            "ends": below_s + extra.value,
            "low": below_s + low,
            "high": below_s + high,
            "text": f"{text}; a message {whole}",
            "says": f"{step.channel}: {text}",
        }
        below_s = step.seconds.value
