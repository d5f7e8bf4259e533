"""Does measuring take the more memory the more is measured? `make memory` runs this.

Two runs of the `null` channel's ping-pong: nothing is handed over, so a round trip takes a fraction of a
microsecond and there are as many of them as can be. Their peaks on the measuring side may differ by 20 MiB.
"""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

# Nothing heavy here: Linux hands the peak of a process down to the programs that it starts.
import click

BUDGET_MIB = 20.0
#: The short run has four trials of half a millisecond, the long one some forty of 5 ms in each launch.
SHORT = ("1", "0.1", "0.0005")
TRIAL_S, LAUNCH_S, LAUNCHES = "0.005", 0.75, 40
FEWEST_MESSAGES = 10_000_000
DEADLINE_S = 600.0


@dataclass(frozen=True)
class Run:
    """What one run had on the measuring side."""

    messages: int
    peak_mib: float


def run(passes: str, max_time_s: str, trial_s: str) -> Run:
    """Measure in a fresh process of the measuring side."""
    done = subprocess.run(
        [sys.executable, str(Path(__file__).with_name("null_run.py")), passes, max_time_s, trial_s],
        stdout=subprocess.PIPE,
        text=True,
        timeout=DEADLINE_S,
        check=False,
    )
    if done.returncode:
        sys.exit("the run failed, as said above")
    told = json.loads(done.stdout)
    return Run(told["messages"], told["peak_bytes"] / (1 << 20))


@click.command()
@click.option(
    "--launches", type=click.IntRange(min=1), default=LAUNCHES, help=f"Of the long run.  [{LAUNCHES}]"
)
def main(launches: int) -> None:
    """Print messages and peak of a short and a long run; exit with 1 if they differ beyond the budget."""
    print("null, ping-pong, 64B: round trips in the stored histograms, peak memory of the measuring side")
    runs = []
    for name, words in {"short": SHORT, "long": (str(launches), str(launches * LAUNCH_S), TRIAL_S)}.items():
        runs.append(run(*words))
        print(f"{name:6} {runs[-1].messages:>12,} messages {runs[-1].peak_mib:8.1f} MiB", flush=True)
    short, long = runs
    more_mib = long.peak_mib - short.peak_mib
    within, enough = more_mib <= BUDGET_MIB, long.messages >= FEWEST_MESSAGES
    print(f"{long.messages / short.messages:.0f} times the messages: {more_mib:+.1f} MiB")
    print(f"the difference is {'within' if within else 'beyond'} its budget of {BUDGET_MIB:g} MiB")
    if not enough:
        print(f"fewer than {FEWEST_MESSAGES:,} messages prove little; ask for more --launches")
    sys.exit(0 if within and enough else 1)


if __name__ == "__main__":
    main()
