"""`ipcbench plot`: the charts of stored records."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.completion import records_begun
from ipcbench.cli.options import results_option, writing


@click.command()
@click.argument("records", nargs=-1, shell_complete=records_begun)
@results_option
@click.option("-o", "--output", metavar="DIR", help="Where the charts go.  [beside the record]")
@click.option(
    "--only", metavar="NAME", default="", help="Those whose names begin so: ratio, costs-stream.  [all]"
)
def plot(records: tuple[str, ...], results: str, output: str | None, only: str) -> None:
    """Draw the charts of stored RECORDS of any kind (`latest` without any), as SVG and PNG."""
    from ipcbench.commands.find import find
    from ipcbench.record.store import Store
    from ipcbench.report.kinds import DRAWN, draw

    store = Store(Path(results))
    for path in [find(store, record, DRAWN) for record in records or ("latest",)]:
        folder = Path(output) if output else path.parent
        with writing(f"folder {str(folder)!r}", "a writable folder"):
            folder.mkdir(parents=True, exist_ok=True)
            drawn = draw(path, folder, path.stem, only)
        for chart in drawn:
            click.echo(str(chart))
