"""Bencher's metric format (BMF): benchmark -> measure -> value with its ends."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ipcbench.record.run import RunDocument
from ipcbench.report.metrics import LOST, RATE, TIME, asked_metrics
from ipcbench.statistics.estimates import Estimate
from ipcbench.visible import visible

#: Bencher's own measures: `latency` is in nanoseconds, `throughput` in operations a second; one of ours.
_MEASURES = {TIME: ("latency", 1e9), RATE: ("throughput", 1.0), LOST: ("lost-messages", 1.0)}


def write(records: Mapping[Path, RunDocument], part: str = "") -> str:
    """Return the cases that were asked for, as `bencher run --adapter json` takes them."""
    found: dict[str, dict[str, dict[str, float]]] = {}
    for row in asked_metrics(records, part):
        if row.metric in _MEASURES:
            measure, factor = _MEASURES[row.metric]
            found.setdefault(visible(row.name), {})[measure] = _value(row.estimate, factor)
    return json.dumps(found, indent=2)


def _value(estimate: Estimate, factor: float) -> dict[str, float]:
    ends = {"lower_value": estimate.low, "upper_value": estimate.high}
    told = {name: end * factor for name, end in ends.items() if end is not None}
    return {"value": estimate.value * factor, **told}
