"""`ipcbench export`: what runs recorded, in the formats of the field's other tools."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import results_option, writing


@click.command()
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@results_option
@click.option("--hdr", is_flag=True, help="Round trips as HdrHistogram's percentile distributions, in µs.")
@click.option(
    "--case", "part", metavar="TEXT", default="", help="Only these: 'pipe', '64B', 'queue ping-pong'."
)
@click.option("-o", "--output", metavar="DIR", help="Where the files go.  [beside the first run]")
def export(runs: tuple[str, ...], results: str, hdr: bool, part: str, output: str | None) -> None:
    """Write a file for each case of RUN (`latest` without any) and print where they are.

    Of several runs, the messages of equal cases are put together.
    """
    from ipcbench.commands.find import find
    from ipcbench.errors import UsageError
    from ipcbench.record.run import read_run
    from ipcbench.record.store import Store
    from ipcbench.report.formats.hgrm import named_round_trips, percentile_text

    if not hdr:
        raise UsageError("no format was asked for; accepted: --hdr")
    store = Store(Path(results))
    # A run that is named twice must not count twice.
    named = [find(store, run) for run in runs or ("latest",)]
    paths = list({path.resolve(): path for path in named}.values())
    round_trips = named_round_trips({path: read_run(path) for path in paths}, part)
    more = f"-and-{len(paths) - 1}-more" if len(paths) > 1 else ""
    folder = Path(output) if output else paths[0].parent
    for name, histogram in round_trips.items():
        path = folder / f"{paths[0].stem}{more}-{name}.hgrm"
        _write(path, percentile_text(histogram))
        click.echo(str(path))


def _write(path: Path, text: str) -> None:
    from ipcbench.record.store import write_whole

    with writing(f"file {str(path)!r}", "a writable folder"):
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, text.encode("ascii"))
