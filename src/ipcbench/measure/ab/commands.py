"""Two or more commands of one's own in turns: one process is one launch, its wall time what is compared."""

from __future__ import annotations

import math
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from ipcbench.errors import CaseError
from ipcbench.measure.ab.ab import OnProgress
from ipcbench.plan.arms import ArmLabel
from ipcbench.plan.command_arms import CommandArm
from ipcbench.record.comparison import ComparedEntry
from ipcbench.record.head import End
from ipcbench.record.journal import Journal
from ipcbench.session import run_session
from ipcbench.statistics.decision import Rule, SequentialTest
from ipcbench.words import DECIDED, INTERRUPTED, OUT_OF_TIME

#: A launch may take so long after the time is up.
GRACE_S = 60.0
_MOST_OF_AN_ERROR = 300


@dataclass(frozen=True)
class CommandPlan:
    """Every pass runs each arm once, in random order; the first arm is what the others are compared with."""

    arms: Sequence[CommandArm]
    #: With the number of comparisons that its error rate is shared out among.
    rule: Rule
    seed: int
    max_time_s: float


@dataclass
class _Row:
    arm: CommandArm
    comparison: SequentialTest
    failure: str | None = None

    @property
    def is_open(self) -> bool:
        return self.failure is None and self.comparison.is_open


@dataclass
class CommandAb:
    """A sequential comparison of wall times; `run` goes on until all is decided or the time is up."""

    plan: CommandPlan
    journal: Journal
    on_progress: OnProgress | None = None
    #: Runs a command with more variables, within so many seconds; returns what it took.
    run_once: Callable[[CommandArm, float], float] = field(default_factory=lambda: wall_s)

    def run(self) -> None:
        """Run and decide, journaling each launch; on Ctrl-C with what there is."""
        base, *others = self.plan.arms
        rows = [_Row(arm, SequentialTest(self.plan.rule)) for arm in others]
        self._start_s, rng, stopped_by, number = time.monotonic(), random.Random(self.plan.seed), None, 0
        try:
            while any(row.is_open for row in rows) and not (number > 1 and self._left_s() <= 0):
                # The first launches find files that are not in memory yet: they warm up, and do not count.
                self._pass(base, rows, rng, counts=number > 0)
                if number and self.on_progress:
                    self.on_progress(number, sum(row.is_open for row in rows), self._elapsed_s())
                number += 1
        except KeyboardInterrupt:
            stopped_by = INTERRUPTED
        still_open = any(row.is_open for row in rows)
        stopped_by = stopped_by or (OUT_OF_TIME if still_open else DECIDED)
        self.journal.append(End(stopped_by=stopped_by, elapsed_s=self._elapsed_s()))

    def _pass(self, base: CommandArm, rows: Sequence[_Row], rng: random.Random, *, counts: bool) -> None:
        open_rows = [row for row in rows if row.is_open]
        arms, took_s, failures = [base, *(row.arm for row in open_rows)], {}, {}
        for arm in rng.sample(arms, len(arms)):
            try:
                took_s[arm.label] = self.run_once(arm, max(0.0, self._left_s()) + GRACE_S)
            except CaseError as error:
                failures[arm.label] = str(error)
        for row in open_rows:
            row.failure = failures.get(base.label) or failures.get(row.arm.label)
            if row.failure or counts:
                self._note(row, rows.index(row), base.label, took_s)

    def _note(self, row: _Row, place: int, base: ArmLabel, took_s: dict[ArmLabel, float]) -> None:
        log = None
        if row.failure is None:
            log = math.log(took_s[row.arm.label] / took_s[base])
            row.comparison.add(log)
        seconds = sum(took_s.get(label, 0.0) for label in (base, row.arm.label))
        self.journal.append(ComparedEntry(row=place, log=log, seconds=seconds, failure=row.failure))

    def _elapsed_s(self) -> float:
        return time.monotonic() - self._start_s

    def _left_s(self) -> float:
        return self.plan.max_time_s - self._elapsed_s()


def wall_s(arm: CommandArm, deadline_s: float) -> float:
    """Run an arm's command to its end; return the seconds that took.

    What it prints is not kept. Raises CaseError, with its last word, where it fails or takes too long.
    """
    with tempfile.TemporaryFile("w+", errors="replace") as said:
        start_s = time.perf_counter()
        try:
            done = run_session(
                arm.command, deadline_s, shell=True, stderr=said, env={**os.environ, **arm.environment}
            )
        except subprocess.TimeoutExpired:
            raise CaseError(f"{arm.command!r} took longer than {deadline_s:.0f} s") from None
        took_s = time.perf_counter() - start_s
        if done.returncode:
            said.seek(0)
            last = (said.read().strip().splitlines() or ["it said nothing"])[-1][:_MOST_OF_AN_ERROR]
            raise CaseError(f"{arm.command!r} ended with {done.returncode}: {last}")
    return took_s
