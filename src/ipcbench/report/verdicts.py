"""The verdicts of a comparison: a row for each cell and arm, what they come to, and the exit status."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ipcbench.exit_status import FAILED, FINE, REGRESSED, UNDECIDED
from ipcbench.plan.case import Case
from ipcbench.report import wording
from ipcbench.statistics.decision import EXCLUDING_SHARE, LOOKS, Decision, Question, Rule, Verdict
from ipcbench.statistics.regimes import Regime, ratio_regimes


@dataclass(frozen=True, slots=True)
class Row:
    """One cell compared for one arm; without a decision there is a failure."""

    cell: str
    arm: str
    decision: Decision | None
    seconds: float
    failure: str | None = None
    #: Each launch's log of the ratio.
    logs: Sequence[float] = ()
    #: There is nothing to compare on one side, which is the failure.
    missing: bool = False
    #: The cell's coordinates, where a chart is to place it.
    case: Case | None = None
    #: Each launch's page faults a message, of the first arm and of this one; empty where not counted.
    faults: Sequence[tuple[float, float]] = ()
    #: The ratio as measured, where the decision's is adjusted: of times divided by those of a loop beside it.
    raw: float | None = None
    #: Why nothing is decided, where more launches would not help.
    undecided: str | None = None

    @property
    def measured(self) -> str:
        """The ratio as measured, with its interval where that is what decided."""
        if self.decision is None:
            return wording.NOT_AVAILABLE
        return ratio_text(self.decision) if self.raw is None else f"{self.raw:.3f}×"

    @property
    def adjusted(self) -> str:
        """The ratio of times divided by the loop's, where that decided."""
        return ratio_text(self.decision) if self.decision and self.raw is not None else ""

    @property
    def regimes(self) -> list[Regime]:
        """What ratios its launches fall into by the faults of both arms, where that makes a difference."""
        return ratio_regimes(self.faults, self.logs, self.case.payload_bytes) if self.case else []

    @property
    def word(self) -> str:
        """The verdict in a word, or why there is none."""
        return self.decision.verdict.value if self.decision else "missing" if self.missing else "failed"


@dataclass(frozen=True, slots=True)
class Comparisons:
    """All rows of one command, with what was asked."""

    rows: Sequence[Row]
    rule: Rule
    #: The arms by label, the base first: what differs, as its user wrote it.
    arms: Sequence[tuple[str, str]]
    conditions: str
    #: The command that shows why a cell is slower.
    why: str = ""
    metric: str = "time a message"
    interrupted: bool = False
    #: What has to be known before any figure, and what is said after them.
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()
    #: By an arm's label, how its interpreter was built.
    builds: Mapping[str, str] = field(default_factory=dict)
    #: The coordinates that arms name.
    of_arms: Collection[str] = ()

    @property
    def told_arms(self) -> list[tuple[str, str]]:
        """The arms by label, with how their interpreters were built."""
        return [
            (label, f"{text} ({self.builds[label]})" if label in self.builds else text)
            for label, text in self.arms
        ]

    @property
    def has_adjusted(self) -> bool:
        """Whether some decision rests on an adjusted ratio."""
        return any(row.raw is not None for row in self.rows)

    def count(self, verdict: Verdict) -> int:
        """How many comparisons came out so."""
        return sum(row.decision is not None and row.decision.verdict is verdict for row in self.rows)

    @property
    def failed(self) -> int:
        """The rows without a decision, for whatever reason."""
        return sum(row.decision is None for row in self.rows)

    @property
    def exit_status(self) -> int:
        """0: no regression; 1: regression; 4: something could not be measured; 3: undecided."""
        if self.count(Verdict.REGRESSED):
            return REGRESSED
        if self.failed or self.interrupted or not self.rows:
            return FAILED
        return UNDECIDED if self.count(Verdict.INCONCLUSIVE) else FINE


#: How a ratio is headed that is of times divided by those of the raw loop measured beside each.
ADJUSTED = "beside its loop"


def ratio_text(decision: Decision) -> str:
    """Return `1.05x [1.02, 1.08]`; an end that is not known is left open."""
    if math.isnan(decision.ratio):
        return wording.NOT_AVAILABLE
    if math.isinf(decision.high):
        return f"{decision.ratio:.3f}×"
    return f"{decision.ratio:.3f}× [{decision.low:.3f}, {decision.high:.3f}]"


def summary(comparisons: Comparisons) -> str:
    """Return the counts of each verdict in one line."""
    parts = [f"{count} {verdict.value}" for verdict in Verdict if (count := comparisons.count(verdict))]
    lacking = Counter(row.word for row in comparisons.rows if row.decision is None)
    parts += [f"{count} {word}" for word, count in lacking.items()]
    counts = ", ".join(parts) or "nothing was compared"
    return f"{counts}; interrupted" if comparisons.interrupted else counts


def remark(row: Row) -> str:
    """Return what else has to be said of a row: why there is no decision, what would decide, its heap."""
    if why := row.failure or row.undecided:
        return " ".join(why.split())
    return "; ".join(filter(None, [_would_decide(row), _by_heap(row)]))


def _by_heap(row: Row) -> str:
    return wording.ratio_regimes(row.regimes) if row.regimes else ""


def _would_decide(row: Row) -> str:
    wanted = row.decision.wanted if row.decision else None
    if wanted and row.decision and row.decision.launches:
        seconds = row.seconds / row.decision.launches * wanted
        beyond = "" if wanted <= LOOKS[-1] else f", more than the {LOOKS[-1]} of the last look"
        return f"about {wanted} launches ({seconds:.0f} s) would decide{beyond}"
    return ""


#: By what is asked: what no comparison is called wrongly, and what does not pass for none.
_PROMISED = {
    Question.SLOWER: ("regressed", "slowdown"),
    Question.FASTER: ("improved", "gain"),
    Question.DIFFERENT: ("regressed or improved", "change"),
}


def guarantee(rule: Rule) -> str:
    """Return what the rule promises of a whole command, not of one cell."""
    alpha, excluding, threshold = map(
        wording.percent, (rule.alpha, EXCLUDING_SHARE * rule.alpha, rule.threshold)
    )
    called, missed = _PROMISED[rule.question]
    return (
        f"asked: is it {rule.question.value}? with no change, at most {alpha} of such commands call any "
        f"of the {rule.comparisons} comparisons {called}; a {missed} of {threshold} or more passes in at "
        f"most {excluding}"
    )


def sentence(row: Row, comparisons: Comparisons) -> str:
    """Return what a reader of one line has to know."""
    parts = [f"{row.cell}, arm {row.arm}: {row.word}"]
    if row.decision:
        adjusted = f", {ADJUSTED} {row.adjusted}," if row.adjusted else ""
        parts.append(f"{comparisons.metric} {row.measured}{adjusted} after {row.decision.launches} launches")
    parts += [remark(row)] if remark(row) else []
    if comparisons.why and row.word == "regressed":
        parts.append(f"why: {comparisons.why}")
    return "; ".join(parts)
