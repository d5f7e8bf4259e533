"""Does anything grow, get lost or stay behind in a hundred million messages? `make soak` runs this (35 min).

Messages are numbered and checked, as before each measuring, in batches of a million through one live pair of
processes. Told are memory and descriptors of both ends and of the process that measures, after the first
batch and after the last, and the processes there are. Then an `ab` of 20 minutes that goes on whatever it
decides: what it takes itself after some passes, and after the last.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from pathlib import Path

import click

from ipcbench.analysis.self_test import Repeated
from ipcbench.commands.ab import ab, plan_ab
from ipcbench.commands.resolve import resolve
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.spec import probe_spec
from ipcbench.plan.arms import parse_arms
from ipcbench.plan.units import parse_seconds
from ipcbench.probe.protocol.messages import Verify
from ipcbench.record.store import Store

BATCH, DEADLINE_S = 1_000_000, 120.0
#: What is imported and cached in the first passes of a comparison is no growth.
FIRST_PASSES = 5
#: Growth that is none: pages that an allocator keeps.
BUDGET_BYTES = 2 << 20

Look = dict[str, tuple[int, int]]


def look(processes: dict[str, int]) -> Look:
    """Return resident bytes and descriptors of each process, by name."""
    return {name: (_resident_bytes(pid), _descriptors(pid)) for name, pid in processes.items()}


def _resident_bytes(process: int) -> int:
    pages = int(Path(f"/proc/{process}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


def _descriptors(process: int) -> int:
    return sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())


def _children() -> int:
    return len(Path(f"/proc/self/task/{os.getpid()}/children").read_text().split())


def soak(channel: str, messages: int) -> list[str]:
    """Send so many numbered messages; return what grew. Raises CaseError for any that is lost or changed."""
    (case,), (interpreter,) = resolve({"channel": channel, "workload": "stream", "size": "64"})
    before = _children()
    with Launcher(interpreter) as launcher, launcher.ready(probe_spec(case, launcher, 1), 20) as probe:
        processes = {**probe.peers, "driver": probe.process, "this": os.getpid()}
        began_s, first = time.monotonic(), Look()
        for batch in range(max(2, messages // BATCH)):
            probe.ask(Verify(BATCH, DEADLINE_S))
            probe.await_verified(DEADLINE_S)
            first = first or look(processes)
            if sys.stderr.isatty():
                print(f"\r{channel}: {batch + 1} million", end="", file=sys.stderr, flush=True)
        last, took_s = look(processes), time.monotonic() - began_s
    print(f"{channel:12} {messages:,} messages, each once, in order, unharmed, in {took_s:.0f} s")
    return [*_grown(channel, first, last), *_left(channel, before)]


def _grown(what: str, first: Look, last: Look) -> list[str]:
    """Print both looks, and return what grew."""
    grown = []
    for name, (bytes_then, open_then) in first.items():
        bytes_now, open_now = last[name]
        print(
            f"{what:12} {name:9} {bytes_then / 2**20:7.1f} MiB -> {bytes_now / 2**20:7.1f} MiB, "
            f"{open_then} -> {open_now} descriptors"
        )
        if bytes_now > bytes_then + BUDGET_BYTES or open_now > open_then:
            grown.append(f"{what}: {name} grew")
    return grown


def _left(what: str, before: int) -> list[str]:
    left = _children() - before
    return [f"{what}: {left} processes left"] if left else []


def soak_ab(max_time_s: float) -> list[str]:
    """Compare for so long; return what grew in the process that measures."""
    plan = plan_ab(
        parse_arms({"a": ["channel=pipe"], "b": ["channel=queue"]}),
        {"workload": "stream,ping-pong", "size": "64,64KiB"},
        max_time_s=max_time_s,
    )
    looks: list[Look] = []

    def on_progress(passes: int, _open: int, _seconds: float) -> None:
        if passes >= FIRST_PASSES:
            looks[1:] = [look({"this": os.getpid()})]

    before = _children()
    with tempfile.TemporaryDirectory() as folder:
        ab(plan, Store(Path(folder)), on_progress=on_progress, comparison=Repeated)
    if not looks:
        return [f"ab: {max_time_s:g} s are over before {FIRST_PASSES} passes", *_left("ab", before)]
    return [*_grown("ab", looks[0], looks[-1]), *_left("ab", before)]


@click.command()
@click.option("--pipe", "pipe_messages", default=10**8, help="Messages through a Pipe.  [100 million]")
@click.option("--queue", "queue_messages", default=10**7, help="Messages through a Queue.  [10 million]")
@click.option("--ab", "ab_time", default="20min", help="How long a comparison goes on.  [20min]")
def main(pipe_messages: int, queue_messages: int, ab_time: str) -> None:
    """Print what processes take before and after; fails where anything grew or stayed."""
    grown = [
        *soak("queue", queue_messages),
        *soak("pipe", pipe_messages),
        *soak_ab(parse_seconds(ab_time)),
    ]
    sys.exit("; ".join(grown) if grown else 0)


if __name__ == "__main__":
    main()
