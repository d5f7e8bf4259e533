"""What a self-test says of a machine: the spread of its cells, and how often it errs."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

from ipcbench.errors import CaseError
from ipcbench.record.comparison import ComparedRow, ComparisonDocument, ComparisonRecord
from ipcbench.record.self_test_cache import CellTest, SelfTest
from ipcbench.statistics.decision import FEWEST, LOOKS, Decision, Rule, SequentialTest, Verdict

#: What a machine is told apart by.
FACTS = ("cpu", "cores", "kernel", "machine", "system")


def machine_of(host: Mapping[str, Any]) -> dict[str, str]:
    """Return those of a host's facts that a self-test is of."""
    return {name: str(host.get(name)) for name in FACTS}


class Repeated(SequentialTest):
    """One comparison after the other of the same cell: begins anew where one has ended."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self._one_rule = rule
        self._current = SequentialTest(rule)
        self.ended: list[Decision] = []

    @property
    def is_open(self) -> bool:
        return True

    def add(self, log_ratio: float) -> None:
        self.logs.append(log_ratio)
        self._current.add(log_ratio)
        if not self._current.is_open:
            self.ended.append(self._current.end())
            self._current = SequentialTest(self._one_rule)

    @property
    def is_torn(self) -> bool:
        """Whether the last one had a look, or more, that did not decide it."""
        return len(self._current.logs) >= LOOKS[0]


def self_test_of(document: ComparisonDocument) -> SelfTest:
    """Return what a stored self-test found; raise CaseError where too little came out of it."""
    record = document.ipcbench
    rule = Rule(record.threshold, record.alpha, len(record.rows))
    cells = list(_cells(record.rows))
    pythons = [row.case.python for row in record.rows if row.case]
    if not cells:
        why = next((row.failure for row in record.rows if row.failure), None)
        raise CaseError(why or _too_little(record))
    repeated = [Repeated(rule) for _ in record.rows]
    for comparison, row in zip(repeated, record.rows, strict=True):
        for log_ratio in row.logs:
            comparison.add(log_ratio)
    ended = [decision.verdict for each in repeated for decision in each.ended]
    # Those that time has cut off are the noisy ones: without them the rates would be too good.
    ended += [Verdict.INCONCLUSIVE for each in repeated if each.is_torn]
    return SelfTest(
        datetime=document.datetime,
        machine=machine_of(record.host),
        python=pythons[0],
        cells=cells,
        comparisons=len(ended),
        regressed=ended.count(Verdict.REGRESSED),
        undecided=ended.count(Verdict.INCONCLUSIVE),
        threshold=record.threshold,
        alpha=record.alpha,
        slowdowns=sorted(record.slowdowns),
    )


def _too_little(record: ComparisonRecord) -> str:
    """Return how long it would have taken, from what there was time for."""
    passes = max((len(row.logs) for row in record.rows), default=0)
    wanted_s = max(60, math.ceil(FEWEST * record.elapsed_s / max(1, passes)))
    return (
        f"too little time: {passes} of {FEWEST} passes in {record.elapsed_s:.0f} s; "
        f"accepted: {wanted_s}s or more"
    )


def _cells(rows: Iterable[ComparedRow]) -> Iterable[CellTest]:
    for row in rows:
        if row.case and row.failure is None and len(row.logs) >= FEWEST:
            yield CellTest(
                case=row.case,
                spread=float(np.std(row.logs, ddof=1)),
                seconds_per_launch=row.seconds / len(row.logs),
                launches=len(row.logs),
            )
