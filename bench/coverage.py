"""Do 95 % intervals of launches cover? `make coverage` runs this; it simulates, so that the truth is known.

What lies between one run and the next is in no simulation: for that there is `coverage_live.py`.

Each synthetic group is measured and estimated by the project's own code (`Precision` decides when to stop,
`paired_ratio`, `case_estimate` and `RoundTripTimes` estimate). The noise has the parts and sizes that were
recorded on a shared two-core machine (docs/method.md):

- drift of the machine, shared by whatever runs at the time: coefficient of variation 0.29 over batches of
  10 ms, autocorrelation 0.87 from one batch to the next and 0.34 over a second;
- the luck of each launch of each channel, by placement;
- noise of single trials, with a slow one in fifty.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterator
from dataclasses import dataclass

import click
import numpy as np

from ipcbench.analysis.latency import PERCENTILES, RoundTripTimes
from ipcbench.measure.run.precision import Precision
from ipcbench.plan.case import Case, Group
from ipcbench.plan.matrix import MIN_PASSES, PRECISION
from ipcbench.record.histogram import RoundTrips
from ipcbench.statistics.estimates import Estimate, case_estimate, paired_ratio

CHANNELS = {"pipe": 1.0, "duplex-pipe": 0.6, "queue": 1.4}
#: 0.87 = a exp(-0.01 / t) and 0.34 = a exp(-1 / t) give t = 1.05 s and a = 0.878: what drifts is that share
#: of the variance, the rest is the trials' own noise.
DRIFT_TIME_S, DRIFT_SHARE, VARIATION = 1.05, 0.878, 0.29
TRIAL_NOISE = VARIATION * math.sqrt(1 - DRIFT_SHARE)
DRIFT_SPREAD = VARIATION * math.sqrt(DRIFT_SHARE)
SLOW_SHARE, SLOW_FACTOR = 0.02, 3.0
#: Standard deviation between launches of the log-ratio of two arms of the same channel, by placement: the
#: middle of what was seen at 64 B to 1 MiB.
LUCK = {"same": 0.03, "split": 0.07, "free": 0.18}
BLOCKS, TRIAL_S, LAUNCH_S = 6, 0.005, 0.35
#: Seconds from one launch of a group to its next: one group alone, three, and the twenty of the main job.
GAPS_S = {"1 group": LAUNCH_S, "3 groups": 3 * LAUNCH_S, "20 groups": 20 * LAUNCH_S}
#: How long the run may measure, in seconds.
MAX_TIMES_S = {"1 group": (18.0, 36.0), "3 groups": (18.0, 36.0), "20 groups": (36.0, 120.0)}
ROUND_TRIPS, ROUND_TRIP_NS = 700, 60_000


@dataclass(frozen=True)
class Band:
    """What share of intervals must cover."""

    low: float
    high: float = 1.0

    def verdict(self, found: list[bool]) -> str:
        """Judge a share by two of its standard errors: so many trials cannot tell it better."""
        share = float(np.mean(found))
        error = 2 * math.sqrt(share * (1 - share) / len(found))
        inside = self.low - error <= share <= self.high + error
        return "ok" if inside else f"outside {self.low:.0%} to {self.high:.0%}"


BANDS = {"ratio": Band(0.93, 0.97), "case": Band(0.90), "latency": Band(0.92)}


class Machine:
    """A machine whose speed drifts as an Ornstein-Uhlenbeck process; log scale."""

    def __init__(self, rng: np.random.Generator) -> None:
        self._rng = rng
        self._level = float(rng.normal(0, DRIFT_SPREAD))

    def after(self, seconds: float) -> float:
        """Let time pass and return how slow the machine is now, as the log of a factor."""
        kept = math.exp(-seconds / DRIFT_TIME_S)
        self._level = kept * self._level + DRIFT_SPREAD * math.sqrt(1 - kept**2) * float(self._rng.normal())
        return self._level


def launches_of_group(rng: np.random.Generator, luck: float, gap_s: float) -> Iterator[dict[str, np.ndarray]]:
    """Yield launch after launch of a group: seconds per message of each channel's trials."""
    machine = Machine(rng)
    while True:
        lucks = {name: rng.normal(0, luck / math.sqrt(2)) for name in CHANNELS}
        trials: dict[str, list[float]] = {name: [] for name in CHANNELS}
        for _ in range(BLOCKS):
            for name in rng.permutation(list(CHANNELS)):
                slow = math.log(SLOW_FACTOR) if rng.random() < SLOW_SHARE else 0.0
                noise = machine.after(TRIAL_S) + lucks[name] + rng.normal(0, TRIAL_NOISE) + slow
                trials[name].append(CHANNELS[name] * math.exp(noise))
        yield {name: np.array(values) for name, values in trials.items()}
        machine.after(max(0.0, gap_s - BLOCKS * len(CHANNELS) * TRIAL_S))


def measured_group(
    rng: np.random.Generator, luck: float, gap_s: float, max_time_s: float
) -> tuple[dict[str, Estimate], dict[str, Estimate]]:
    """Measure until precise or out of time; return ratios and single cases by channel."""
    cases = {
        name: Case(
            channel=name,
            workload="stream",
            payload_bytes=64,
            start_method="fork",
            placement="split",
            python="3.11.7",
        )
        for name in CHANNELS
    }
    group = Group(tuple(cases.values()), frozenset(cases.values()))
    precision, at_s = Precision(PRECISION), []
    samples: dict[str, list[np.ndarray]] = {name: [] for name in CHANNELS}
    for number, trials in enumerate(launches_of_group(rng, luck, gap_s)):
        at_s.append(number * gap_s)
        for name, case in cases.items():
            precision.take(case, number, at_s[-1], trials[name].tolist())
            samples[name].append(trials[name])
        over = at_s[-1] + gap_s > max_time_s
        if over or (number + 1 >= MIN_PASSES and precision.reached(group)):
            break
    base = samples["pipe"]
    others = {name: data for name, data in samples.items() if name != "pipe"}
    ratios = {name: found for name, data in others.items() if (found := paired_ratio(data, base))}
    singles = {name: found for name, data in samples.items() if (found := case_estimate(data, at_s))}
    return ratios, singles


def covers(estimate: Estimate, truth: float) -> bool:
    assert estimate.low is not None
    assert estimate.high is not None
    return estimate.low <= truth <= estimate.high


def group_coverage(
    rng: np.random.Generator, groups: int, luck: float, gap_s: float, max_time_s: float
) -> list[str]:
    """Return a row of the table: coverage of ratios and of single cases, launches, half-widths."""
    # The long-run level of a single case: its median trial, a slow one in fifty included.
    level = math.exp(TRIAL_NOISE * 0.0251)
    hits: dict[str, list[bool]] = {"ratio": [], "case": []}
    halves: dict[str, list[float]] = {"ratio": [], "case": []}
    counts = []
    for _ in range(groups):
        ratios, singles = measured_group(rng, luck, gap_s, max_time_s)
        truths = {name: seconds / CHANNELS["pipe"] for name, seconds in CHANNELS.items()}
        for kind, found, truth in (("ratio", ratios, truths), ("case", singles, CHANNELS)):
            factor = level if kind == "case" else 1.0
            hits[kind] += [covers(estimate, truth[name] * factor) for name, estimate in found.items()]
            halves[kind] += [estimate.half_width or 0.0 for estimate in found.values()]
        counts.append(singles["pipe"].launches)
    cells = [f"{np.mean(counts):.1f}"]
    for kind, found_hits in hits.items():
        cells += [
            f"{np.mean(found_hits):.1%}",
            f"±{np.median(halves[kind]):.1%}",
            BANDS[kind].verdict(found_hits),
        ]
    return cells


def round_trip_noise(rng: np.random.Generator, count: int) -> np.ndarray:
    """Return what sets round trips of one launch apart, as logs of factors; one in fifty is slow."""
    slow = rng.exponential(0.8, count) * (rng.random(count) < SLOW_SHARE)
    return np.asarray(rng.normal(0, 0.15, count) + slow)


def round_trips(rng: np.random.Generator, level: float) -> np.ndarray:
    """Return one launch's round trips in ns, `level` being the log of how slow it is."""
    return (ROUND_TRIP_NS * np.exp(level + round_trip_noise(rng, ROUND_TRIPS))).astype(np.int64)


def percentiles_of_run(rng: np.random.Generator, count: int, gap_s: float) -> dict[float, Estimate]:
    """Return what a run of `count` launches says of its round trips."""
    luck = LUCK["split"] / math.sqrt(2)
    machine, texts = Machine(rng), []
    for _ in range(count):
        times = RoundTrips()
        times.add(round_trips(rng, machine.after(gap_s) + rng.normal(0, luck)).tobytes())
        texts.append(times.encoded() or "")
    return RoundTripTimes(texts, [number * gap_s for number in range(count)]).percentiles()


def latency_coverage(rng: np.random.Generator, groups: int, count: int, gap_s: float) -> list[str]:
    """Return the coverage of each percentile's interval from `count` launches.

    The truth is the percentile of a launch's round trips on a machine of middling speed with middling luck.
    """
    noise = ROUND_TRIP_NS * np.exp(round_trip_noise(rng, 10**7)) / 1e9
    runs = [percentiles_of_run(rng, count, gap_s) for _ in range(groups)]
    cells = []
    for percentile in PERCENTILES:
        estimates = [run[percentile] for run in runs if percentile in run]
        if not estimates or estimates[0].low is None:
            cells.append("n/a")
            continue
        truth = float(np.percentile(noise, percentile))
        hits = [covers(estimate, truth) for estimate in estimates]
        cells.append(f"{np.mean(hits):.1%} {BANDS['latency'].verdict(hits)}")
    return cells


@click.command()
@click.option("--groups", default=500, help="Synthetic groups of each kind.  [500]")
@click.option("--seed", default=1, help="Repeats the random numbers.  [1]")
@click.option("--only-latency", is_flag=True, help="Leave out ratios and single cases.")
def main(groups: int, seed: int, only_latency: bool) -> None:
    """Print the share of 95 % intervals that cover the truth, and their median half-width.

    Fails where a share is out of its band: 93 to 97 % of ratios, 90 % of single cases, 92 % of percentiles.
    """
    rng = np.random.default_rng(seed)
    head = ("placement", "run", "at most", "launches", "ratio", "width", "", "case", "width", "")
    rows: list[tuple[str, ...]] = [head]
    for placement, luck in {} if only_latency else LUCK.items():
        for run, gap_s in GAPS_S.items():
            for max_time_s in MAX_TIMES_S[run]:
                cells = group_coverage(rng, groups, luck, gap_s, max_time_s)
                rows.append((placement, run, f"{max_time_s:g} s", *cells))
    _print(rows)
    print()
    rows = [("round trips", "launches", *(f"p{percentile:g}" for percentile in PERCENTILES))]
    for run, gap_s in GAPS_S.items():
        for max_time_s in MAX_TIMES_S[run]:
            count = int(max_time_s / gap_s)
            rows.append((run, str(count), *latency_coverage(rng, groups, count, gap_s)))
    _print(rows)
    sys.exit(any("outside" in cell for row in rows for cell in row))


def _print(rows: list[tuple[str, ...]]) -> None:
    widths = [max(len(row[i]) for row in rows) for i in range(len(rows[0]))]
    for row in rows:
        print(
            "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip(), flush=True
        )


if __name__ == "__main__":
    main()
