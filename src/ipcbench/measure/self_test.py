"""This machine compared with itself: how often `ab` errs here, and what it can find in which time."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np

from ipcbench.analysis.decision import FEWEST, LOOKS, Comparison, Decision, Rule, Verdict
from ipcbench.errors import CaseError
from ipcbench.measure.ab import Ab, Outcome, Told
from ipcbench.measure.ab_request import AbRequest, resolve_ab
from ipcbench.measure.environment import host_facts
from ipcbench.plan.arms import parse_arms
from ipcbench.record.schema import CaseRow
from ipcbench.record.self_test import CellTest, SelfTest

SIZES = "64,64KiB,1MiB"
#: In less, hardly a cell of all is launched often enough to say anything.
SHORTEST_S = 60.0
#: What a machine is told apart by.
FACTS = ("cpu", "cores", "kernel", "machine", "system")


class Repeated(Comparison):
    """One comparison after the other of the same cell: begins anew where one has ended."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._one_rule = rule
        self._current = Comparison(rule)
        self.ended: list[Decision] = []

    @property
    def is_open(self) -> bool:
        return True

    def add(self, log_ratio: float) -> None:
        self.logs.append(log_ratio)
        self._current.add(log_ratio)
        if not self._current.is_open:
            self.ended.append(self._current.end())
            self._current = Comparison(self._one_rule)

    @property
    def is_torn(self) -> bool:
        """Whether the last one had a look, or more, that did not decide it."""
        return len(self._current.logs) >= LOOKS[0]


def run_self_test(
    max_time_s: float, *, seed: int, told: Told | None = None, sizes: str = SIZES, workload: str | None = None
) -> SelfTest:
    """Compare the channels with themselves for so long; raise CaseError where too little came out.

    Both arms are this interpreter, in launchers of their own, as when two interpreters are compared.
    """
    this = [f"python={sys.executable}"]
    asked = resolve_ab(parse_arms({"a": this, "b": this}), {"workload": workload, "size": sizes})
    kept: list[Repeated] = []

    def repeated(rule: Rule) -> Repeated:
        kept.append(Repeated(rule))
        return kept[-1]

    ab = Ab(
        asked.sides, asked.cells, Rule(), seed=seed, max_time_s=max_time_s, told=told, comparison=repeated
    )
    outcomes = ab.run()
    if ab.interrupted:
        raise CaseError("interrupted before the machine had shown what it can do")
    return _summarised(asked, outcomes, kept, ab.rule)


def machine_facts() -> dict[str, str]:
    """Return what a self-test is of."""
    host = host_facts()
    return {name: str(host.get(name)) for name in FACTS}


def _summarised(
    asked: AbRequest, outcomes: Sequence[Outcome], kept: Sequence[Repeated], rule: Rule
) -> SelfTest:
    cells = [
        CellTest(
            case=CaseRow.of(one.cell),
            spread=float(np.std(one.logs, ddof=1)),
            seconds_per_launch=one.seconds / len(one.logs),
            launches=len(one.logs),
        )
        for one in outcomes
        if one.failure is None and len(one.logs) >= FEWEST
    ]
    if not cells:
        why = next(
            (one.failure for one in outcomes if one.failure),
            f"too little time; accepted: {SHORTEST_S:g}s or more",
        )
        raise CaseError(str(why))
    ended = [decision.verdict for each in kept for decision in each.ended]
    # Those that time has cut off are the noisy ones: without them the rates would be too good.
    ended += [Verdict.INCONCLUSIVE for each in kept if each.is_torn]
    return SelfTest(
        datetime=datetime.now(UTC).isoformat(timespec="seconds"),
        machine=machine_facts(),
        python=asked.sides[0].interpreter.label,
        cells=cells,
        comparisons=len(ended),
        regressed=ended.count(Verdict.REGRESSED),
        undecided=ended.count(Verdict.INCONCLUSIVE),
        threshold=rule.threshold,
        alpha=rule.alpha,
    )
