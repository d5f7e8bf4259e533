"""A small journal as a run writes it, for tests."""

from __future__ import annotations

from typing import Any

CASE = {
    "channel": "pipe",
    "workload": "stream",
    "payload_kind": "bytes",
    "payload_bytes": 64,
    "start_method": "fork",
    "placement": "split",
    "python": "3.11.7",
}


def journal_entries(launches: int = 2, *, ended: bool = True) -> list[dict[str, Any]]:
    """Return entries of one case with four trials a launch."""
    name = "pipe stream 64B fork split 3.11.7"
    entries: list[dict[str, Any]] = [
        {
            "kind": "run",
            "seed": 1,
            "passes": launches,
            "max_time_s": 5.0,
            "targets": {"3.11.7": {}},
            "host": {"cpu": "Test"},
            "machine_info": {"node": "here"},
            "commit_info": {"id": "unversioned"},
            "datetime": "2026-11-23T12:00:00+00:00",
            "version": "5.0",
        },
        {
            "kind": "case",
            "name": name,
            "case": CASE,
            "group": "stream 64B fork split 3.11.7",
            "asked": True,
            "workload": {"unit": "message", "is_rate": True, "payloads_moved": 1},
            "delivers": True,
            "reference_loop": "os-pipe",
        },
    ]
    for number in range(launches):
        row = {"pass_number": number, "trials": 4, "messages": 100, "warmup_blocks": 10, "steady": True}
        entries.append({"kind": "group", "name": "stream 64B fork split 3.11.7", "pass_number": number})
        entries.append(
            {"kind": "launch", "name": name, "row": row, "data": [4e-6, 5e-6, 4.5e-6, 6e-6 + number * 1e-6]}
        )
    if ended:
        entries.append({"kind": "end", "stopped_by": "planned passes done", "elapsed_s": 3.5})
    return entries
