"""`ipcbench recover`: a journal that was cut off becomes a stored run."""

from __future__ import annotations

from pathlib import Path

import click


@click.command()
@click.argument("journal", type=click.Path(path_type=Path))
@click.option("--output", metavar="DIR", default="results", help="Where the run is stored.  [results]")
def recover(journal: Path, output: str) -> None:
    """Store what the run of JOURNAL (results/journal/*.jsonl) had measured before it was cut off."""
    from ipcbench.record.document import store_journal
    from ipcbench.record.store import Store

    store = Store(Path(output))
    store.prepare()
    path, _ = store_journal(journal, store, journal.name.split("-")[0])
    click.echo(str(path))
