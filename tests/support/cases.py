"""The case that tests change in one coordinate or another."""

from __future__ import annotations

from ipcbench.plan.case import Case

USUAL = Case(
    channel="pipe",
    workload="stream",
    payload_bytes=64,
    start_method="fork",
    placement="split",
    python="3.13.0",
)
