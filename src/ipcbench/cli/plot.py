"""`ipcbench plot`: the charts of stored runs."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import results_option


@click.command()
@click.argument("runs", nargs=-1)
@results_option
@click.option("-o", "--output", metavar="DIR", help="Where the charts go.  [beside the run]")
def plot(runs: tuple[str, ...], results: str, output: str | None) -> None:
    """Draw the charts of RUNS (`latest` without any) as SVG and PNG, and print where they are."""
    from ipcbench.errors import UsageError
    from ipcbench.record.store import Store, read_document
    from ipcbench.report.charts import draw_charts

    store = Store(Path(results))
    for path in [store.find(run) for run in runs or ("latest",)]:
        document = read_document(path)
        folder = Path(output) if output else path.parent
        try:
            folder.mkdir(parents=True, exist_ok=True)
            drawn = draw_charts(document, folder, path.stem)
        except OSError as error:
            raise UsageError(
                f"folder {str(folder)!r}: {error.strerror}; accepted: a writable folder"
            ) from error
        for chart in drawn:
            click.echo(str(chart))
