"""How much less do runs differ where memory is kept? Some runs of large messages, one after the other.

In each run every channel lives beside its raw loop and beside itself with memory kept. What is looked at is
the ratio of its time to the loop's, interleaved, from run to run: its standard deviation as a share.
"""

from __future__ import annotations

import math
import statistics

import click

import ipcbench
from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult


def log_ratio(group: GroupResult, case: CaseResult) -> float | None:
    """Return the log of a case's time to its raw loop's, of the same blocks; None for a loop."""
    loop = group.loop(case)
    ratio = case.ratio_to(loop) if loop and loop.case.channel != case.case.channel else None
    return math.log(ratio.value) if ratio else None


@click.command()
@click.option("--channel", default="pipe,duplex-pipe,queue", show_default=True)
@click.option("--loop", default="os-pipe,socketpair", show_default=True, help="Asked for, too.")
@click.option("--size", default="1MiB", show_default=True)
@click.option("--runs", default=8, show_default=True)
@click.option("--seconds", default=12.0, show_default=True, help="Of each run.")
def main(channel: str, loop: str, size: str, runs: int, seconds: float) -> None:
    """Print how much the ratios to the raw loop differ from run to run, as it is and with memory kept."""
    found: dict[str, list[float]] = {}
    for _ in range(runs):
        run = ipcbench.run(
            # A loop that is not asked for has five launches, whose luck would be most of what is looked at.
            channel=f"{channel},{loop}",
            workload="stream",
            size=size,
            heap=["used", "kept"],
            seconds=seconds,
        )
        for group in run.groups:
            for name, case in group.cases.items():
                if (ratio := log_ratio(group, case)) is not None:
                    found.setdefault(name, []).append(ratio)
    for name, logs in found.items():
        middle = math.exp(statistics.mean(logs))
        print(f"{name}: {middle:.2f} times its raw loop's, {statistics.stdev(logs):.1%} from run to run")


if __name__ == "__main__":
    main()
