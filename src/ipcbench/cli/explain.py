"""`ipcbench explain`: where the time of a message goes."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import (
    chart_option,
    coordinate_options,
    draw_chart,
    format_option,
    output_option,
    prepare_output,
    results_option,
    seed_option,
    write_measured,
)
from ipcbench.exit_status import FINE, UNDECIDED
from ipcbench.plan import defaults
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.plan.units import parse_rate


@click.command()
@coordinate_options(
    *(each.name for each in COORDINATES if each.name != "workload"),
    usually=defaults.EXPLAIN,
)
@click.option("--rate", metavar="N/s", help=f"Messages a second.  [{defaults.RATE}]")
@click.option("--hot", is_flag=True, help="Each message as soon as the one before is accepted, instead.")
@click.option(
    "--launches",
    type=click.IntRange(min=1),
    default=defaults.LAUNCHES,
    help=f"How many, 3 s each; intervals take 5.  [{defaults.LAUNCHES}]",
)
@seed_option
@format_option
@output_option
@chart_option
@results_option
def explain(
    rate: str | None,
    hot: bool,
    launches: int,
    seed: int | None,
    style: str,
    output: str | None,
    chart: str | None,
    results: str,
    **asked: object,
) -> int:
    """Take the way of a message apart, stage by stage, and climb the ladder of costs beside it.

    The exit status is 3 where stamping disturbs the messages too much to tell their stages.
    """
    from ipcbench.analysis.explanation import explanations_of
    from ipcbench.commands.explain import explain as explain_and_store
    from ipcbench.commands.explain import plan_explain
    from ipcbench.errors import UsageError
    from ipcbench.record.explanation import read_explanation
    from ipcbench.record.store import Store
    from ipcbench.report.kinds import show

    if hot and rate:
        raise UsageError("--rate and --hot exclude one another; accepted: one of them")
    interval_s = 0.0 if hot else 1 / parse_rate(rate or defaults.RATE)
    prepare_output(output)
    plan = plan_explain(asked, interval_s=interval_s, launches=launches, seed=seed)
    stored = explain_and_store(plan, Store(Path(results)), on_progress=_tell)
    write_measured(show(stored, style), output)
    click.echo(f"stored: {stored}", err=True)
    if chart:
        draw_chart(stored, chart)
    found = explanations_of(read_explanation(stored))
    return UNDECIDED if any(explanation.is_refused for explanation in found) else FINE


def _tell(launch: int, launches: int) -> None:
    click.echo(f"launch {launch + 1} of {launches}", err=True)
