"""`explain`: where the time of a message goes, stage by stage, beside the ladder of costs below it."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

from ipcbench.commands.recording import record
from ipcbench.commands.resolve import resolve
from ipcbench.errors import UsageError
from ipcbench.launch.catalogue import payload_traits
from ipcbench.machine.facts import host_line
from ipcbench.measure.head import head
from ipcbench.measure.trace import Pace, TracePlan, is_explainable, trace
from ipcbench.plan import defaults
from ipcbench.probe.channels import CHANNELS
from ipcbench.record.explanation import ExplanationHead
from ipcbench.record.journal import Journal
from ipcbench.record.store import Store


def plan_explain(
    asked: Mapping[str, object],
    *,
    interval_s: float = 1e-3,
    launches: int = defaults.LAUNCHES,
    seed: int | None = None,
) -> TracePlan:
    """Return what is to be traced: a message each interval, or (0) as fast as they are accepted.

    Raises UsageError for what is no one case but for its interpreters and settings, or has no stages.
    """
    cases, interpreters = resolve(asked, usual=defaults.EXPLAIN)
    alike = {replace(case, python="", settings=()) for case in cases}
    if len(alike) != 1:
        raise UsageError(
            f"explain takes one case, this is {len(alike)}; "
            "accepted: one value of each option, but for --python and --setting"
        )
    for case in cases:
        if not is_explainable(case.channel):
            known = ", ".join(filter(is_explainable, CHANNELS))
            raise UsageError(f"channel {case.channel} has no stages; accepted: {known}")
        if payload_traits(case.payload_kind).out_of_band:
            why = f"of {case.payload_kind} only the head would be stamped"
            raise UsageError(f"{why}; accepted: {defaults.PAYLOAD}, for one")
    seed = secrets.randbits(32) if seed is None else seed
    return TracePlan(cases, interpreters, Pace(interval_s), launches, seed)


def explain(
    plan: TracePlan, store: Store, *, on_progress: Callable[[int, int], None] = lambda _number, _of: None
) -> Path:
    """Trace and store the record; `on_progress` hears of each launch, of how many, before it begins."""

    def measure(journal: Journal) -> None:
        journal.append(ExplanationHead(machine=host_line(), **head()))
        trace(plan, journal, on_progress)

    return record(store, measure)[0]
