"""Is what `recommend` chooses as good as the best that a long run knows? `make recommendations` runs this.

Twelve questions: a small, a middle and a large message, for throughput and for latency, with a core for each
end and with one for both. Each is answered by a measurement of its own of so many seconds; then a run several
times as long has the same channels, whose best is the truth. An answer is right where its first choice takes
at most a tenth longer than that best, or where it says that it cannot tell the two apart.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import product
from tempfile import TemporaryDirectory

import click
from rich.console import Console
from rich.table import Table

import ipcbench
from ipcbench.plan import defaults
from ipcbench.report import wording

CHANNELS = "pipe,duplex-pipe,queue,simple-queue,joinable-queue"
SIZES, PRIORITIES, PLACEMENTS = ("64", "16KiB", "1MiB"), ("throughput", "latency"), ("split", "same")
#: How much longer than the best a choice may take.
AS_GOOD = 1.10


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked."""

    size: str
    priority: str
    placement: str

    @property
    def workload(self) -> str:
        """What its priority is measured by."""
        return str(defaults.PRIORITIES[self.priority])


@dataclass(frozen=True, slots=True)
class Answer:
    """What came out: the first choice, what it cannot be told from, what these take of the best's time."""

    choice: str
    as_good: tuple[str, ...]
    best: str
    ratio: float

    @property
    def is_right(self) -> bool:
        """Whether nobody loses more than a tenth by it, or it said that it does not know."""
        return self.ratio <= AS_GOOD or self.best in self.as_good


def answered(question: Question, seconds: float, folder: str) -> tuple[str, tuple[str, ...]]:
    """Ask, with a measurement of its own; return the first choice and what it cannot be told from."""
    found = ipcbench.recommend(
        channel=CHANNELS,
        size=question.size,
        workload=question.workload,
        placement=question.placement,
        priority=question.priority,
        fresh=True,
        seconds=seconds,
        results=folder,
    )
    (told,) = found.to_dict()["sizes"]
    return told["choose"], tuple(told["cannot_be_separated"])


def truths(seconds: float) -> dict[Question, dict[str, float]]:
    """Return by question each channel's seconds, by a long run for each."""
    found: dict[Question, dict[str, float]] = {}
    for priority, placement in product(PRIORITIES, PLACEMENTS):
        workload = str(defaults.PRIORITIES[priority])
        run = ipcbench.run(
            channel=CHANNELS, workload=workload, size=",".join(SIZES), placement=placement, seconds=seconds
        )
        for size, group in zip(SIZES, run.groups, strict=True):
            taken = {case.case.channel: case.seconds.value for case in group.asked if case.seconds}
            found[Question(size, priority, placement)] = taken
    return found


@click.command()
@click.option("--seconds", default=20.0, help="Of each question.  [20]")
@click.option("--truth-seconds", default=300.0, help="Of each of the four long runs.  [300]")
def main(seconds: float, truth_seconds: float) -> None:
    """Ask, measure for long, compare; exit status 1 where an answer was wrong."""
    questions = [Question(*each) for each in product(SIZES, PRIORITIES, PLACEMENTS)]
    with TemporaryDirectory() as folder:
        said = {question: answered(question, seconds, folder) for question in questions}
    known = truths(truth_seconds)
    table = Table(
        "size", "for", "placement", "chosen", "cannot tell from", "best by the long run", "takes", ""
    )
    wrong = 0
    for question, (choice, as_good) in said.items():
        taken = known[question]
        best = min(taken, key=taken.__getitem__)
        answer = Answer(choice, as_good, best, taken[choice] / taken[best])
        wrong += not answer.is_right
        table.add_row(
            question.size, question.priority, question.placement, choice, ", ".join(as_good),
            f"{best}, {wording.seconds(taken[best])}", f"{answer.ratio:.2f}×",
            "right" if answer.is_right else "wrong",
        )  # fmt: skip
    Console(width=140).print(ipcbench.here(), table, sep="\n")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
