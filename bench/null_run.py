"""One run of the `null` channel's ping-pong, measured from this process: prints its peak memory and messages.

`memory.py` starts this program anew for each of its runs: a process's peak never falls.
"""

from __future__ import annotations

import json
import resource
import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import plan_run
from ipcbench.commands.run import run as run_and_store
from ipcbench.record.histogram import counts_of
from ipcbench.record.run import read_run
from ipcbench.record.store import Store


def measure(folder: Path, passes: int, max_time_s: float, trial_s: float) -> Path:
    """Measure with so many launches and return the stored run."""
    cases, interpreters = resolve({"channel": "null", "workload": "ping-pong", "size": "64"})
    plan = replace(plan_run(cases, seed=1, max_time_s=max_time_s), passes=passes)
    result = run_and_store(plan, interpreters, Store(folder), trial_s=trial_s)
    if result.failures:
        sys.exit(f"the null channel failed: {result.failures}")
    return result.path


def peak_bytes() -> int:
    """Return the most memory that this process has had at one time."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def stored_messages(path: Path) -> int:
    """Return how many round trips the histograms of a stored run have."""
    records = [benchmark.extra_info.ipcbench for benchmark in read_run(path).benchmarks]
    launches = [launch for record in records if record for launch in record.launches]
    return sum(int(counts_of(launch.round_trips_hdr or "")[1].sum()) for launch in launches)


@click.command()
@click.argument("passes", type=int)
@click.argument("max_time_s", type=float)
@click.argument("trial_s", type=float)
def main(passes: int, max_time_s: float, trial_s: float) -> None:
    """Measure and print a JSON object: peak_bytes, messages."""
    with TemporaryDirectory() as name:
        path = measure(Path(name), passes, max_time_s, trial_s)
        # Before the histograms are read back: that is not part of measuring.
        peak = peak_bytes()
        click.echo(json.dumps({"peak_bytes": peak, "messages": stored_messages(path)}))


if __name__ == "__main__":
    main()
