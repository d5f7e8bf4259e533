"""How often do `tune` and `ab` err where launches take long? Their rules, on launches that were kept.

`bench/ab_rates.py --output FILE` keeps the log ratios of launches in which both arms were the same. Here
each comparison draws launches of one cell, with either sign: where the arms are alike, which of them is
called the second is chance. Their times are then judged by the rule of `tune`, or by that of a question of
`ab`, as they are and with those of the second arm changed by exactly 5 % and 10 %; one that needs more
launches than 192 stays undecided.
"""

from __future__ import annotations

import math
import random
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import click

from ab_rates import kept_in
from ipcbench.statistics.decision import LOOKS, GainTest, Question, Rule, SequentialTest

#: By how much the second arm's times are changed.
CHANGES = (0.0, -0.05, -0.10, 0.05, 0.10)
TUNE = "tune"


def launches_of(files: Sequence[Path], part: str) -> dict[str, list[float]]:
    """Return the log ratios of all launches whose cell has this in its name, by cell; each launch once."""
    found: dict[str, list[float]] = defaultdict(list)
    for path in files:
        longest: dict[tuple[str, float], tuple[float, ...]] = {}
        for row in kept_in(path)[2]:
            # Several questions are judged on the same launches, which begin alike.
            if part in row.cell and not row.change and row.logs:
                key = row.cell, row.logs[0]
                longest[key] = max(longest.get(key, ()), row.logs, key=len)
        for (cell, _), logs in longest.items():
            found[cell] += logs
    return dict(found)


def judged(logs: Sequence[float], change: float, test: SequentialTest, rng: random.Random) -> str:
    """Return what a comparison of launches that are drawn from these comes to."""
    for _ in range(LOOKS[-1]):
        if not test.is_open:
            break
        test.add(rng.choice((1, -1)) * rng.choice(logs) + math.log1p(change))
    return test.end().verdict.value


@click.command()
@click.argument("kept", type=click.Path(exists=True, path_type=Path), nargs=-1, required=True)
@click.option("--part", default="1MiB", show_default=True, help="Of cells that have this in their names.")
@click.option("--comparisons", default=600, show_default=True)
@click.option(
    "--question",
    default=TUNE,
    show_default=True,
    type=click.Choice([TUNE, *(each.value for each in Question)]),
)
@click.option("--arms", default=13, show_default=True, help="Which share alpha.")
@click.option("--seed", default=1, show_default=True)
def main(kept: Sequence[Path], part: str, comparisons: int, question: str, arms: int, seed: int) -> None:
    """Draw so many comparisons from the launches of KEPT, and count what they come to."""
    cells, rng = launches_of(kept, part), random.Random(seed)
    if not cells:
        raise click.UsageError(f"no launches of a cell with {part!r} in its name")
    asked = Question.FASTER if question == TUNE else Question(question)
    rule = Rule(0.05, 0.01, comparisons=arms, question=asked)
    known = sum(map(len, cells.values()))
    print(f"{known} launches of {len(cells)} cells, {question}; alpha shared among {arms}")
    for change in CHANGES:
        found = Counter(
            judged(
                list(cells.values())[number % len(cells)],
                change,
                GainTest(rule) if question == TUNE else SequentialTest(rule),
                rng,
            )
            for number in range(comparisons)
        )
        told = ", ".join(f"{count} {verdict}" for verdict, count in found.most_common())
        print(f"{f'{change:+.0%}' if change else 'as they are'}: {told}")


if __name__ == "__main__":
    main()
