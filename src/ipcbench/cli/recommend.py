"""`ipcbench recommend`: which channel to choose on this machine."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import (
    coordinate_options,
    output_option,
    prepare_output,
    results_option,
    seed_option,
    write_measured,
)
from ipcbench.exit_status import FAILED, FINE
from ipcbench.plan import defaults
from ipcbench.plan.units import parse_seconds

USUALLY = {**defaults.RECOMMEND, "workload": "what answers for the priority"}


@click.command()
@coordinate_options(usually=USUALLY)
@click.option(
    "--priority",
    type=click.Choice(list(defaults.PRIORITIES)),
    default=next(iter(defaults.PRIORITIES)),
    help=f"What it is chosen for.  [{next(iter(defaults.PRIORITIES))}]",
)
@click.option("--lossless", is_flag=True, help="No accepted message may be lost unnoticed with an end.")
@click.option("--senders", type=int, default=1, help="So many processes send.  [1]")
@click.option("--receivers", type=int, default=1, help="So many processes receive.  [1]")
@click.option("--fresh", is_flag=True, help="Measure, whatever is stored.")
@click.option("--max-time", metavar="TIME", help="Measure at most so long.  [20 s a size]")
@seed_option
@results_option
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="[text]")
@output_option
def recommend(
    priority: str,
    lossless: bool,
    senders: int,
    receivers: int,
    fresh: bool,
    max_time: str | None,
    seed: int | None,
    results: str,
    style: str,
    output: str | None,
    **asked: object,
) -> int:
    """Rank channels for this machine, each with its interval, and say what to know before choosing.

    Of each size, and whatever else is asked several times, the newest stored run of this machine that has all
    channels answers; what none answers is measured in turns, and stored. What cannot be separated by its
    interval is said so.
    """
    from ipcbench.commands.promises import Needs
    from ipcbench.commands.recommend import ask
    from ipcbench.commands.recommend import recommend as answer
    from ipcbench.progress.display import progress_on
    from ipcbench.record.store import Store
    from ipcbench.report.recommendation import recommendation_json, recommendation_text

    prepare_output(output)
    choice = ask(asked, priority=priority, needs=Needs(lossless, senders, receivers))
    found = answer(
        choice,
        Store(Path(results)),
        fresh=fresh,
        max_time_s=parse_seconds(max_time) if max_time else None,
        seed=seed,
        progress=progress_on(),
    )
    told = recommendation_json(found) if style == "json" else recommendation_text(found)
    write_measured(told, output)
    return FAILED if found.interrupted or found.failed else FINE
