"""`ipcbench recover`: a journal that was cut off becomes a record."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import results_option


@click.command()
@click.argument("journal", type=click.Path(path_type=Path))
@results_option
def recover(journal: Path, results: str) -> None:
    """Store what the command of JOURNAL (a .jsonl in results/journal/) had measured before it was cut off."""
    from ipcbench.commands.recover import recover as recover_journal
    from ipcbench.record.store import Store

    click.echo(str(recover_journal(journal, Store(Path(results)))))
