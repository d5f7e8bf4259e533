"""`doctor --self-test`: how often `ab` errs on this machine, and what it can find in which time."""

from __future__ import annotations

import sys
from pathlib import Path

from ipcbench.analysis.self_test import Repeated, machine_of
from ipcbench.commands.ab import ab, plan_ab
from ipcbench.machine.facts import host_facts
from ipcbench.measure.ab.ab import OnProgress
from ipcbench.plan.arms import parse_arms
from ipcbench.record.comparison import SelfTestHead
from ipcbench.record.store import Store

#: In less, hardly a cell of all is launched often enough to say anything.
SHORTEST_S = 60.0


def self_test(
    store: Store,
    max_time_s: float,
    *,
    seed: int | None = None,
    on_progress: OnProgress | None = None,
    **asked: str,
) -> Path:
    """Compare the channels with themselves for so long and store the record; nothing measured is lost.

    Both arms are this interpreter, in launchers of their own, as when two interpreters are compared.
    `analysis.self_test` says what it found.
    """
    this = [f"python={sys.executable}"]
    plan = plan_ab(parse_arms({"a": this, "b": this}), asked, max_time_s=max_time_s, seed=seed)
    return ab(plan, store, on_progress=on_progress, of=SelfTestHead, comparison=Repeated)


def machine_facts() -> dict[str, str]:
    """Return what a self-test is of."""
    return machine_of(host_facts())
