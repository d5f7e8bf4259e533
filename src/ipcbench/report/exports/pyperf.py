"""A suite of pyperf's: a benchmark a case, a run a launch, a value a trial in seconds a message."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import read_groups
from ipcbench.errors import UsageError
from ipcbench.plan.coordinates import COORDINATES, whole_name
from ipcbench.record.run import RunDocument
from ipcbench.report.metrics import all_failed, is_named
from ipcbench.visible import visible

#: Of pyperf's document.
VERSION = "1.0"


def write(records: Mapping[Path, RunDocument], part: str = "") -> str:
    """Return the cases that were asked for, as `pyperf show`, `check` and `compare_to` read them."""
    ((path, document),) = records.items()
    asked = [case for group in read_groups(document) for case in group.asked]
    named = [case for case in asked if is_named(part, whole_name(case.case))]
    chosen = [case for case in named if not case.record.failure]
    if named and not chosen:
        raise UsageError(all_failed(named[0].record.failure))
    if not chosen:
        raise UsageError(f"{path}: no case has {part!r} in its name; accepted: a part of one")
    suite = {
        "version": VERSION,
        "metadata": {"unit": "second", "tags": ["ipcbench"]},
        "benchmarks": [_benchmark(case, document) for case in chosen],
    }
    return json.dumps(suite)


def _benchmark(case: CaseResult, document: RunDocument) -> dict[str, Any]:
    coordinates = {f"ipcbench_{each.name}": visible(each.text(each.of(case.case))) for each in COORDINATES}
    return {
        "metadata": {
            "name": visible(whole_name(case.case)),
            # pyperf takes no empty text.
            **{name: text for name, text in coordinates.items() if text},
            **({} if case.loss is None else {"ipcbench_lost": case.loss}),
        },
        "runs": [
            {
                "metadata": {"date": document.datetime.replace("T", " "), "loops": row.messages},
                "values": data.tolist(),
            }
            for row, data in zip(case.record.launches, case.by_pass.values(), strict=True)
            if len(data)
        ],
    }
