"""Does `ab` find work that was really added? `make planted` runs this.

A share of a message's cost added as work does not make a channel slower by that share: it shifts the balance
of sender and receiver. So the work is chosen until its effect lies near the one wanted, the effect is learnt
from a long comparison, and then short ones are made as a user makes them, each with its own seed.
"""

from __future__ import annotations

import math
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from ipcbench.commands.ab import plan_ab
from ipcbench.measure.ab.ab import Ab, Outcome
from ipcbench.plan.arms import parse_arms
from ipcbench.statistics.decision import Rule, SequentialTest, Verdict
from ipcbench.statistics.student import t_quantile

CHANNEL = "burning_pipe:BurningPipe"
#: Workload, size and placement, and the loops to begin with.
CELLS = (
    ("stream", "64", "same", 10),
    ("stream", "64", "split", 10),
    ("stream", "64KiB", "same", 150),
    ("ping-pong", "64", "same", 60),
)
WANTED, NEAR = 0.08, (0.05, 0.13)
TRY_LAUNCHES, LEARN_LAUNCHES, MOST_TRIES = 12, 120, 6


class Fixed(SequentialTest):
    """A comparison that takes so many launches, and decides nothing meanwhile."""

    def __init__(self, rule: Rule, launches: int) -> None:
        super().__init__(rule)
        self._launches = launches

    @property
    def is_open(self) -> bool:
        return len(self.logs) < self._launches

    def add(self, log_ratio: float) -> None:
        self.logs.append(log_ratio)


@dataclass(frozen=True)
class Effect:
    """What the planted work changed, as learnt from a long comparison: 95 % interval."""

    loops: int
    ratio: float
    low: float
    high: float


def compare(
    workload: str, size: str, placement: str, loops: int, seed: int, launches: int | None = None
) -> Outcome:
    """Compare the channel without work and with it, sequentially or for so many launches."""
    arms = parse_arms({"a": ["env:BURN_LOOPS=0"], "b": [f"env:BURN_LOOPS={loops}"]})
    cell = {"channel": CHANNEL, "workload": workload, "size": size, "placement": placement}
    make: Callable[[Rule], SequentialTest] = (
        (lambda rule: Fixed(rule, launches)) if launches else SequentialTest
    )
    ab = Ab(plan_ab(arms, cell, max_time_s=300, seed=seed), comparison=make)
    (outcome,) = ab.run()
    if outcome.failure or ab.interrupted:
        sys.exit(outcome.failure or "interrupted")
    return outcome


def learn(workload: str, size: str, placement: str, loops: int) -> Effect:
    """Choose the work, then learn what it changes."""
    for attempt in range(MOST_TRIES):
        found = compare(workload, size, placement, loops, 1000 + attempt, TRY_LAUNCHES)
        share = math.expm1(float(np.mean(found.logs)))
        if NEAR[0] * 1.2 <= share <= NEAR[1] * 0.9:
            break
        loops = max(1, round(loops * min(3.0, max(1 / 3, WANTED / max(share, 0.01)))))
    logs = np.array(compare(workload, size, placement, loops, 2000, LEARN_LAUNCHES).logs)
    half = t_quantile(0.975, len(logs) - 1) * float(logs.std(ddof=1)) / math.sqrt(len(logs))
    middle = float(logs.mean())
    return Effect(loops, math.exp(middle), math.exp(middle - half), math.exp(middle + half))


@click.command()
@click.option("--times", default=25, show_default=True, help="Short comparisons of each cell.")
def main(times: int) -> None:
    """Plant work, learn its effect, and count what short comparisons say of it."""
    sys.path.append(str(Path(__file__).parent))
    shown = Table(box=None)
    for heading in ("cell", "loops", "true ratio", *(verdict.value for verdict in Verdict), "s a comparison"):
        shown.add_column(heading, justify="right")
    for workload, size, placement, loops in CELLS:
        effect = learn(workload, size, placement, loops)
        outcomes = [compare(workload, size, placement, effect.loops, seed) for seed in range(times)]
        counts = Counter(one.decision.verdict for one in outcomes if one.decision)
        shown.add_row(
            f"{workload} {size} {placement}",
            str(effect.loops),
            f"{effect.ratio:.3f} [{effect.low:.3f}, {effect.high:.3f}]",
            *(str(counts[verdict]) for verdict in Verdict),
            f"{sum(one.seconds for one in outcomes) / times:.1f}",
        )
    Console(width=140).print(shown)


if __name__ == "__main__":
    main()
