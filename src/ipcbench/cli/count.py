"""`ipcbench count`: what one message takes from the kernel, without statistics."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.options import (
    coordinate_options,
    format_option,
    lacks,
    output_option,
    prepare_output,
    results_option,
    tell_failures,
    write_measured,
)
from ipcbench.exit_status import FAILED, FINE
from ipcbench.plan import defaults
from ipcbench.plan.coordinates import COORDINATES


@click.command()
@coordinate_options(
    *(each.name for each in COORDINATES if each.name != "workload"),
    usually={**defaults.COUNT, "placement": "same, where both ends take turns"},
)
@click.option("--no-strace", is_flag=True, help="Count reads and writes only.")
@format_option
@output_option
@results_option
def count(
    no_strace: bool,
    style: str,
    output: str | None,
    results: str,
    **asked: object,
) -> int:
    """Count reads, writes, bytes and system calls of single messages. Nothing is timed. Linux."""
    from ipcbench.commands.count import count as count_and_store
    from ipcbench.record.counts import read_counts
    from ipcbench.record.store import Store
    from ipcbench.report.kinds import show

    prepare_output(output)
    stored = count_and_store(
        asked,
        Store(Path(results)),
        with_strace=not no_strace,
        on_obstacle=lambda why: click.echo(f"ipcbench: {why}", err=True),
    )
    write_measured(show(stored, style), output)
    click.echo(f"stored: {stored}", err=True)
    found = read_counts(stored).ipcbench
    tell_failures(found.failures)
    return FAILED if found.failures or lacks(found.left_out, asked) else FINE
