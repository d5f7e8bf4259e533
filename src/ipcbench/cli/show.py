"""`ipcbench show`: the table of a stored run."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import results_option
from ipcbench.record.schema import RunDocument


@click.command()
@click.argument("run", default="latest")
@click.option("--costs", is_flag=True, help="CPU, switches, faults and memory at either end instead.")
@results_option
def show(run: str, results: str, costs: bool) -> None:
    """Print the table of RUN: `latest` (the default), `latest~1`, a number or a file."""
    from ipcbench.record.store import Store, read_document

    document = read_document(Store(Path(results)).find(run))
    if costs:
        print_costs(document)
    else:
        print_run(document)


def print_run(document: RunDocument) -> None:
    """Print a run's tables."""
    from ipcbench.analysis.groups import read_groups
    from ipcbench.report.table import run_table

    click.echo(run_table(read_groups(document), document.ipcbench))


def print_costs(document: RunDocument) -> None:
    """Print a run's tables of costs; say so where it has none."""
    from ipcbench.analysis.groups import read_groups
    from ipcbench.report.costs_table import costs_table

    table = costs_table(read_groups(document))
    click.echo(table or "this run recorded no costs")
