"""Two or more arms, live at the same time and measured in turns, launch by launch until it is decided.

Every pass has launchers of its own. Where arms are different interpreters, the luck of a launcher (its
layout, its hash seed) is then in each launch's log ratio, so in the interval, and not taken for a difference.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

import msgspec

from ipcbench.errors import CaseError
from ipcbench.launch.launchers import Launchers
from ipcbench.measure.ab.arm_targets import ArmTarget, Key, launchers_of
from ipcbench.measure.ab.live_pairs import Learnt, LivePairs
from ipcbench.measure.ab.plan import AbPlan
from ipcbench.plan.arms import Arm, ArmLabel
from ipcbench.plan.case import Case
from ipcbench.record.comparison import AloneEntry, ComparedEntry, FactsEntry, ModulesEntry, SlowdownEntry
from ipcbench.record.head import End, Entry
from ipcbench.record.journal import Journal
from ipcbench.record.privacy import without_private
from ipcbench.record.schema import ModuleRow
from ipcbench.statistics.decision import Decision, Rule, SequentialTest
from ipcbench.words import DECIDED, INTERRUPTED, OUT_OF_TIME

#: Passes done, comparisons still open, seconds since the start.
OnProgress = Callable[[int, int, float], None]


@dataclass
class ComparedArm:
    """What has come out of one cell for one arm, which is compared with the first arm."""

    cell: Case
    arm: Arm
    comparison: SequentialTest
    seconds: float = 0.0
    failure: str | None = None
    #: What the last launch gave; None where it failed.
    last_log: float | None = None

    @property
    def is_open(self) -> bool:
        """Whether it is still to be measured."""
        return self.failure is None and self.comparison.is_open


@dataclass(frozen=True)
class Outcome:
    """A cell's decision for one arm, or why there is none."""

    cell: Case
    arm: Arm
    decision: Decision | None
    #: What its launches took, those of all arms of the cell together.
    seconds: float
    failure: str | None
    #: Each launch's log of the arm's time to the first arm's.
    logs: tuple[float, ...]


class Ab:
    """A sequential comparison of all cells; `run` measures until all is decided or the time is up."""

    def __init__(
        self,
        plan: AbPlan,
        *,
        on_progress: OnProgress | None = None,
        comparison: Callable[[Rule], SequentialTest] = SequentialTest,
        journal: Journal | None = None,
        patience: Callable[[Sequence[ComparedArm]], float] | None = None,
    ) -> None:
        """Prepare it; `patience` says how many seconds it may take by what there is: else as planned."""
        self._plan, self._targets = plan, plan.targets
        self._patience = patience or (lambda _: plan.max_time_s)
        self._journal, self._on_progress = journal, on_progress
        self._progress = [
            ComparedArm(cell, target.arm, comparison(plan.shared_rule))
            for cell in plan.cells
            for target in plan.targets[1:]
        ]
        self._learnt = Learnt()
        #: Facts of each arm's interpreter, by the arm's label.
        self.facts: dict[str, dict[str, Any]] = {}
        #: What slowed messages, with the labels of the arms that it slowed.
        self.slowdowns: dict[str, list[str]] = {}
        self._modules: dict[str, dict[str, Any]] = {}
        self._alone: set[str] = set()
        self.interrupted = False

    def run(self) -> list[Outcome]:
        """Measure and decide, journaling each launch; on Ctrl-C with what there is."""
        self._start_s = time.monotonic()
        number = 0
        try:
            while self._open_cells() and not (number and self._is_late()):
                self._pass(number)
                number += 1
                if self._on_progress:
                    still_open = sum(row.is_open for row in self._progress)
                    self._on_progress(number, still_open, self._elapsed_s())
        except KeyboardInterrupt:
            self.interrupted = True
        return [
            Outcome(
                row.cell,
                row.arm,
                None if row.failure else row.comparison.end(),
                row.seconds,
                row.failure,
                tuple(row.comparison.logs),
            )
            for row in self._progress
        ]

    @property
    def end(self) -> End:
        """The entry that a journal ends with when it has run."""
        stopped_by = INTERRUPTED if self.interrupted else OUT_OF_TIME if self._open_cells() else DECIDED
        return End(stopped_by=stopped_by, elapsed_s=self._elapsed_s())

    def _note(self, entry: Entry) -> None:
        if self._journal:
            self._journal.append(entry)

    def _note_conditions(self, cell: Case, label: ArmLabel, live: LivePairs) -> None:
        """Note, once, where an arm's code came from, what slows it, and whether it is measured by itself."""
        self._note_modules(label, live.modules(label))
        for what in live.slowdowns(label):
            labels = self.slowdowns.setdefault(what, [])
            if label not in labels:
                labels.append(label)
                self._note(SlowdownEntry(what=what, arm=label))
        share = self._learnt.alone.get((cell, label))
        if share is not None and label not in self._alone:
            self._alone.add(label)
            self._note(AloneEntry(arm=label, share=share))

    def _note_modules(self, label: str, modules: dict[str, dict[str, Any]]) -> None:
        """Note where an arm's code came from, once for each module."""
        known = self._modules.setdefault(label, {})
        if new := {name: module for name, module in modules.items() if name not in known}:
            known.update(new)
            self._note(ModulesEntry(arm=label, modules=msgspec.convert(new, dict[str, ModuleRow])))

    def _is_late(self) -> bool:
        return self._left_s() <= 0

    def _left_s(self) -> float:
        return self._patience(self._progress) - self._elapsed_s()

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._start_s

    def _open_cells(self) -> list[Case]:
        return list(dict.fromkeys(row.cell for row in self._progress if row.is_open))

    def _pass(self, number: int) -> None:
        """Launch every open cell once; the first pass is always whole."""
        rng = random.Random(f"{self._plan.seed}/{number}")
        cells = self._open_cells()
        rng.shuffle(cells)
        # The launcher that is started first has its own luck, too: orders are balanced from two passes on.
        order = _rotated(self._targets, number + number // len(self._targets))
        with launchers_of(order, cells) as launchers:
            for target in order:
                with suppress(CaseError):
                    facts = launchers.of(target.key(cells[0])).facts
                    if target.label not in self.facts:
                        self._note(FactsEntry(arm=target.label, facts=without_private(facts)))
                    self.facts[target.label] = facts
            for cell in cells:
                if number and self._is_late():
                    return
                self._launch(cell, launchers, number, rng)

    def _launch(self, cell: Case, launchers: Launchers[Key], number: int, rng: random.Random) -> None:
        began_s, base = time.monotonic(), self._targets[0]
        rows = {row.arm.label: row for row in self._progress if row.cell == cell and row.is_open}
        targets = [target for target in self._targets if target is base or target.label in rows]
        live = LivePairs(cell, launchers, rng, self._left_s)
        # Where the process that is created second is at a disadvantage, each has it equally often.
        live.measure(_rotated(targets, number), self._learnt, self._plan.metric.fewest_messages)
        for target in targets:
            self._note_conditions(cell, target.label, live)
        for label, row in rows.items():
            row.failure = live.failures.get(base.label) or live.failures.get(label)
            row.last_log = None
            try:
                if row.failure is None:
                    row.last_log = self._plan.metric.log_ratio(live, label, base.label)
                    row.comparison.add(row.last_log)
            except CaseError as error:
                row.failure = str(error)
        took_s = time.monotonic() - began_s
        for row in rows.values():
            row.seconds += took_s
            place = self._progress.index(row)
            self._note(
                ComparedEntry(
                    row=place,
                    log=row.last_log,
                    seconds=took_s,
                    failure=row.failure,
                    faults=live.faults(base.label, row.arm.label),
                )
            )


def _rotated(targets: Sequence[ArmTarget], turn: int) -> list[ArmTarget]:
    turn %= len(targets)
    return [*targets[turn:], *targets[:turn]]
