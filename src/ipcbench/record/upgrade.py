"""What older documents and journals say, in today's words.

Schema 1 (runs only) left what readers ask of channels and workloads to their names, all of which were ours.
"""

from __future__ import annotations

from typing import Any

#: By name, what readers knew of a workload before it was stored with each case; units stood there already.
_WORKLOADS: dict[str, dict[str, Any]] = {
    "stream": {
        "is_rate": True,
        "payloads_moved": 1,
        "times_each": False,
        "overlapping": True,
        "charts": ["throughput", "ratio", "costs", "placements"],
    },
    "ping-pong": {
        "is_rate": True,
        "payloads_moved": 2,
        "charts": ["ratio", "latency", "distribution", "costs", "placements"],
    },
    "handoff": {"is_rate": True, "times_each": False, "whole_lives": True, "charts": ["handoff"]},
    "backlog": {
        "is_rate": True,
        "payloads_moved": 1,
        "times_each": False,
        "overlapping": True,
        "fills": True,
        "charts": ["backlog"],
    },
    "burst": {"charts": ["durations-of-each"]},
    "busy-burst": {"charts": ["durations-of-each"]},
    "first-put": {"whole_lives": True},
    "close": {"whole_lives": True},
}
_DELIVERS_NOTHING = "null"
#: What charts are called now.
_CHARTS = {"holds": "backlog"}
#: What ends' heaps were like, and how receivers held messages, before either was named.
_UNNAMED = {"heap": "unnamed", "holds": False}


def upgraded(document: dict[str, Any]) -> dict[str, Any]:
    """Return a document of schema 1, as plain values, in schema 2; one of schema 2 as it is."""
    run = document["ipcbench"]
    if run["schema"] != 1:
        return document
    document["ipcbench"] = {**run, "schema": 2, "kind": "run"}
    for benchmark in document["benchmarks"]:
        info = benchmark["extra_info"]
        if info.get("ipcbench"):
            info["ipcbench"] = {**upgraded_case(info["ipcbench"]), "schema": 2}
    return document


def upgraded_case(case: dict[str, Any]) -> dict[str, Any]:
    """Return what a document or a journal of schema 1 says of a case in schema 2."""
    known = dict(case)
    unit, parameter_name = known.pop("unit", ""), known.pop("parameter_name", "")
    name, _, parameter = case["case"]["workload"].partition(":")
    traits = {"unit": unit, "parameter": parameter, "parameter_name": parameter_name}
    known["case"] = {**_UNNAMED, **case["case"]}
    workload = known.get("workload") or {**traits, **_WORKLOADS.get(name, {})}
    charts = [_CHARTS.get(chart, chart) for chart in workload.get("charts", ["durations"])]
    known["workload"] = {**workload, "charts": charts}
    if known.get("delivers") is None:
        known["delivers"] = case["case"]["channel"] != _DELIVERS_NOTHING
    known["reference_loop"] = known.get("reference_loop") or known.pop("floor", None)
    known.pop("floor", None)
    return known
