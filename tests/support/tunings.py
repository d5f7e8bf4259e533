"""Tunings whose launches are made up: what each change does to a message's time is a table."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ipcbench.commands.recording import record
from ipcbench.commands.tune import head_of, plan_tune
from ipcbench.measure.ab.ab import Outcome
from ipcbench.measure.ab.arm_targets import ArmTarget
from ipcbench.measure.ab.plan import AbPlan
from ipcbench.measure.tune.plan import TunePlan
from ipcbench.measure.tune.tune import Parts, Tune
from ipcbench.plan.case import Case
from ipcbench.record.comparison import ComparedEntry
from ipcbench.record.journal import Journal
from ipcbench.record.store import Store
from ipcbench.record.tuning import BaselineLaunch, BurstRow

MIB = 1 << 20
FACTS: Mapping[str, Any] = {"heap_managed": True, "reads_by_bufsize": False}


@dataclass
class MadeUp:
    """A comparison whose log ratios follow from a table of factors, by change and by two changes together."""

    plan: AbPlan
    factors: Mapping[str, float]
    together: Mapping[frozenset[str], float]
    journal: Journal
    #: Arms that fail, by a change of theirs.
    failing: Mapping[str, str] = field(default_factory=dict)
    interrupted: bool = False

    def changes(self, case: Case) -> set[str]:
        """Return what of the table a case has."""
        told = {
            *case.settings,
            f"channel={case.channel}",
            f"payload={case.payload_kind}",
            f"heap={case.heap}",
        }
        return {name for name in self.factors for text in told if text == name or text.split("=")[0] == name}

    def log_of(self, case: Case) -> float:
        """Return the log of what a message takes, in units of what it takes as it is."""
        has = self.changes(case)
        pairs = [factor for both, factor in self.together.items() if both <= has]
        return sum(math.log(self.factors[name]) for name in has) + sum(map(math.log, pairs))

    def run(self) -> list[Outcome]:
        """Give as many launches as decide, of which the noise is half a per cent."""
        (cell,) = self.plan.cells
        base, found = self.log_of(self.plan.targets[0].case(cell)), []
        for place, target in enumerate(self.plan.targets[1:]):
            case = target.case(cell)
            failure = next(
                (why for change, why in self.failing.items() if change in self.changes(case)), None
            )
            logs: list[float] = []
            for number in range(1 if failure else 6):
                log = self.log_of(case) - base + 0.005 * (-1) ** number
                self.journal.append(
                    ComparedEntry(row=place, log=None if failure else log, seconds=0.1, failure=failure)
                )
                logs.append(log)
            found.append(_outcome(self.plan, cell, target.arm, logs, failure))
        return found


def _outcome(plan: AbPlan, cell: Case, arm: Any, logs: list[float], failure: str | None) -> Outcome:
    from ipcbench.statistics.decision import decide

    return Outcome(cell, arm, None if failure else decide(logs, plan.shared_rule), 0.6, failure, tuple(logs))


@dataclass
class Machine:
    """Where a tuning is made up: what changes do, what fails, what a message costs as it is."""

    factors: Mapping[str, float]
    together: Mapping[frozenset[str], float] = field(default_factory=dict)
    failing: Mapping[str, str] = field(default_factory=dict)
    faults: float = 500.0
    facts: Mapping[str, Any] = field(default_factory=lambda: FACTS)
    #: What was compared, stage by stage: the share of alpha, and how many comparisons.
    stages: list[tuple[float, int]] = field(default_factory=list)
    #: What a launch of one arm takes, what the clock says, and how long each stage might have taken.
    launch_s: float = 0.0
    now_s: float = 0.0
    within_s: list[float] = field(default_factory=list)
    #: How long each may take by what has come of it so far.
    patience: list[Any] = field(default_factory=list)

    @property
    def parts(self) -> Parts:
        """What a tuning measures with here."""
        return Parts(
            baseline=self._baseline, compare=self._compare, burst=self._burst, now=lambda: self.now_s
        )

    def _baseline(self, *_: object) -> tuple[list[BaselineLaunch], Mapping[str, Any]]:
        launch = BaselineLaunch(
            message_s=1e-3,
            loop_s=2e-4,
            faults={"sender": 0.0, "receiver": self.faults},
            waits={},
            cpu_s={"sender": 2e-4, "receiver": 4e-4},
        )
        return [launch] * 6, self.facts

    def _compare(self, plan: AbPlan, *, journal: Journal, patience: Any, **_: object) -> Any:
        self.stages.append((plan.rule.alpha, plan.comparisons))
        self.within_s.append(plan.max_time_s)
        self.patience.append(patience)
        self.now_s += self.launch_s * 6 * (plan.comparisons + 1)
        return MadeUp(plan, self.factors, self.together, journal, self.failing)

    def _burst(self, target: ArmTarget, cell: Case, *_: object) -> Mapping[str, BurstRow]:
        kept = 50 * MIB if any("mallopt" in text for text in target.case(cell).settings) else 2 * MIB
        row = BurstRow(before=20 * MIB, held=90 * MIB, dropped=20 * MIB + kept, given_back=20 * MIB)
        return {"receiver": row}

    def tuned(self, folder: Path, *knobs: str, **asked: object) -> Path:
        """Return the record of a tuning here."""
        return store(plan_tune(asked, knobs=knobs, seed=1), folder, self.parts)


def store(plan: TunePlan, folder: Path, parts: Parts) -> Path:
    """Run a tuning with these parts and return its record."""

    def measure(journal: Journal) -> None:
        journal.append(head_of(plan))
        Tune(plan, journal, parts=parts).run()

    return record(Store(folder), measure)[0]
