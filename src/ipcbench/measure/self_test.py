"""This machine compared with itself: how often `ab` errs here, and what it can find in which time."""

from __future__ import annotations

import sys
from pathlib import Path

from ipcbench.analysis.decision import Rule
from ipcbench.analysis.self_test import FACTS, Repeated
from ipcbench.measure.ab import Told
from ipcbench.measure.ab_request import resolve_ab
from ipcbench.measure.ab_session import compare_and_store
from ipcbench.measure.environment import host_facts
from ipcbench.plan.arms import parse_arms
from ipcbench.record.comparison import SELF_TEST
from ipcbench.record.store import Store

SIZES = "64,64KiB,1MiB"
#: In less, hardly a cell of all is launched often enough to say anything.
SHORTEST_S = 60.0


def self_test_and_store(
    store: Store,
    max_time_s: float,
    *,
    seed: int,
    told: Told | None = None,
    sizes: str = SIZES,
    workload: str | None = None,
) -> Path:
    """Compare the channels with themselves for so long and store the record; nothing measured is lost.

    Both arms are this interpreter, in launchers of their own, as when two interpreters are compared.
    `analysis.self_test` says what it found.
    """
    this = [f"python={sys.executable}"]
    asked = resolve_ab(parse_arms({"a": this, "b": this}), {"workload": workload, "size": sizes})
    return compare_and_store(
        asked,
        Rule(),
        store,
        seed=seed,
        max_time_s=max_time_s,
        told=told,
        kind=SELF_TEST,
        comparison=Repeated,
    )


def machine_facts() -> dict[str, str]:
    """Return what a self-test is of."""
    host = host_facts()
    return {name: str(host.get(name)) for name in FACTS}
