"""Is what `doctor --self-test` says of small slowdowns so? Asked of judgements that were kept.

A self-test learns each cell's spread from some launches and says which slowdown is found in nine of ten cases
within so many seconds. Here every round that `bench/ab_rates.py --output FILE` kept is taken for a self-test
of that machine, and what it says is tried on the launches of all other rounds: their log ratios, one after
the other, with one arm's times made longer by just that much, judged by the rule of `ab`. What is learnt is
learnt from a round's first six launches, which each cell has: noisy ones have more, and that would choose.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np

from ab_rates import Judgement, is_first, kept_in
from ipcbench.analysis.power import POWER, smallest_slowdown
from ipcbench.record.schema import CaseRow
from ipcbench.record.self_test_cache import CellTest
from ipcbench.statistics.decision import LOOKS, Rule, SequentialTest, Verdict

WITHIN_S = (10.0, 30.0, 60.0)
#: Of which cell it is makes no difference to what its spread promises.
CASE = CaseRow(
    channel="pipe",
    workload="stream",
    payload_kind="bytes",
    payload_bytes=64,
    start_method="fork",
    placement="split",
    python="3",
)


@dataclass(frozen=True)
class Launches:
    """What one round found of a cell: its log ratios, and the seconds that each launch took."""

    logs: tuple[float, ...]
    seconds_each: float


def by_cell(found: Sequence[Judgement]) -> dict[str, list[Launches]]:
    """Return the rounds of each cell; of judgements of the same launches the one that took most of them."""
    if not any(is_first(row) for row in found):
        sys.exit("these were not asked what is slower; accepted: files of bench/ab_rates.py that were")
    rounds: dict[str, list[Judgement]] = defaultdict(list)
    for row in found:
        kept = rounds[row.cell]
        if is_first(row):
            kept.append(row)
        elif kept and row.launches > kept[-1].launches:
            kept[-1] = row
    return {
        cell: [Launches(row.logs, row.seconds / row.launches) for row in rows]
        for cell, rows in rounds.items()
    }


def tried(learnt: Launches, others: Sequence[float], seconds: float) -> Iterator[bool]:
    """Yield whether the slowdown that a round says is found in so many seconds was, in launches of others."""
    logs = learnt.logs[: LOOKS[0]]
    cell = CellTest(
        case=CASE,
        spread=float(np.std(logs, ddof=1)),
        seconds_per_launch=learnt.seconds_each,
        launches=len(logs),
    )
    share = smallest_slowdown(cell, seconds, Rule(0.05, 0.01))
    if share is None:
        return
    affordable = max(look for look in LOOKS if look * cell.seconds_per_launch <= seconds)
    for start in range(0, len(others) - affordable + 1, affordable):
        comparison = SequentialTest(Rule(share, 0.01))
        for log_ratio in others[start : start + affordable]:
            comparison.add(log_ratio + math.log1p(share))
        yield comparison.end().verdict is Verdict.REGRESSED


@click.command()
@click.argument("kept", type=click.Path(exists=True, path_type=Path))
def main(kept: Path) -> None:
    """Say how often the slowdowns that single rounds promise to find were found in the other rounds."""
    conditions, rounds, found = kept_in(kept)
    print(f"{conditions}; {rounds} rounds")
    cells = by_cell(found)
    for seconds in WITHIN_S:
        hits = [
            hit
            for rows in cells.values()
            for number, learnt in enumerate(rows)
            for hit in tried(
                learnt, [log for i, row in enumerate(rows) if i != number for log in row.logs], seconds
            )
        ]
        if hits:
            print(
                f"within {seconds:g} s: {sum(hits)} of {len(hits)} ({np.mean(hits):.1%}) found,"
                f" {POWER:.0%} promised"
            )


if __name__ == "__main__":
    main()
