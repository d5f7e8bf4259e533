"""How narrow do intervals become in how many seconds, and do two runs agree? `make precision` runs this.

The main job (what `pytest bench` measures: `bench_channels.py`) is measured at each placement. Launches carry
their time, so one run shows what every shorter one would have had: the half-widths of the paired ratios to
`pipe` after so many seconds. Then the first placement is measured once more, and the
intervals of the two runs are compared.
"""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click
import msgspec
import numpy as np

from bench_channels import CHANNELS, ROUND_TRIP_SIZES, START_METHODS, STREAM_SIZES
from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import plan_run
from ipcbench.commands.run import run as run_and_store
from ipcbench.plan.units import parse_seconds
from ipcbench.record.run import RunDocument, read_run
from ipcbench.record.store import Store
from ipcbench.statistics.estimates import Estimate

PLACEMENTS = "split,same,free"
#: The half-width of a ratio that most cells are to reach within the time, and what most are.
NARROW, MOST = 0.08, 0.90
#: Shares of the time at which the widths are looked at, besides the end.
LOOKS = (0.25, 0.5, 0.75)


def measure(placement: str, max_time_s: float, store: Store, seed: int) -> RunDocument:
    """Run the main job at one placement."""
    requests = (
        {"channel": CHANNELS, "workload": "stream", "size": STREAM_SIZES, "placement": placement},
        {"channel": CHANNELS, "workload": "ping-pong", "size": ROUND_TRIP_SIZES, "placement": placement},
        {"channel": CHANNELS, "workload": "handoff", "start_method": START_METHODS, "placement": placement},
    )
    parts = [resolve(request) for request in requests]
    cases, interpreters = [case for found, _ in parts for case in found], parts[0][1]
    plan = plan_run(cases, seed=seed, max_time_s=max_time_s)
    return read_run(run_and_store(plan, interpreters, store).path)


def until(case: CaseResult, seconds: float) -> CaseResult:
    """Return what a case had after so many seconds of the run."""
    launches = [row for row in case.record.launches if row.at_s is not None and row.at_s <= seconds]
    kept = {row.pass_number for row in launches}
    return replace(
        case,
        record=msgspec.structs.replace(case.record, launches=launches),
        by_pass={number: data for number, data in case.by_pass.items() if number in kept},
    )


def ratios(groups: list[GroupResult], seconds: float) -> dict[str, Estimate | None]:
    """Return every asked cell's ratio to `pipe` after so many seconds, by name."""
    found = {}
    for group in groups:
        base = until(group.reference, seconds)
        for case in group.asked:
            if case is not group.reference:
                found[case.name] = until(case, seconds).ratio_to(base)
    return found


def widths(cells: dict[str, Estimate | None]) -> np.ndarray:
    """Return half-widths; infinite where there is no interval yet."""
    halves = [estimate.half_width if estimate else None for estimate in cells.values()]
    return np.array([np.inf if half is None else half for half in halves])


def report(placement: str, document: RunDocument, max_time_s: float) -> float:
    """Print the widths of a run after each part of its time; return the share of narrow ones at its end."""
    assert document.ipcbench is not None
    groups, elapsed_s = read_groups(document), document.ipcbench.elapsed_s
    share = 0.0
    for seconds in [*(look * max_time_s for look in LOOKS if look * max_time_s < elapsed_s), elapsed_s]:
        halves = widths(ratios(groups, seconds))
        rows = [
            row for group in groups for row in group.reference.record.launches if (row.at_s or 0) <= seconds
        ]
        blocks = np.median([row.trials for row in rows]) if rows else 0
        share = float(np.mean(halves <= NARROW))
        middle, upper = np.median(halves), np.quantile(halves, 0.9, method="higher")
        print(
            f"{placement:9} {seconds:5.0f} s  {len(rows) / len(groups):8.1f}  {blocks:6.0f}"
            f"  {_percent(middle)}  {_percent(upper)}  {share:5.0%}",
            flush=True,
        )
    wide = [
        f"{name} ±{e.half_width:.0%}" for name, e in ratios(groups, elapsed_s).items() if e and _is_wide(e)
    ]
    print(f"{'':9} wider than ±{NARROW:.0%}: {', '.join(wide) or 'none'}", flush=True)
    return share


def _is_wide(estimate: Estimate) -> bool:
    return estimate.half_width is not None and estimate.half_width > NARROW


def _percent(half: float) -> str:
    return f"±{half:6.1%}" if np.isfinite(half) else "   none"


def overlap(one: RunDocument, other: RunDocument) -> tuple[int, int]:
    """Return how many cells' intervals overlap, of how many that have one in both runs."""
    first, second = (ratios(read_groups(document), np.inf) for document in (one, other))
    both = [(first[name], second[name]) for name in first if name in second]
    pairs = [(a, b) for a, b in both if a and b and a.low and b.low and a.high and b.high]
    return sum(a.low <= b.high and b.low <= a.high for a, b in pairs), len(pairs)  # type: ignore[operator]


@click.command()
@click.option("--placement", default=PLACEMENTS, help=f"Which placements.  [{PLACEMENTS}]")
@click.option("--max-time", default="138s", help="How long to measure at each.  [138s]")
@click.option("--output", default=None, help="Where the runs are kept.  [nowhere]")
@click.option("--seed", default=1, help="Repeats the random orders.  [1]")
def main(placement: str, max_time: str, output: str | None, seed: int) -> None:
    """Print half-widths of the ratios to pipe against seconds; fails where too few are narrow or agree."""
    max_time_s = parse_seconds(max_time)
    with TemporaryDirectory() as scratch:
        store = Store(Path(output or scratch))
        print("placement   after  launches  blocks   median   9 in 10  within ±8%")
        runs, shares = {}, {}
        for number, name in enumerate(placement.split(",")):
            runs[name] = measure(name, max_time_s, store, seed + number)
            shares[name] = report(name, runs[name], max_time_s)
        name = next(iter(runs))
        again = measure(name, max_time_s, store, seed + len(runs))
        report(name, again, max_time_s)
        agree, cells = overlap(runs[name], again)
    print(f"two runs at {name}: the intervals of {agree} of {cells} ratios overlap")
    sys.exit(shares.get("split", 1.0) < MOST or agree < MOST * cells)


if __name__ == "__main__":
    main()
