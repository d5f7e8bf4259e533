"""The stages of a tuning: comparisons that ask whether arms are faster, each with its share of alpha."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import count

from ipcbench.launch.interpreter import Interpreter
from ipcbench.measure.ab.ab import Ab, ComparedArm, OnProgress, Outcome
from ipcbench.measure.ab.arm_targets import ArmTarget
from ipcbench.measure.ab.metric import Metric
from ipcbench.measure.ab.plan import AbPlan
from ipcbench.measure.tune.plan import TunePlan
from ipcbench.plan.arms import Arm, ArmLabel, parse_arms
from ipcbench.plan.case import Case
from ipcbench.probe.settings import AT
from ipcbench.record.comparison import ArmRow, ComparedRow
from ipcbench.record.journal import Journal
from ipcbench.record.schema import CaseRow
from ipcbench.record.tuning import StageEntry, StageRow
from ipcbench.statistics.decision import LOOKS, GainTest, Question, Rule, Verdict, interval

_LABELS = "abcdefghijklmnopqrstuvwxyz"
#: How many arms one stage can have besides the base.
MOST_ARMS = len(_LABELS) - 1
#: Half the width, as a share, at which it is known by how much a change gains or harms; and after how many
#: launches it is left at what is known.
PRECISION, MOST_LAUNCHES = 0.12, 48


#: What a stage has of the time that is left when it begins: once something gains, and while nothing does.
Shares = tuple[float, float]


@dataclass(frozen=True)
class Attempt:
    """One thing that is tried: what it is called, and what differs, `key=value` each."""

    name: str
    changes: tuple[str, ...] = ()


def arm_of(case: Case, label: str, changes: Sequence[str]) -> Arm:
    """Return the arm of a case with these changes; raise UsageError for what is none."""
    own = {text.partition("=")[0] for text in changes}
    channel = [] if "channel" in own else [f"channel={case.channel}"]
    (arm, _) = parse_arms({"a": [*channel, *changes], "b": ["channel=" + case.channel]})
    return Arm(ArmLabel(label), coordinates=arm.coordinates, settings=arm.settings)


def case_of(case: Case, interpreter: Interpreter, changes: Sequence[str]) -> Case:
    """Return a case with these changes."""
    return ArmTarget(arm_of(case, "a", changes), interpreter).case(case)


class Estimated(GainTest):
    """Goes on when it is decided that something is faster or slower, until one knows by how much."""

    @property
    def is_open(self) -> bool:
        if self.decision is None or super().is_open:
            return True
        changed = self.decision.verdict in (Verdict.IMPROVED, Verdict.REGRESSED)
        return changed and len(self.logs) < MOST_LAUNCHES and not _is_narrow(self.logs)


def _is_narrow(logs: Sequence[float]) -> bool:
    _, low, high = interval(logs)
    return low > 0 and high / low <= (1 + PRECISION) ** 2


class Stages:
    """Compares attempts with a base, stage by stage; each stage has half of the alpha that is left."""

    def __init__(
        self,
        plan: TunePlan,
        journal: Journal,
        *,
        on_progress: Callable[[str], OnProgress] | None = None,
        compare: Callable[..., Ab] = Ab,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._plan, self._journal, self._on_progress, self._compare = plan, journal, on_progress, compare
        self._alpha_left, self._now, self._start_s = plan.alpha, now, now()
        #: Seconds of one arm's launch, as the stages so far had them.
        self._launch_s = 0.0
        # Each stage has an order and heaps of its own.
        self._seeds = count(plan.seed)
        self.interrupted = False

    @property
    def left_s(self) -> float:
        """How much of the time is left."""
        return self._plan.max_time_s - self.elapsed_s

    @property
    def elapsed_s(self) -> float:
        """Seconds since the first stage began."""
        return self._now() - self._start_s

    def needed_s(self, attempts: int) -> float:
        """Return about how long so many attempts take to their first look; 0 before anything was launched."""
        return self._launch_s * LOOKS[0] * (attempts + 1)

    def compare(
        self, purpose: str, base: Attempt, attempts: Sequence[Attempt], shares: Shares
    ) -> dict[str, Outcome]:
        """Return what came of each attempt against the base, by name, within a share of the time left.

        It is more where the first look needs more. The launches are fresh ones, whatever was measured before.
        """
        plan, case, begun_s = self._plan, self._plan.case, self.elapsed_s
        usual_s, longest_s = (self._within(share, len(attempts)) for share in shares)
        self._alpha_left /= 2
        rule = Rule(plan.threshold, self._alpha_left, question=Question.FASTER)
        targets = [
            ArmTarget(arm_of(case, label, each.changes), plan.interpreter)
            for label, each in zip(_LABELS, [base, *attempts], strict=False)
        ]
        asked = AbPlan(targets, [case], rule, Metric(), next(self._seeds), longest_s)
        self._journal.append(_entry(purpose, rule.alpha, case, [base, *attempts], targets))
        tell = self._on_progress(purpose) if self._on_progress else None
        ab = self._compare(
            asked,
            journal=self._journal,
            on_progress=tell,
            comparison=Estimated,
            patience=lambda rows: usual_s if any(map(_gains, rows)) else longest_s,
        )
        outcomes = ab.run()
        self.interrupted = self.interrupted or ab.interrupted
        launches = [len(outcome.logs) for outcome in outcomes]
        if any(launches):
            self._launch_s = (self.elapsed_s - begun_s) / (max(launches) + sum(launches))
        return {each.name: outcome for each, outcome in zip(attempts, outcomes, strict=True)}

    def _within(self, share: float, attempts: int) -> float:
        """Return how long a stage may take: its share of the time left, and what its first look needs."""
        return max(0.0, min(self.left_s, max(share * self.left_s, self.needed_s(attempts))))


def _entry(
    purpose: str, alpha: float, case: Case, attempts: Sequence[Attempt], targets: Sequence[ArmTarget]
) -> StageEntry:
    """Return what is journaled of a stage that begins; the first of its attempts is the base."""
    both = list(zip(targets, attempts, strict=True))
    arms = [
        ArmRow(label=target.label, text=each.name, coordinates=list(target.arm.coordinates))
        for target, each in both
    ]
    rows = [
        ComparedRow(cell=each.name, arm=target.label, case=CaseRow.of(target.case(case)))
        for target, each in both[1:]
    ]
    return StageEntry(stage=StageRow(purpose=purpose, alpha=alpha, arms=arms, rows=rows))


def _gains(row: ComparedArm) -> bool:
    decision = row.comparison.decision
    return decision is not None and decision.verdict is Verdict.IMPROVED


def keys(changes: Sequence[str]) -> set[str]:
    """Return the coordinates and settings that changes are of: two that share one exclude one another."""
    return {text.partition("=")[0].partition(AT)[0] for text in changes}
