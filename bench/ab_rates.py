"""How often does `ab` err? `make rates` runs this: channels against themselves, for so many minutes.

Each round is one whole `ab` of 36 comparisons, measured live, with both arms the same, or with a setting in
the second one that does nothing. The very launches are judged for each question: as they are, and with one
arm's times made longer or shorter by 5 % and 10 % (exactly: each launch's log ratio moves by log(1.05)). What
is counted is what a user gets: the family's error rate is shared out among all its comparisons, and a
comparison ends at the first look that decides it.
"""

from __future__ import annotations

import json
import math
import sys
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from ipcbench.commands.ab import plan_ab
from ipcbench.measure.ab.ab import Ab
from ipcbench.measure.ab.plan import AbPlan
from ipcbench.plan.arms import parse_arms
from ipcbench.statistics.decision import Decision, Question, Rule, SequentialTest, Verdict
from random_load import random_load

CELLS = {"channel": "pipe,duplex-pipe,queue", "size": "64,64KiB,1MiB", "workload": "stream,ping-pong"}
#: By question, by how much one arm's times are changed.
CHANGES: Mapping[Question, Sequence[float]] = {
    Question.SLOWER: (0.0, 0.05, 0.10),
    Question.FASTER: (0.0, -0.05, -0.10),
    Question.DIFFERENT: (0.0, 0.05, 0.10, -0.05, -0.10),
}
#: For a count of false alarms alone: a comparison then ends as soon as a user's would.
UNCHANGED_ONLY: Mapping[Question, Sequence[float]] = dict.fromkeys(Question, (0.0,))
#: What has to come out where nothing was changed.
UNCHANGED = {
    Question.SLOWER: Verdict.NOT_SLOWER,
    Question.FASTER: Verdict.NOT_FASTER,
    Question.DIFFERENT: Verdict.NOT_DIFFERENT,
}
SECONDS_A_COMPARISON = 30.0


class Judged(SequentialTest):
    """A comparison that is judged for several questions and changes of one arm, until all are decided."""

    def __init__(self, rule: Rule, changes: Mapping[Question, Sequence[float]]) -> None:
        super().__init__(rule)
        self.tests = {
            (question, change): SequentialTest(replace(rule, question=question))
            for question, shares in changes.items()
            for change in shares
        }

    @property
    def is_open(self) -> bool:
        return any(each.is_open for each in self.tests.values())

    def add(self, log_ratio: float) -> None:
        self.logs.append(log_ratio)
        for (_, change), each in self.tests.items():
            each.add(log_ratio + math.log1p(change))

    def end(self) -> Decision:
        return next(iter(self.tests.values())).end()


@dataclass(frozen=True)
class Judgement:
    """What one comparison came to."""

    cell: str
    #: What was asked, and by how much the times of one arm were changed.
    question: str
    change: float
    verdict: str
    launches: int
    #: What its launches took, until this was decided.
    seconds: float
    #: The launches' log ratios up to there, the change left out: of what is as it is, and where something
    #: else came out than should.
    logs: tuple[float, ...] = ()


@dataclass(frozen=True)
class Round:
    """The judgements of one `ab`, the wall time of it to that of its launches, and the wall time."""

    judgements: list[Judgement]
    overhead: float
    wall_s: float


def rounds(
    asked: AbPlan, changes: Mapping[Question, Sequence[float]], until_s: float, seed: int
) -> Iterator[Round]:
    """Yield the judgements of one `ab` after the other, until the time is up."""
    while time.monotonic() < until_s:
        kept: list[Judged] = []

        def judged(rule: Rule, kept: list[Judged] = kept) -> Judged:
            kept.append(Judged(rule, changes))
            return kept[-1]

        start_s = time.monotonic()
        seconds = SECONDS_A_COMPARISON * asked.comparisons
        ab = Ab(replace(asked, seed=seed, max_time_s=seconds), comparison=judged)
        found = []
        outcomes = ab.run()
        for outcome, each in zip(outcomes, kept, strict=True):
            if outcome.failure or ab.interrupted:
                sys.exit(outcome.failure or "interrupted")
            for (question, change), comparison in each.tests.items():
                end = comparison.end()
                seconds = outcome.seconds * end.launches / len(each.logs)
                one = Judgement(
                    asked.name(outcome.cell), question.value, change, end.verdict.value, end.launches, seconds
                )
                is_wrong = end.verdict is not expected(one)
                logs = tuple(round(log, 4) for log in each.logs[: end.launches])
                # Of what is as it is the launches are kept, too: another rule can be tried on them.
                found.append(replace(one, logs=logs) if is_wrong or not change else one)
        seed += 1
        wall_s, launches_s = time.monotonic() - start_s, sum(each.seconds for each in outcomes)
        yield Round(found, wall_s / launches_s, wall_s)


def comparisons(found: Sequence[Judgement]) -> int:
    """Return how many comparisons these are the judgements of: of any question, as they are."""
    asked = Counter(row.question for row in found if not row.change)
    return max(asked.values(), default=0)


def is_first(row: Judgement) -> bool:
    """Whether it is the first of a comparison's judgements, where all questions are asked."""
    return row.question == Question.SLOWER.value and not row.change


def expected(row: Judgement) -> Verdict:
    """Return what has to come out."""
    if not row.change:
        return UNCHANGED[Question(row.question)]
    return Verdict.REGRESSED if row.change > 0 else Verdict.IMPROVED


def table(found: Sequence[Judgement]) -> Table:
    """Return how often what has to come out did, and what else came out, by question and change."""
    shown = Table(box=None, title=f"{comparisons(found)} comparisons of a channel with itself")
    for heading in ("asked", "times", "right", "of", "otherwise", "launches", "s a cell", "s, 9 in 10"):
        shown.add_column(heading, justify="left" if heading in ("asked", "otherwise") else "right")
    for question, changes in CHANGES.items():
        for change in changes:
            rows = [row for row in found if (row.question, row.change) == (question.value, change)]
            if not rows:
                continue
            others = Counter(row.verdict for row in rows if row.verdict != expected(row).value)
            seconds = sorted(row.seconds for row in rows)
            shown.add_row(
                question.value,
                f"{change:+.0%}" if change else "as they are",
                f"{len(rows) - others.total()} {expected(rows[0]).value}",
                str(len(rows)),
                ", ".join(f"{count} {verdict}" for verdict, count in others.most_common()),
                f"{sum(row.launches for row in rows) / len(rows):.1f}",
                f"{sum(seconds) / len(rows):.1f}",
                f"{seconds[int(0.9 * (len(seconds) - 1))]:.1f}",
            )
    return shown


def wrong(found: Sequence[Judgement]) -> str:
    """Return the cells that something else was decided for than should, with how often."""
    others = Counter(
        f"{row.cell}, {row.question}, {row.change:+.0%}: {row.verdict}"
        for row in found
        if Verdict(row.verdict) not in (expected(row), Verdict.INCONCLUSIVE)
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
@click.option("--setting", "setting", help="What the second arm sets, as env:IPCBENCH_NOTHING=1.")
@click.option(
    "--question",
    "questions",
    multiple=True,
    type=click.Choice([each.value for each in Question]),
    help="Judge these only: to exclude both sides takes longest.  [all]",
)
@click.option("--power/--no-power", default=True, help="Whether one arm's times are changed, too.")
@click.option("--minutes", default=35.0, show_default=True, help="No round is begun later.")
@click.option(
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Keep all judgements, as JSON; those of earlier calls are gone on with.",
)
@click.option("--load", default=0, show_default=True, help="So many processes burn cores meanwhile.")
@click.option(
    "--show", type=click.Path(exists=True, path_type=Path), multiple=True, help="Only count what these have."
)
def main(
    setting: str | None,
    questions: Sequence[str],
    power: bool,
    minutes: float,
    output: Path | None,
    load: int,
    show: Sequence[Path],
    **cells: str,
) -> None:
    """Compare channels with themselves and count the errors."""
    if show:
        kept = [kept_in(path) for path in show]
        found = [one for _, _, judgements in kept for one in judgements]
        conditions = "\n".join(conditions for conditions, _, _ in kept)
        Console(width=150).print(conditions, table(found), wrong(found))
        return
    this = [f"python={sys.executable}"]
    asked = plan_ab(parse_arms({"a": this, "b": [*this, *([setting] if setting else [])]}), cells)
    console = Console(width=150)
    conditions = "; ".join([asked.conditions, *questions])
    console.print(f"{conditions}; {asked.comparisons} comparisons a round")
    done, found = 0, []
    if output and output.exists():
        before, done, found = kept_in(output)
        if before != conditions:
            sys.exit(f"{output} is of {before}; accepted: a file of its own for these")
    with random_load(load):
        changes = CHANGES if power else UNCHANGED_ONLY
        changes = {each: changes[each] for each in changes if each.value in questions or not questions}
        for each in rounds(asked, changes, time.monotonic() + 60 * minutes, seed=done):
            done += 1
            # Launchers, too, take their time: each judgement has its share.
            found += [replace(one, seconds=one.seconds * each.overhead) for one in each.judgements]
            called = (Verdict.REGRESSED.value, Verdict.IMPROVED.value)
            alarms = [one.cell for one in each.judgements if not one.change and one.verdict in called]
            console.print(
                f"{comparisons(found)} comparisons, this round in {each.wall_s:.0f} s; "
                f"false alarms in it: {alarms or 'none'}"
            )
            if output:
                judgements = [[*vars(one).values()] for one in found]
                stored = {"conditions": conditions, "rounds": done, "judgements": judgements}
                output.write_text(json.dumps(stored) + "\n", encoding="utf-8")
    console.print(table(found), wrong(found))


if __name__ == "__main__":
    main()
