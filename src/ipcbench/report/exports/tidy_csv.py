"""Tidy CSV: a row a case and metric, with its interval; for pandas, polars and spreadsheets."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ipcbench.plan.coordinates import COORDINATES
from ipcbench.report.metrics import MetricRow, chosen_metrics
from ipcbench.visible import visible

COLUMNS = (
    *("record", "datetime", "name", *(each.name for each in COORDINATES)),
    *("part", "asked", "metric", "unit", "better", "value", "low", "high", "launches", "lost", "failure"),
)
#: What a spreadsheet takes for a formula, where a text begins with it.
_FORMULA = ("=", "+", "-", "@")


def write(records: Mapping[Path, Any], part: str = "") -> str:
    """Return the table; where there is no interval, its cells are empty."""
    stream = io.StringIO()
    table = csv.DictWriter(stream, COLUMNS, restval="", lineterminator="\n")
    table.writeheader()
    for path, rows in chosen_metrics(records, part).items():
        table.writerows(_cells(path.stem, records[path].datetime, row) for row in rows)
    return stream.getvalue()


def _cells(record: str, datetime: str, row: MetricRow) -> dict[str, object]:
    texts = {"record": record, "datetime": datetime, "name": row.name, **row.coordinates}
    texts |= {"part": row.part, "metric": row.metric.name, "unit": row.metric.unit}
    estimate = row.estimate
    figures = {"value": estimate.value, "low": estimate.low, "high": estimate.high}
    return {
        **{name: _plain(text) for name, text in texts.items()},
        **figures,
        "asked": row.asked,
        "better": "smaller" if row.metric.smaller_is_better else "larger",
        "launches": estimate.launches,
        "lost": row.loss,
        "failure": _plain(row.failure or ""),
    }


def _plain(text: str) -> str:
    """Return a text that no spreadsheet runs: it may come from a document."""
    shown = visible(text)
    return f"'{shown}" if shown.startswith(_FORMULA) else shown
