"""Do the 95 % intervals of real runs hold what other runs find? `make coverage` runs this too (12 min).

The same run is made again and again. Each of its intervals is asked whether it holds the mean of all the
other runs: for ratios within a group, and beside them for the cases' own times and percentiles, whose
intervals are of the time of their run and no longer. The first runs and the last lie minutes apart, so what
the machine changes meanwhile is in the answer. `compare` is asked of each run and the one before as well:
nothing changed between them, so whatever it calls regressed or improved is a false alarm.
"""

from __future__ import annotations

import json
import sys
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import numpy as np

import ipcbench
from ipcbench.analysis.groups import read_groups
from ipcbench.analysis.run_comparison import compare_runs
from ipcbench.plan.units import parse_seconds
from ipcbench.record.run import RunDocument
from ipcbench.statistics.decision import Rule
from ipcbench.statistics.estimates import Estimate

CHANNELS, SIZES = "pipe,duplex-pipe,queue", "64,16KiB,64KiB"
#: What share of the ratios' intervals must hold the mean of the other runs.
FEWEST_HELD = 0.90
#: Value, low and high by kind, name and run.
Found = dict[str, dict[str, list[tuple[float, float, float]]]]


def intervals(document: RunDocument) -> Iterator[tuple[str, str, Estimate]]:
    """Yield kind, name and estimate of everything with an interval in a run."""
    for group in read_groups(document):
        for case in group.asked:
            if ratio := group.ratio(case):
                yield "ratio", case.name, ratio
            if case.seconds:
                yield "time of a case", case.name, case.seconds
            for percentile, estimate in case.round_trips.items():
                yield f"p{percentile:g}", case.name, estimate


def held(values: list[tuple[float, float, float]]) -> list[bool]:
    """Return for each run whether its interval holds the mean (of logs) of the other runs' values."""
    logs = np.log([value for value, _, _ in values])
    others = (logs.sum() - logs) / (len(logs) - 1)
    return [low <= np.exp(other) <= high for (_, low, high), other in zip(values, others, strict=True)]


def report(found: Found) -> float:
    """Print what share of each kind's intervals hold, and how wide they are; return the ratios' share."""
    for kind, rows in found.items():
        hits = [hit for values in rows.values() if len(values) > 2 for hit in held(values)]
        if not hits:
            continue
        widths = [np.expm1(np.log(high / low) / 2) for values in rows.values() for _, low, high in values]
        spread = [np.std(np.log([value for value, _, _ in values])) for values in rows.values()]
        print(
            f"{kind:15} {sum(hits):4} of {len(hits):4} ({np.mean(hits):.1%}) hold the mean of the others;"
            f" half-width {np.median(widths):.1%}, spread between runs {np.median(spread):.1%}"
        )
    for name, values in found["ratio"].items():
        print(f"  {sum(held(values)):2} of {len(values)}  {name}")
    return float(np.mean([hit for values in found["ratio"].values() for hit in held(values)]))


def verdicts(documents: Sequence[RunDocument]) -> Counter[str]:
    """Return what `compare` says of all cells of each run and the one before, by how often."""
    found: Counter[str] = Counter()
    for number, (base, head) in enumerate(pairwise(documents)):
        for row in compare_runs(base, head, Rule(0.05, 0.01), documents[:number]).rows:
            found[row.decision.verdict.value if row.decision else "not decided"] += 1
    return found


@click.command()
@click.option("--runs", default=20, help="How often.  [20]")
@click.option("--max-time", default="45s", help="How long each.  [45s]")
@click.option("--precision", default=0.01, help="Half-width at which a run stops early.  [0.01]")
@click.option("--channel", default=CHANNELS, help=f"Which channels.  [{CHANNELS}]")
@click.option("--size", default=SIZES, help=f"Which sizes.  [{SIZES}]")
@click.option("--placement", default="split", help="Which placement.  [split]")
@click.option("--output", default=None, help="Where the intervals are kept as JSON.  [nowhere]")
@click.option("--keep", default=None, type=click.Path(path_type=Path), help="Where runs are kept.  [nowhere]")
def main(
    runs: int,
    max_time: str,
    precision: float,
    channel: str,
    size: str,
    placement: str,
    output: str | None,
    keep: Path | None,
) -> None:
    """Run, run again, and count the intervals that hold; fails where too few do."""
    asked = {"channel": channel, "workload": "stream,ping-pong", "size": size, "placement": placement}
    found: Found = defaultdict(lambda: defaultdict(list))
    documents: list[RunDocument] = []
    with TemporaryDirectory() as folder:
        for number in range(runs):
            run = ipcbench.run(
                seconds=parse_seconds(max_time), precision=precision, seed=number,
                results=str(keep or folder), start_method="fork", **asked,
            )  # fmt: skip
            documents.append(run.document)
            for kind, name, estimate in intervals(documents[-1]):
                if estimate.low is not None and estimate.high is not None:
                    found[kind][name].append((estimate.value, estimate.low, estimate.high))
            print(f"run {number + 1} of {runs}", file=sys.stderr, flush=True)
            if output:
                Path(output).write_text(json.dumps(found), encoding="utf-8")
    share = report(found)
    told = ", ".join(f"{count} {verdict}" for verdict, count in verdicts(documents).items())
    print(f"compare of each run and the one before, by cells: {told}")
    sys.exit(share < FEWEST_HELD)


if __name__ == "__main__":
    main()
