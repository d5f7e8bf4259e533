"""`ipcbench run`: the same measurement and the same document as under pytest."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ipcbench.cli.options import (
    coordinate_options,
    format_option,
    lacks,
    output_option,
    prepare_output,
    results_option,
    seed_option,
    tell_failures,
    tell_left_out,
    write_measured,
    write_page,
)
from ipcbench.exit_status import FAILED, FINE
from ipcbench.plan.matrix import PRECISION, SECONDS_PER_GROUP
from ipcbench.plan.units import parse_precision, parse_seconds

if TYPE_CHECKING:
    from ipcbench.launch.interpreter import Interpreter
    from ipcbench.plan.case import Case


@click.command()
@coordinate_options()
@click.option(
    "--max-time",
    metavar="TIME",
    help=f"How long to measure at most: 60, 90s, 2min.  [{SECONDS_PER_GROUP:g} s a group]",
)
@click.option(
    "--precision",
    metavar="SHARE",
    help=f"Stop early where the ratios' intervals are as narrow as this: 2%, 0.02.  [{PRECISION:.0%}]",
)
@seed_option
@format_option
@output_option
@results_option
@click.option("--report", "page", metavar="FILE", help="Write its page there as well.")
@click.option("--quiet", is_flag=True, help="Print only where the run is stored.")
def run(
    max_time: str | None,
    precision: str | None,
    seed: int | None,
    style: str,
    output: str | None,
    results: str,
    quiet: bool,
    page: str | None,
    **asked: object,
) -> int:
    """Measure channels, each beside its reference loop, and store the run.

    Lists are separated by commas. The last line printed is the stored document's path (as JSON, it is told on
    standard error).
    """
    from ipcbench.commands.run import plan_run
    from ipcbench.commands.run import run as run_and_store
    from ipcbench.measure.run.progress import Silent
    from ipcbench.progress.display import progress_on
    from ipcbench.record.store import Store
    from ipcbench.report.kinds import show

    prepare_output(output)
    prepare_output(page)
    limits = {
        "max_time_s": parse_seconds(max_time) if max_time is not None else None,
        "precision": parse_precision(precision) if precision is not None else None,
    }
    cases, interpreters, left_out = _resolved(asked)
    plan = plan_run(cases, seed=seed, left_out=left_out, **limits)
    progress = Silent() if quiet else progress_on()
    result = run_and_store(plan, interpreters, Store(Path(results)), progress=progress)
    write_page(result.path, page)
    if not quiet or output:
        write_measured(show(result.path, style), output)
    tell_failures(result.failures)
    _tell_path(result.path, alone=style == "text" or output is not None)
    return FAILED if result.failures or result.interrupted or lacks(left_out, asked) else FINE


def _resolved(asked: Mapping[str, object]) -> tuple[list[Case], list[Interpreter], dict[str, str]]:
    """Return what can be measured, and why the rest of what was asked for cannot; say so."""
    from ipcbench.commands.resolve import resolve

    refused: dict[str, str] = {}
    cases, interpreters = resolve(asked, refused=refused)
    tell_left_out(refused)
    return cases, interpreters, refused


def _tell_path(path: Path, *, alone: bool) -> None:
    """Print where the run is stored; on standard error where something else is printed for programs."""
    click.echo(str(path) if alone else f"stored: {path}", err=not alone)
