"""`ipcbench export`: what records hold, in the formats of the field's other tools."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.completion import records_begun
from ipcbench.cli.options import results_option, write_file
from ipcbench.report.exports import EXPORTS


def _formats() -> str:
    """Return the formats for help, a line each."""
    width = max(map(len, EXPORTS)) + 2
    return "\n".join(f"  {name.ljust(width)}{each.summary}" for name, each in EXPORTS.items())


@click.command(epilog=f"\b\nFORMAT is one of\n{_formats()}")
@click.argument("name", metavar="FORMAT", type=click.Choice(list(EXPORTS)))
@click.argument("records", nargs=-1, metavar="[RECORD]...", shell_complete=records_begun)
@results_option
@click.option(
    "--case", "part", metavar="TEXT", default="", help="Only these: 'pipe', '64B', 'queue ping-pong'."
)
@click.option(
    "-o",
    "--output",
    metavar="PATH",
    help="The file, or where a format has a file a case, their folder.  [printed; beside the first record]",
)
def export(name: str, records: tuple[str, ...], results: str, part: str, output: str | None) -> None:
    """Write RECORD (`latest` without any) as FORMAT; where that makes files, print where they are.

    csv and hdr take several records; of hdr, the messages of equal cases are put together.
    """
    from ipcbench.commands.export import export as export_records
    from ipcbench.record.store import Store

    found = export_records(Store(Path(results)), name, records, part)
    for why in found.left_out:
        click.echo(f"ipcbench: left out: {why}", err=True)
    if isinstance(found.written, str):
        if output is None:
            click.echo(found.written, nl=False)
        else:
            write_file(Path(output), found.written)
        return
    folder = Path(output) if output else found.folder
    for file, text in found.written.items():
        write_file(folder / file, text)
        click.echo(str(folder / file))
