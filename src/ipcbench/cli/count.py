"""`ipcbench count`: what one message takes from the kernel, without statistics."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ipcbench.cli.options import coordinate_options
from ipcbench.plan.coordinates import COORDINATES

CHANNELS = "pipe,duplex-pipe,simple-queue,queue,joinable-queue"
SIZES = "64,1KiB,16KiB,64KiB,1MiB"


@click.command()
@coordinate_options(
    *(each.name for each in COORDINATES if each.name != "workload"),
    defaults={"channel": CHANNELS, "size": SIZES},
    usually={"placement": "same, where both ends take turns"},
)
@click.option("--no-strace", is_flag=True, help="Count reads and writes only.")
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="[text]")
def count(
    no_strace: bool,
    style: str,
    **asked: str | None,
) -> int:
    """Count reads, writes, bytes and system calls of single messages. Nothing is timed. Linux."""
    from ipcbench.launch.launcher import Launcher
    from ipcbench.measure.counts import count_case, count_cases
    from ipcbench.measure.request import resolve
    from ipcbench.probe.placement import usable_cores
    from ipcbench.report.counts_table import counts_json, counts_text

    # As for `run`: a channel of one's own is looked for in the current folder too, after all else.
    here = str(Path.cwd())
    sys.path.append(here)
    asked["placement"] = asked["placement"] or ("same" if usable_cores() else "free")
    cases, interpreters = resolve({"workload": "stream", **asked})
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
