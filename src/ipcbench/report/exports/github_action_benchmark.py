"""What github-action-benchmark takes as `customSmallerIsBetter`: a name, a figure, its unit and range."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from ipcbench.record.run import RunDocument
from ipcbench.report import wording
from ipcbench.report.metrics import TIME, asked_metrics
from ipcbench.statistics.estimates import Estimate
from ipcbench.visible import visible

#: Times are told in µs: what is typical of a message.
_MICRO = 1e6


def write(records: Mapping[Path, RunDocument], part: str = "") -> str:
    """Return the times of the cases that were asked for, in µs: its own reader takes means, not medians."""
    return json.dumps(
        [
            {
                "name": visible(row.name),
                "unit": "µs",
                "value": row.estimate.value * _MICRO,
                "range": _range(row.estimate),
                "extra": f"{row.estimate.launches} launches{wording.and_lost(row.loss)}",
            }
            for row in asked_metrics(records, part)
            if row.metric == TIME
        ],
        indent=2,
    )


def _range(estimate: Estimate) -> str:
    if estimate.low is None or estimate.high is None:
        return "no interval"
    return f"{estimate.low * _MICRO:.4g} to {estimate.high * _MICRO:.4g}"
