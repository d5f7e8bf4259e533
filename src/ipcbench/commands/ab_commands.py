"""`ab --command`: is one's own program faster? Its runs in turns, every one journaled."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from ipcbench.commands.recording import record
from ipcbench.machine.facts import host_line
from ipcbench.measure.ab.ab import OnProgress
from ipcbench.measure.ab.commands import CommandAb, CommandPlan
from ipcbench.measure.head import head
from ipcbench.plan.command_arms import CommandArm
from ipcbench.record.comparison import WALL_TIME, ArmRow, ComparedRow, ComparisonHead
from ipcbench.record.journal import Journal
from ipcbench.record.store import Store
from ipcbench.statistics.decision import Rule

#: A program is slower than a message: so much for each comparison, where no time is given.
SECONDS_A_COMPARISON = 300.0


def plan_ab_commands(
    arms: Sequence[CommandArm], rule: Rule, *, max_time_s: float | None = None, seed: int | None = None
) -> CommandPlan:
    """Return the plan of a comparison of these commands, of which the first is the base."""
    return CommandPlan(
        arms,
        replace(rule, comparisons=len(arms) - 1),
        secrets.randbits(32) if seed is None else seed,
        SECONDS_A_COMPARISON * (len(arms) - 1) if max_time_s is None else max_time_s,
    )


def ab_commands(plan: CommandPlan, store: Store, *, on_progress: OnProgress | None = None) -> Path:
    """Run until all is decided or the time is up, and store the record; nothing measured is lost.

    Raises UsageError where the folder cannot be used, before anything is run.
    """

    def measure(journal: Journal) -> None:
        journal.append(_head(plan))
        CommandAb(plan, journal, on_progress).run()

    return record(store, measure)[0]


def _head(plan: CommandPlan) -> ComparisonHead:
    base, *others = plan.arms
    return ComparisonHead(
        seed=plan.seed,
        max_time_s=plan.max_time_s,
        threshold=plan.rule.threshold,
        alpha=plan.rule.alpha,
        question=plan.rule.question.value,
        metric=WALL_TIME,
        conditions=host_line(),
        arms=[ArmRow(label=arm.label, text=arm.text or "as it is") for arm in plan.arms],
        rows=[ComparedRow(cell=base.command, arm=arm.label) for arm in others],
        **head(),
    )
