"""A run's figures for programs: a row for each case that was asked for."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.record.run import RunRecord
from ipcbench.statistics.estimates import Estimate


def run_rows(groups: Sequence[GroupResult]) -> list[dict[str, Any]]:
    """Return coordinates as text, figures with their intervals or None, and what each end spent."""
    return [_row(group, case) for group in groups for case in group.asked]


def run_json(groups: Sequence[GroupResult], run: RunRecord | None = None) -> str:
    """Return the rows, and why other cases have none, as an object that may get more fields."""
    told = {"failures": run.failures, "left_out": run.left_out} if run else {}
    return json.dumps({"cases": run_rows(groups), **told}, indent=2, ensure_ascii=False)


def _row(group: GroupResult, case: CaseResult) -> dict[str, Any]:
    row: dict[str, Any] = {each.name: each.text(each.of(case.case)) for each in COORDINATES}
    row["unit"] = case.workload.unit
    row["launches"] = len(case.by_pass)
    row["lost"] = case.loss
    row["failure"] = case.record.failure
    figures = {"seconds": case.seconds, "ratio": group.ratio(case), "of_loop": group.share_of_loop(case)}
    figures |= {f"p{percentile:g}": estimate for percentile, estimate in case.round_trips.items()}
    for name, estimate in figures.items():
        row |= figure_fields(name, estimate)
    for end, costs in case.costs.items():
        row[f"{end}_cpu_s"] = costs.cpu_s
        row[f"{end}_voluntary_switches"] = costs.voluntary_switches
        row[f"{end}_page_faults"] = costs.page_faults
    return row


def figure_fields(name: str, estimate: Estimate | None) -> dict[str, float | None]:
    """Return a figure with the ends of its interval, each by its name; None where there is none."""
    return {
        name: estimate.value if estimate else None,
        f"{name}_low": estimate.low if estimate else None,
        f"{name}_high": estimate.high if estimate else None,
    }
