"""`ipcbench count`: what one message takes from the kernel, without statistics."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ipcbench.cli.options import heap_option, holds_option

CHANNELS = "pipe,duplex-pipe,simple-queue,queue,joinable-queue"
SIZES = "64,1KiB,16KiB,64KiB,1MiB"


@click.command()
@click.option("--channel", metavar="LIST", default=CHANNELS, help=f"Channels.  [{CHANNELS}]")
@click.option("--size", metavar="LIST", default=SIZES, help=f"Message sizes.  [{SIZES}]")
@click.option("--start-method", metavar="LIST", help="fork, spawn, forkserver.  [fork]")
@click.option("--placement", metavar="LIST", help="split, same, free.  [same, where both ends take turns]")
@click.option("--python", metavar="LIST", help="Interpreters by name or path.  [this one]")
@heap_option
@holds_option
@click.option("--no-strace", is_flag=True, help="Count reads and writes only.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="[text]")
def count(
    channel: str,
    size: str,
    start_method: str | None,
    placement: str | None,
    python: str | None,
    heap: str | None,
    holds: str | None,
    no_strace: bool,
    style: str,
) -> int:
    """Count reads, writes, bytes and system calls of single messages. Nothing is timed. Linux."""
    from ipcbench.launch.launcher import Launcher
    from ipcbench.measure.counts import count_case, count_cases
    from ipcbench.measure.request import Request, resolve
    from ipcbench.probe.placement import usable_cores
    from ipcbench.report.counts_table import counts_json, counts_text

    # As for `run`: a channel of one's own is looked for in the current folder too, after all else.
    here = str(Path.cwd())
    sys.path.append(here)
    placement = placement or ("same" if usable_cores() else "free")
    cases, interpreters = resolve(
        Request(channel, "stream", size, start_method, placement, python, heap, holds)
    )
    found = []
    for interpreter in interpreters:
        with Launcher(interpreter, [here]) as launcher:
            chosen = [case for case in cases if case.python == interpreter.label]
            if no_strace:
                found += [count_case(launcher, case, None) for case in chosen]
            else:
                found += count_cases(launcher, chosen, lambda why: click.echo(f"ipcbench: {why}", err=True))
    click.echo(counts_json(found) if style == "json" else counts_text(found))
    return 0
