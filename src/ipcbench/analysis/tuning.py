"""What a tuning came to: what is worth it, what is not, what does harm, and what could not be said."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum

import numpy as np

from ipcbench.plan.case import Case
from ipcbench.record.comparison import ComparedRow
from ipcbench.record.tuning import (
    ALONE,
    AS_IT_IS,
    AT_ONE_END,
    CONFIRMED,
    ON_TOP,
    BaselineLaunch,
    BurstRow,
    KnobRow,
    StageRow,
    TuningDocument,
)
from ipcbench.statistics.decision import Decision, GainTest, Question, Rule, Verdict, interval
from ipcbench.statistics.median import median
from ipcbench.statistics.regimes import Regime, ratio_regimes, regimes
from ipcbench.words import DECIDED, OUT_OF_TIME, ROLES

#: An end alone that has so much of the gain of both (of its log) suffices.
SUFFICES = 0.8


class Worth(Enum):
    """What became of something that was tried; the value is what a table says."""

    WORTH_IT = "worth it"
    EXCLUDED = "gain excluded"
    HARMFUL = "harmful"
    UNDECIDED = "undecided"
    FAILED = "failed"


_WORTH = {
    Verdict.IMPROVED: Worth.WORTH_IT,
    Verdict.NOT_FASTER: Worth.EXCLUDED,
    Verdict.FASTER_WITHIN: Worth.EXCLUDED,
    Verdict.REGRESSED: Worth.HARMFUL,
    Verdict.WITHIN: Worth.HARMFUL,
    Verdict.INCONCLUSIVE: Worth.UNDECIDED,
}


@dataclass(frozen=True, slots=True)
class Tried:
    """One trial of a stage: its decision, of times to those of the stage's base; None where it failed."""

    name: str
    base: str
    decision: Decision | None
    failure: str = ""
    #: The log ratio of each launch, those after the decision included.
    logs: Sequence[float] = ()
    #: Each launch's page faults a message, of the base and of this; empty where they were not counted.
    faults: Sequence[tuple[float, float]] = ()

    @property
    def estimate(self) -> tuple[float, float, float]:
        """The ratio of all launches and its 95 % interval; NaN, 0 and infinite where there are none."""
        return interval(self.logs)

    @property
    def ratio(self) -> float:
        """The ratio of all launches; NaN without any."""
        return self.estimate[0]

    def regimes(self, payload_bytes: int) -> list[Regime]:
        """Return what ratios its launches fall into by the faults of both sides, where that matters."""
        return ratio_regimes(self.faults, self.logs, payload_bytes)

    @property
    def finding(self) -> Worth:
        """What became of it."""
        return _WORTH[self.decision.verdict] if self.decision else Worth.FAILED


@dataclass(frozen=True, slots=True)
class KnobResult:
    """A knob that was tried, or was not, with what there is to paste."""

    row: KnobRow
    #: Alone; None where it was tried on top of another one only, or was skipped.
    tried: Tried | None
    #: Which end has to do it, where that was tried.
    ends: str = ""


@dataclass(frozen=True)
class TuningResult:
    """A tuning of one case."""

    case: Case
    conditions: str
    threshold: float
    alpha: float
    baseline: Sequence[BaselineLaunch]
    knobs: Sequence[KnobResult]
    on_top: Sequence[Tried]
    #: The combination on fresh launches; None where nothing was worth it, or time was up.
    confirmed: Tried | None
    bursts: Mapping[str, Mapping[str, BurstRow]]
    burst_messages: int
    slowdowns: Mapping[str, Sequence[str]]
    #: What was measured while nothing else was live, with the share of a core that it took unasked.
    alone: Mapping[str, float]
    interrupted: bool
    output: Mapping[str, str] = field(default_factory=dict)

    @property
    def message_s(self) -> float | None:
        """Seconds a message as it is: the median of its launches; None without any."""
        return median([one.message_s for one in self.baseline]) if self.baseline else None

    @property
    def to_loop(self) -> float | None:
        """How often its raw loop's time that is; None where there is no loop."""
        ratios = [one.message_s / one.loop_s for one in self.baseline if one.loop_s]
        return math.exp(float(np.mean(np.log(ratios)))) if ratios else None

    def faults(self, role: str) -> float:
        """Page faults a message of an end as it is."""
        return self._median(role, [one.faults for one in self.baseline])

    def waits(self, role: str) -> float:
        """How often an end waits a message as it is."""
        return self._median(role, [one.waits for one in self.baseline])

    def cpu_s(self, role: str) -> float:
        """Seconds of CPU time a message of an end as it is; 0 where they were not recorded."""
        return self._median(role, [one.cpu_s for one in self.baseline])

    @staticmethod
    def _median(role: str, launches: Sequence[Mapping[str, float]]) -> float:
        return median([one.get(role, 0.0) for one in launches]) if launches else 0.0

    @property
    def regimes(self) -> list[Regime]:
        """What the launches as it is fall into by their page faults, where it makes a difference."""
        faults = [sum(one.faults.values()) for one in self.baseline]
        return regimes(faults, [one.message_s for one in self.baseline], self.case.payload_bytes)

    @property
    def worth_it(self) -> list[KnobResult]:
        """The knobs that are worth it, the largest gain first."""
        found = [knob for knob in self.knobs if knob.tried and knob.tried.finding is Worth.WORTH_IT]
        return sorted(found, key=ratio_of)

    def in_order(self) -> list[tuple[KnobResult, Tried]]:
        """Return the knobs that were tried alone, by what became of them, then by their ratios."""
        found, order = [(knob, knob.tried) for knob in self.knobs if knob.tried], list(Worth)
        return sorted(found, key=lambda each: (order.index(each[1].finding), ratio_of(each[0])))

    @property
    def is_confirmed(self) -> bool:
        """Whether what was combined was worth it on fresh launches, too."""
        return self.confirmed is not None and self.confirmed.finding is Worth.WORTH_IT

    @property
    def advised(self) -> list[KnobResult]:
        """The knobs of the confirmed combination, in its order; without one, those that are worth it alone.

        One alone of which fresh launches say that it gains nothing was lucky, and is not among them.
        """
        if self.confirmed is None or self.confirmed.finding is Worth.UNDECIDED:
            return self.worth_it
        if not self.is_confirmed:
            return [knob for knob in self.worth_it if knob.row.name != self.confirmed.name]
        by_name = {knob.row.name: knob for knob in self.knobs}
        # A knob of one's own may have anything in its name.
        alone = by_name.get(self.confirmed.name)
        names = [self.confirmed.name] if alone else self.confirmed.name.split(" + ")
        return [by_name[name] for name in names if name in by_name]

    def held_bytes(self, name: str) -> tuple[int, int] | None:
        """Return how much more both ends hold after a burst than before it, and what of it is given back."""
        memory = self.bursts.get(name)
        if not memory:
            return None
        held = sum(max(0, row.dropped - row.before) for row in memory.values())
        return held, sum(max(0, row.dropped - row.given_back) for row in memory.values())


def ratio_of(knob: KnobResult) -> float:
    """Return a knob's ratio alone, to sort by; infinite where it has none."""
    return knob.tried.ratio if knob.tried and knob.tried.decision else math.inf


def tuning_of(document: TuningDocument) -> TuningResult:
    """Return what a stored tuning came to: decisions are taken again from its launches."""
    record = document.ipcbench
    stages = [(stage, _tried(stage, record.threshold)) for stage in record.stages]
    alone = {one.name: one for stage, tried in stages for one in tried if stage.purpose == ALONE}
    at_end = {one.name: one for stage, tried in stages for one in tried if stage.purpose == AT_ONE_END}
    return TuningResult(
        case=Case.of_record(record.case),
        conditions=record.conditions,
        threshold=record.threshold,
        alpha=record.alpha,
        baseline=record.baseline,
        knobs=[
            KnobResult(row, alone.get(row.name), _ends(alone.get(row.name), row.name, at_end))
            for row in record.knobs
        ],
        on_top=[one for stage, tried in stages for one in tried if stage.purpose == ON_TOP],
        confirmed=next((tried[0] for stage, tried in stages if stage.purpose == CONFIRMED and tried), None),
        bursts=record.bursts,
        burst_messages=record.burst_messages,
        slowdowns=record.slowdowns,
        alone=record.alone,
        interrupted=record.stopped_by not in (DECIDED, OUT_OF_TIME),
        output=record.output,
    )


def _tried(stage: StageRow, threshold: float) -> list[Tried]:
    rule = Rule(threshold, stage.alpha, max(1, len(stage.rows)), question=Question.FASTER)
    base = stage.arms[0].text if stage.arms else AS_IT_IS
    return [_decided(row, base, rule) for row in stage.rows]


def _decided(row: ComparedRow, base: str, rule: Rule) -> Tried:
    if row.failure:
        return Tried(row.cell, base, None, row.failure)
    comparison = GainTest(rule)
    for log in row.logs:
        comparison.add(log)
    return Tried(row.cell, base, comparison.end(), logs=row.logs, faults=row.faults)


def _ends(both: Tried | None, name: str, at_end: Mapping[str, Tried]) -> str:
    """Return which end has to do it: those alone that have most of the gain of both; "" where not tried.

    Two that do not suffice have to be known to: what a short time left undecided says nothing.
    """
    found = {role: at_end.get(f"{name}, {role} alone") for role in ROLES}
    if both is None or both.decision is None or not any(found.values()):
        return ""
    wanted = SUFFICES * math.log(both.ratio)
    enough = [
        role
        for role, one in found.items()
        if one and one.finding is Worth.WORTH_IT and math.log(one.ratio) <= wanted
    ]
    if not enough:
        open_ones = (Worth.UNDECIDED, Worth.FAILED)
        is_known = all(one and one.finding not in open_ones for one in found.values())
        return "both ends" if is_known else "not known"
    return "either end" if len(enough) == len(ROLES) else f"the {enough[0]} alone"
