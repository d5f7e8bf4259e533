"""`ipcbench history`: every stored run, and after which one a figure changed."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import (
    coordinate_options,
    format_option,
    output_option,
    results_option,
    write_out,
    writing,
)
from ipcbench.errors import UsageError
from ipcbench.plan.coordinates import BY_NAME


@click.command()
@coordinate_options(usually=dict.fromkeys(BY_NAME, "any"))
@format_option
@output_option
@click.option("--chart", metavar="DIR", help="Draw the series there, with the changes marked.")
@click.option("--otava", metavar="DIR", help="Write otava.yaml and CSV files there, for Apache Otava.")
@results_option
def history(
    style: str,
    output: str | None,
    chart: str | None,
    otava: str | None,
    results: str,
    **asked: object,
) -> None:
    """Say after which of the stored runs a figure stayed at another level.

    Series are broken where the machine's settings or Python changed; a change needs three runs on either
    side.
    """
    from ipcbench.commands.history import history as history_of
    from ipcbench.record.store import Store
    from ipcbench.record.writing import write_whole
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.history import draw_history
    from ipcbench.report.formats.otava import otava_files
    from ipcbench.report.tables.history import history_json, history_text

    store = Store(Path(results))
    found = history_of(store, asked, lambda why: click.echo(f"ipcbench: left out: {why}", err=True))
    if not found.runs:
        raise UsageError(f"no run in {results!r} can be read; accepted: a folder of stored runs")
    series = found.series
    if not series:
        raise UsageError("no stored run has such a cell; accepted: what `ipcbench show` lists")
    with writing(" and ".join(repr(folder) for folder in (chart, otava) if folder), "a writable folder"):
        for folder in filter(None, (chart, otava)):
            Path(folder).mkdir(parents=True, exist_ok=True)
        for name, content in (otava_files(series) if otava else {}).items():
            write_whole(Path(str(otava)) / name, content.encode())
        for name, figure in draw_history(series) if chart else ():
            save(figure, Path(str(chart)) / name)
    write_out((history_json if style == "json" else history_text)(found.runs, series), output)
