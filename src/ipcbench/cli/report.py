"""`ipcbench report`: records as one page that is looked at."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.completion import records_begun
from ipcbench.cli.options import results_option, write_file


@click.command()
@click.argument("records", nargs=-1, shell_complete=records_begun)
@results_option
@click.option("-o", "--output", metavar="FILE", default="report.html", help="The page.  [report.html]")
@click.option("--static", is_flag=True, help="Pictures only, for where a page has to be small or all ours.")
def report(records: tuple[str, ...], results: str, output: str, *, static: bool) -> None:
    """Write RECORDS (`latest` without any) as one page: findings in words, charts, tables, each case.

    It is one file that needs no network; of several runs, it has their history, too. With the extra `report`
    (vl-convert-python) its charts are hovered, filtered and read by keys.
    """
    from ipcbench.commands.report import report as page_of
    from ipcbench.record.store import Store

    write_file(Path(output), page_of(Store(Path(results)), records, static=static))
    click.echo(output)
