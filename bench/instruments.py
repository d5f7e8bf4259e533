"""Do the two instruments of `explain` agree as often as their intervals say? `make instruments` runs this.

Nothing is changed between tries, so the 95 % interval of the difference should hold 0 in 19 of 20. Each
explanation of a Queue tells three steps twice, with stamps and without; each of those is a try.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ipcbench.analysis.explanation import Agreement, explanations_of
from ipcbench.commands.explain import explain, plan_explain
from ipcbench.record.explanation import read_explanation
from ipcbench.record.store import Store
from ipcbench.report.tables.explanation import interval

#: Of 60 tries, 55.
FEWEST_AGREEING = 55 / 60


def told(agreement: Agreement) -> str:
    """Return one line of what both instruments say of a step."""
    verdict = "agree" if agreement.agrees else "DISAGREE"
    return (
        f"  {agreement.what:34} with stamps {interval(agreement.timeline)}, without"
        f" {interval(agreement.ladder)}, difference {interval(agreement.difference)}: {verdict}"
    )


@click.command()
@click.option("--python", default=None, help="Which interpreters, with commas between.  [this one]")
@click.option("--tries", default=3, help="Explanations of each interpreter.  [3]")
@click.option("--rate", default=1000.0, help="Messages a second.  [1000]")
@click.option("--seed", default=1, help="Repeats the random orders.  [1]")
def main(python: str | None, tries: int, rate: float, seed: int) -> None:
    """Explain a Queue again and again, and count; fails where fewer than 55 of 60 agree."""
    agreeing, all_tries = Counter[str](), Counter[str]()
    for number in range(tries):
        plan = plan_explain({"python": python}, interval_s=1 / rate, seed=seed + number)
        with TemporaryDirectory() as folder:
            stored = explain(plan, Store(Path(folder)))
            explanations = explanations_of(read_explanation(stored))
        for case, found in zip(plan.cases, explanations, strict=True):
            print(f"Python {case.python}, stamped to unstamped {found.perturbation.value:.2f}")
            for agreement in found.agreements:
                print(told(agreement), flush=True)
                all_tries[case.python] += 1
                agreeing[case.python] += agreement.agrees
    for label, count in all_tries.items():
        print(f"Python {label}: {agreeing[label]} of {count} agree")
    print(f"{agreeing.total()} of {all_tries.total()} tries agree")
    sys.exit(agreeing.total() < FEWEST_AGREEING * all_tries.total())


if __name__ == "__main__":
    main()
