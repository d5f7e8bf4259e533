"""`ipcbench demo`: the textbook program."""

from __future__ import annotations

import click

from ipcbench.cli.completion import values_of
from ipcbench.plan.coordinates import BY_NAME
from ipcbench.plan.defaults import DEMO


@click.command()
@click.option(
    "--channel",
    metavar="NAME",
    default=DEMO[0],
    help=f"{', '.join(DEMO)}.  [{DEMO[0]}]",
    shell_complete=lambda *given: [name for name in DEMO if name.startswith(given[-1])],
)
@click.option(
    "--start-method",
    metavar="NAME",
    help="fork, spawn, forkserver.  [fork]",
    shell_complete=values_of(BY_NAME["start_method"]),
)
def demo(channel: str, start_method: str | None) -> None:
    """Start a producer and a consumer process and hand one random integer from 1 to 10 across."""
    import multiprocessing

    from ipcbench.commands.resolve import default_start_method
    from ipcbench.errors import UsageError
    from ipcbench.probe.demo import run_demo

    method = start_method or default_start_method()
    if channel not in DEMO:
        raise UsageError(f"unknown channel {channel!r}; accepted: {', '.join(DEMO)}")
    if method not in multiprocessing.get_all_start_methods():
        accepted = ", ".join(multiprocessing.get_all_start_methods())
        raise UsageError(f"unknown start method {method!r}; accepted: {accepted}")
    run_demo(channel, method)
