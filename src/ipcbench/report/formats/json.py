"""Verdicts as JSON."""

from __future__ import annotations

import json
import math
from typing import Any

from ipcbench.report.verdicts import Comparisons, Row


def verdicts_json(comparisons: Comparisons) -> str:
    """Return everything; ratios are of times, b's to a's, and an open end is null.

    Where an adjusted ratio decided, the interval is that one's.
    """
    told = {
        "arms": dict(comparisons.told_arms),
        "conditions": comparisons.conditions,
        "metric": comparisons.metric,
        "threshold": comparisons.rule.threshold,
        "alpha": comparisons.rule.alpha,
        "question": comparisons.rule.question.value,
        "exit_status": comparisons.exit_status,
        "warnings": list(comparisons.warnings),
        "notes": list(comparisons.notes),
        "comparisons": verdict_dicts(comparisons),
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def verdict_dicts(comparisons: Comparisons) -> list[dict[str, Any]]:
    """Return a row for each comparison, as plain values."""
    return [
        {
            "cell": row.cell,
            "arm": row.arm,
            "verdict": row.word,
            **_ratios(row),
            "launches": row.decision.launches if row.decision else 0,
            "wanted_launches": row.decision.wanted if row.decision else None,
            "seconds": row.seconds,
            "failure": row.failure,
            "log_ratios": list(row.logs),
            "faults": [list(pair) for pair in row.faults],
        }
        for row in comparisons.rows
    ]


def _ratios(row: Row) -> dict[str, float | None]:
    """Return the ratio as measured with its interval, and the same of the adjusted one where that decided."""
    ends: list[float | None] = [None, None, None]
    if row.decision:
        ends = [_finite(end) for end in (row.decision.ratio, row.decision.low, row.decision.high)]
    if row.raw is None:
        return dict(zip(("ratio", "low", "high"), ends, strict=True))
    adjusted = dict(zip(("adjusted_ratio", "adjusted_low", "adjusted_high"), ends, strict=True))
    return {"ratio": row.raw, "low": None, "high": None, **adjusted}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None
