"""What old documents left to the names of channels and workloads, all of which were ours then."""

from __future__ import annotations

from typing import Any

import msgspec

from ipcbench.record.schema import CaseRecord, CaseRow, WorkloadRow

#: By name, what readers knew of a workload before it was stored with each case; units stood there already.
_WORKLOADS: dict[str, dict[str, Any]] = {
    "stream": {
        "is_rate": True,
        "payloads_moved": 1,
        "times_each": False,
        "overlapping": True,
        "charts": ("throughput", "ratio", "costs", "placements"),
    },
    "ping-pong": {
        "is_rate": True,
        "payloads_moved": 2,
        "charts": ("ratio", "latency", "distribution", "costs", "placements"),
    },
    "handoff": {"is_rate": True, "times_each": False, "whole_lives": True, "charts": ("handoff",)},
    "backlog": {
        "is_rate": True,
        "payloads_moved": 1,
        "times_each": False,
        "overlapping": True,
        "fills": True,
        "charts": ("holds",),
    },
    "first-put": {"whole_lives": True},
    "close": {"whole_lives": True},
}
_DELIVERS_NOTHING = "null"


def workload_traits(record: CaseRecord) -> WorkloadRow:
    """Return the traits of a case's workload, by its name where an old document has them not."""
    if record.workload is not None:
        return record.workload
    name, _, parameter = record.case.workload.partition(":")
    known = _WORKLOADS.get(name, {})
    return msgspec.convert(
        {"unit": record.unit, "parameter": parameter, "parameter_name": record.parameter_name, **known},
        WorkloadRow,
    )


def delivers(record: CaseRecord) -> bool:
    """Whether a case's channel hands anything over, by its name where an old document does not say."""
    return record.case.channel != _DELIVERS_NOTHING if record.delivers is None else record.delivers


def workload_name(case: CaseRow, traits: WorkloadRow) -> str:
    """Return what a case's workload is called without its parameter."""
    return case.workload.removesuffix(f":{traits.parameter}") if traits.parameter else case.workload
