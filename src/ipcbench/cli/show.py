"""`ipcbench show`: what a stored record of any kind says."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import results_option, verdict_format_option
from ipcbench.record.run import RunDocument


@click.command()
@click.argument("record", default="latest")
@click.option("--costs", is_flag=True, help="Of a run: CPU, switches, faults, memory at either end.")
@verdict_format_option
@results_option
def show(record: str, results: str, costs: bool, style: str) -> None:
    """Print a stored RECORD of any kind: `latest` (the default), `latest~1`, a number, a file."""
    from ipcbench.commands.find import find
    from ipcbench.record.reading import RUN
    from ipcbench.record.run import read_run
    from ipcbench.record.store import Store
    from ipcbench.report.records import ALL
    from ipcbench.report.records import show as text_of

    path = find(Store(Path(results)), record, (RUN,) if costs else ALL)
    if costs:
        print_costs(read_run(path))
    else:
        click.echo(text_of(path, style))


def print_costs(document: RunDocument) -> None:
    """Print a run's tables of costs; say so where it has none."""
    from ipcbench.analysis.groups import read_groups
    from ipcbench.report.tables.costs import costs_table

    table = costs_table(read_groups(document))
    click.echo(table or "this run recorded no costs")
