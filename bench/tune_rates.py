"""How often does `tune` err? Whole commands that try nothing but what does nothing, a dozen times each.

`bench/ab_rates.py` counts the errors of the rule; this counts those of the command as a user has it: its
stages, its shares of time and of alpha, and what the record says afterwards. Every knob is a variable of the
environment that nobody reads, so whatever is called worth it, or harmful, is wrong.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections import Counter
from dataclasses import replace
from itertools import product
from pathlib import Path

import click

from ipcbench.analysis.tuning import Worth, tuning_of
from ipcbench.commands.tune import plan_tune, tune
from ipcbench.measure.tune.knobs.own import Own
from ipcbench.measure.tune.stages import MOST_ARMS
from ipcbench.record.store import Store
from ipcbench.record.tuning import read_tuning

CELLS = list(product(("pipe", "duplex-pipe", "queue"), ("64", "64KiB"), ("stream", "ping-pong")))


@click.command()
@click.option("--seconds", default=170.0, show_default=True, help="Time of each command.")
@click.option(
    "--knobs",
    "tried",
    default=13,
    show_default=True,
    type=click.IntRange(1, MOST_ARMS),
    help="In each command.",
)
@click.option("--rounds", default=2, show_default=True, help="So many commands a cell.")
@click.option("--minutes", default=40.0, show_default=True, help="No command is begun later.")
@click.option("--results", type=click.Path(path_type=Path), help="Keep the records in this folder.")
def main(seconds: float, tried: int, rounds: int, minutes: float, results: Path | None) -> None:
    """Tune each cell with knobs that do nothing, and count what they come to."""
    until_s, found = time.monotonic() + 60 * minutes, Counter[Worth]()
    with tempfile.TemporaryDirectory() as folder:
        store = Store(results or Path(folder))
        for channel, size, workload in CELLS * rounds:
            if time.monotonic() > until_s:
                break
            knobs = [Own(f"env:IPCBENCH_NOTHING={number}") for number in range(tried)]
            asked = {"channel": channel, "size": size, "workload": workload}
            plan = replace(
                plan_tune(asked, max_time_s=seconds), knobs=knobs, named=[knob.name for knob in knobs]
            )
            result = tuning_of(read_tuning(tune(plan, store)))
            here = Counter(tried.finding for _, tried in result.in_order())
            found += here
            ratios = [tried.ratio for _, tried in result.in_order()]
            counts = ", ".join(f"{here[each]} {each.value}" for each in Worth if here[each])
            print(
                f"{channel} {workload} {size}: {counts}; ratios {min(ratios):.3f} to {max(ratios):.3f}",
                flush=True,
            )
    total = found.total()
    print(f"of {total} knobs that do nothing: " + ", ".join(f"{found[each]} {each.value}" for each in Worth))
    wrong = found[Worth.WORTH_IT] + found[Worth.HARMFUL]
    sys.exit(f"{wrong} are wrong" if wrong else 0)


if __name__ == "__main__":
    main()
