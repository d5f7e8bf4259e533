"""`ipcbench show`: what a stored record of any kind says."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.completion import records_begun
from ipcbench.cli.options import output_option, results_option, verdict_format_option, write_out
from ipcbench.record.run import RunDocument


@click.command()
@click.argument("record", default="latest", shell_complete=records_begun)
@click.option("--costs", is_flag=True, help="Of a run: CPU, switches, faults, memory at either end.")
@verdict_format_option
@output_option
@results_option
def show(record: str, results: str, output: str | None, costs: bool, style: str) -> None:
    """Print a stored RECORD of any kind: `latest` (the default), `latest~1`, a number, a file."""
    from ipcbench.commands.find import find
    from ipcbench.record.reading import RUN
    from ipcbench.record.run import read_run
    from ipcbench.record.store import Store
    from ipcbench.report.kinds import ALL
    from ipcbench.report.kinds import show as text_of

    path = find(Store(Path(results)), record, (RUN,) if costs else ALL)
    # For programs a run's rows have its costs, too.
    in_words = costs and style == "text"
    write_out(costs_text(read_run(path)) if in_words else text_of(path, style), output)


def costs_text(document: RunDocument) -> str:
    """Return a run's tables of costs; that it has none where it is so."""
    from ipcbench.analysis.groups import read_groups
    from ipcbench.report.tables.costs import costs_table

    return costs_table(read_groups(document)) or "this run recorded no costs"
