"""`ipcbench tune`: what to change so that messages get faster."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ipcbench.cli.completion import knobs_begun
from ipcbench.cli.options import (
    alpha_option,
    chart_option,
    coordinate_options,
    draw_chart,
    output_option,
    parse_share,
    prepare_output,
    results_option,
    seed_option,
    tell_passes,
    threshold_option,
    write_measured,
)
from ipcbench.plan import defaults
from ipcbench.plan.units import parse_seconds

if TYPE_CHECKING:
    from ipcbench.statistics.decision import Rule


@click.command()
@coordinate_options(usually=defaults.TUNE)
@click.option(
    "--knob",
    "knobs",
    multiple=True,
    metavar="NAME",
    help="Try this, too: a name, or KEY=VALUE.",
    shell_complete=knobs_begun,
)
@threshold_option
@alpha_option
@click.option("--max-time", metavar="TIME", help=f"At most so long.  [{defaults.TUNE_TIME_S:g}s]")
@seed_option
@results_option
@click.option(
    "--format", "style", type=click.Choice(["text", "json", "markdown"]), default="text", help="[text]"
)
@output_option
@chart_option
def tune(
    knobs: tuple[str, ...],
    threshold: str,
    alpha: str,
    max_time: str | None,
    seed: int | None,
    results: str,
    style: str,
    output: str | None,
    chart: str | None,
    **asked: object,
) -> int:
    """Say what to change in a program so that its messages get faster, with a known error rate.

    One case is measured as it is; what its costs suggest is tried live, in turns, until a gain of the
    threshold is shown or excluded; what is worth it is combined, and the combination confirmed on fresh
    launches. Tried only when named (--knob): allocators that are installed, what needs root or burns a core,
    what is known to do harm, and whatever an arm of `ab` can be (--knob env:NAME=VALUE).

    The exit status is 0, 3 where something is undecided, 4 where the case could not be measured.
    """
    from ipcbench.statistics.decision import Rule

    rule = Rule(parse_share("threshold", threshold), parse_share("alpha", alpha))
    prepare_output(output)
    stored = _tune(knobs, rule, max_time, seed, results, **asked)
    click.echo(f"stored: {stored}", err=True)
    if chart:
        draw_chart(stored, chart)
    return _print(stored, style, output)


def _tune(
    knobs: Sequence[str], rule: Rule, max_time: str | None, seed: int | None, results: str, **asked: object
) -> Path:
    from ipcbench.commands.tune import plan_tune
    from ipcbench.commands.tune import tune as tune_and_store
    from ipcbench.record.store import Store

    max_time_s = parse_seconds(max_time) if max_time else None
    plan = plan_tune(asked, knobs=knobs, rule=rule, max_time_s=max_time_s, seed=seed)
    return tune_and_store(plan, Store(Path(results)), on_progress=_telling)


def _print(stored: Path, style: str, output: str | None) -> int:
    from ipcbench.analysis.tuning import tuning_of
    from ipcbench.record.tuning import read_tuning
    from ipcbench.report.kinds import show
    from ipcbench.report.tuning import exit_status

    write_measured(show(stored, style), output)
    return exit_status(tuning_of(read_tuning(stored)))


def _telling(purpose: str) -> Callable[[int, int, float], None]:
    click.echo(purpose, err=True)
    return tell_passes
