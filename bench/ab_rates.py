"""How often does `ab` err? `make rates` runs this: channels against themselves, for so many minutes.

Each round is one whole `ab` of 36 comparisons, measured live, with both arms the same. The very launches are
judged three times: as they are, and with one arm's times made longer by 5 % and 10 % (exactly: each launch's
log ratio moves by log(1.05)). What is counted is what a user gets: the family's error rate is shared out
among all its comparisons, and a comparison ends at the first look that decides it.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ipcbench.commands.ab import plan_ab
from ipcbench.measure.ab.ab import Ab
from ipcbench.measure.ab.plan import AbPlan
from ipcbench.plan.arms import parse_arms
from ipcbench.statistics.decision import Decision, Rule, SequentialTest, Verdict
from random_load import random_load

CELLS = {"channel": "pipe,duplex-pipe,queue", "size": "64,64KiB,1MiB", "workload": "stream,ping-pong"}
SLOWDOWNS = (0.0, 0.05, 0.10)
SECONDS_A_COMPARISON = 30.0


class Judged(SequentialTest):
    """A comparison that is judged for several slowdowns of one arm; open until all are decided."""

    def __init__(self, rule: Rule) -> None:
        super().__init__(rule)
        self.by_slowdown = {share: SequentialTest(rule) for share in SLOWDOWNS}

    @property
    def is_open(self) -> bool:
        return any(each.is_open for each in self.by_slowdown.values())

    def add(self, log_ratio: float) -> None:
        self.logs.append(log_ratio)
        for share, each in self.by_slowdown.items():
            each.add(log_ratio + math.log1p(share))

    def end(self) -> Decision:
        return self.by_slowdown[0.0].end()


@dataclass(frozen=True)
class Judgement:
    """What one comparison came to."""

    cell: str
    slowdown: float
    verdict: str
    launches: int
    #: What its launches took, until this was decided.
    seconds: float
    #: The launches' log ratios up to there, the slowdown left out: to see what a false alarm came from.
    logs: tuple[float, ...] = ()


@dataclass(frozen=True)
class Round:
    """The judgements of one `ab`, the wall time of it to that of its launches, and the wall time."""

    judgements: list[Judgement]
    overhead: float
    wall_s: float


def rounds(asked: AbPlan, until_s: float, seed: int) -> Iterator[Round]:
    """Yield the judgements of one `ab` after the other, until the time is up."""
    while time.monotonic() < until_s:
        kept: list[Judged] = []

        def judged(rule: Rule, kept: list[Judged] = kept) -> Judged:
            kept.append(Judged(rule))
            return kept[-1]

        start_s = time.monotonic()
        seconds = SECONDS_A_COMPARISON * asked.comparisons
        ab = Ab(replace(asked, seed=seed, max_time_s=seconds), comparison=judged)
        found = []
        outcomes = ab.run()
        for outcome, each in zip(outcomes, kept, strict=True):
            if outcome.failure or ab.interrupted:
                sys.exit(outcome.failure or "interrupted")
            for slowdown, comparison in each.by_slowdown.items():
                end = comparison.end()
                seconds = outcome.seconds * end.launches / len(each.logs)
                cell = asked.name(outcome.cell)
                logs = tuple(each.logs[: end.launches])
                found.append(Judgement(cell, slowdown, end.verdict.value, end.launches, seconds, logs))
        seed += 1
        wall_s, launches_s = time.monotonic() - start_s, sum(each.seconds for each in outcomes)
        yield Round(found, wall_s / launches_s, wall_s)


def table(found: Sequence[Judgement]) -> Table:
    """Return the shares of each verdict, by slowdown."""
    shown = Table(box=None, title=f"{len(found) // len(SLOWDOWNS)} comparisons of a channel with itself")
    for heading in (
        "slowdown",
        *(verdict.value for verdict in Verdict),
        "launches",
        "s a cell",
        "s, 9 in 10",
    ):
        shown.add_column(heading, justify="right")
    for slowdown in SLOWDOWNS:
        rows = [each for each in found if each.slowdown == slowdown]
        counts = Counter(row.verdict for row in rows)
        seconds = sorted(row.seconds for row in rows)
        shown.add_row(
            f"{slowdown:.0%}",
            *(f"{counts[verdict.value]} ({counts[verdict.value] / len(rows):.1%})" for verdict in Verdict),
            f"{sum(row.launches for row in rows) / len(rows):.1f}",
            f"{sum(seconds) / len(rows):.1f}",
            f"{seconds[int(0.9 * (len(seconds) - 1))]:.1f}",
        )
    return shown


def wrong(found: Sequence[Judgement]) -> str:
    """Return the cells that something else came out for than should, with how often."""
    others = Counter(
        f"{row.cell}, {row.slowdown:.0%}: {row.verdict}"
        for row in found
        if Verdict(row.verdict) is not (Verdict.REGRESSED if row.slowdown else Verdict.NOT_SLOWER)
    )
    return "\n".join(f"{count} x {what}" for what, count in others.most_common())


def kept_in(path: Path) -> tuple[str, int, list[Judgement]]:
    """Return the conditions, rounds and judgements of a file that `--output` made."""
    kept = json.loads(path.read_text(encoding="utf-8"))
    return kept["conditions"], kept["rounds"], [Judgement(*row) for row in kept["judgements"]]


@click.command()
@click.option("--channel", default=CELLS["channel"], show_default=True)
@click.option("--size", default=CELLS["size"], show_default=True)
@click.option("--workload", default=CELLS["workload"], show_default=True)
@click.option("--minutes", default=35.0, show_default=True, help="No round is begun later.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep all judgements, as JSON; those of earlier calls are gone on with.",
)
@click.option("--load", default=0, show_default=True, help="So many processes burn cores meanwhile.")
@click.option("--show", type=click.Path(exists=True, path_type=Path), help="Only count what such a file has.")
def main(
    channel: str, size: str, workload: str, minutes: float, output: Path | None, load: int, show: Path | None
) -> None:
    """Compare channels with themselves and count the errors."""
    if show:
        conditions, _, found = kept_in(show)
        Console(width=150).print(conditions, table(found), wrong(found))
        return
    this = [f"python={sys.executable}"]
    asked = plan_ab(
        parse_arms({"a": this, "b": this}), {"channel": channel, "workload": workload, "size": size}
    )
    console = Console(width=150)
    console.print(f"{asked.conditions}; {asked.comparisons} comparisons a round")
    done, found = 0, []
    if output and output.exists():
        conditions, done, found = kept_in(output)
        if conditions != asked.conditions:
            sys.exit(f"{output} is of {conditions}; accepted: a file of its own for these")
    with random_load(load):
        for each in rounds(asked, time.monotonic() + 60 * minutes, seed=done):
            done += 1
            # Launchers, too, take their time: each judgement has its share.
            found += [replace(one, seconds=one.seconds * each.overhead) for one in each.judgements]
            alarms = [
                one.cell
                for one in each.judgements
                if not one.slowdown and one.verdict == Verdict.REGRESSED.value
            ]
            console.print(
                f"{len(found) // len(SLOWDOWNS)} comparisons, this round in {each.wall_s:.0f} s; "
                f"false alarms in it: {alarms or 'none'}"
            )
            if output:
                judgements = [[*vars(one).values()] for one in found]
                kept = {"conditions": asked.conditions, "rounds": done, "judgements": judgements}
                output.write_text(json.dumps(kept) + "\n", encoding="utf-8")
    console.print(table(found), wrong(found))


if __name__ == "__main__":
    main()
