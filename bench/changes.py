"""What does `history` find, and what does it only imagine? `make changes` runs this; Otava stands beside it.

Series of 100 runs are made up, so that the truth is known: white noise, AR(1) with 0.4, and white noise with
one run in twenty 20 % slower; each with a spread of 3 % and of 10 %, which is what sessions differ by here.
False alarms are counted in series without a step, once with all runs there and once as they would be seen
when the runs come in one by one: whatever is reported at any time counts. Delays are those of a step in the
middle: after how many runs at the new level it is reported for the first time.

Apache Otava (in an environment of its own: it pins numpy and brings clients of services along) reads the same
series, with its default and with its strict settings.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import click
import numpy as np
from rich.console import Console
from rich.table import Table

from ipcbench.statistics.changes import find_changes

RUNS, STEP_AT, SEEN_AFTER = 100, 50, 10
NOISES = ("white", "AR(1) 0.4", "5 % spikes")
CORRELATION, SPIKE_SHARE, SPIKE = 0.4, 0.05, math.log(1.2)
#: What sessions' figures differ by here where the loop is taken out, and by themselves.
SPREADS = (0.03, 0.10)
OTAVA = {"Otava, default": (0.001, 0.0), "Otava, p 1e-4 and 3 %": (1e-4, 0.03)}
OTAVA_ENV = Path(".venv-otava")
#: Reads series a line, writes the change points of each; a list, because arrays give wrong indices.
OTAVA_CODE = """
import json, sys
from otava.analysis import compute_change_points
for line in sys.stdin:
    logs, p, magnitude = json.loads(line)
    found, _ = compute_change_points(logs, window_len=50, max_pvalue=p, min_magnitude=magnitude)
    print(json.dumps([int(each.index) for each in found]), flush=True)
"""

Detector = Callable[[Sequence[float]], list[int]]


def series(kind: str, rng: np.random.Generator, spread: float, runs: int = RUNS) -> np.ndarray:
    """Return log values of a series without a step."""
    shocks = rng.normal(0, spread, runs)
    if kind == "AR(1) 0.4":
        values = np.empty(runs)
        values[0] = shocks[0]
        for i in range(1, runs):
            values[i] = CORRELATION * values[i - 1] + math.sqrt(1 - CORRELATION**2) * shocks[i]
        return values
    if kind == "5 % spikes":
        shocks += SPIKE * (rng.random(runs) < SPIKE_SHARE)
    return shocks


def ours(logs: Sequence[float]) -> list[int]:
    return [change.index for change in find_changes(logs)]


class Otava:
    """Apache Otava in a process of its own."""

    def __init__(self, python: Path, p: float, magnitude: float) -> None:
        self._settings = p, magnitude
        self._process = subprocess.Popen(
            [python, "-c", OTAVA_CODE], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def __call__(self, logs: Sequence[float]) -> list[int]:
        assert self._process.stdin
        assert self._process.stdout
        # It compares means as ratios, so it is given seconds.
        seconds = [math.exp(log) for log in logs]
        self._process.stdin.write(json.dumps([seconds, *self._settings]) + "\n")
        self._process.stdin.flush()
        found: list[int] = json.loads(self._process.stdout.readline())
        return found

    def close(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        self._process.wait(10)


def false_alarms(detect: Detector, all_series: Sequence[np.ndarray], *, online: bool) -> float:
    """Return the changes reported per 100 runs of series that have none."""
    alarms = 0
    for values in all_series:
        if online:
            # A change that moves by a run or two as more come in is one.
            seen: list[int] = []
            for runs in range(SEEN_AFTER, len(values) + 1):
                for index in detect(values[:runs].tolist()):
                    if not any(abs(index - other) <= 3 for other in seen):
                        seen.append(index)
            alarms += len(seen)
        else:
            alarms += len(detect(values.tolist()))
    return alarms / (len(all_series) * RUNS / 100)


def delays(detect: Detector, share: float, spread: float, count: int, rng: np.random.Generator) -> np.ndarray:
    """Return after how many runs at the new level each step was reported first; infinity if not in 20."""
    found = np.full(count, math.inf)
    for number in range(count):
        values = series("white", rng, spread)
        values[STEP_AT:] += math.log1p(share)
        for runs in range(1, 21):
            if any(abs(index - STEP_AT) <= 2 for index in detect(values[: STEP_AT + runs].tolist())):
                found[number] = runs
                break
    return found


def speed(runs: int, cells: int) -> float:
    """Return the seconds to analyse so many cells of so many runs, each with a step now and then."""
    rng = np.random.default_rng(1)
    histories = []
    for _ in range(cells):
        values = series("white", rng, SPREADS[0], runs)
        values += np.repeat(rng.normal(0, 0.1, runs // 500), 500)
        histories.append(values.tolist())
    start_s = time.perf_counter()
    for values in histories:
        find_changes(values)
    return time.perf_counter() - start_s


def otava_python() -> Path:
    """Return the interpreter that has Otava, installed where it disturbs nothing."""
    python = OTAVA_ENV / "bin" / "python"
    if not python.exists():
        subprocess.run([sys.executable, "-m", "venv", OTAVA_ENV], check=True)
        subprocess.run([python, "-m", "pip", "install", "--quiet", "apache-otava==0.8.0"], check=True)
    return python


@click.command()
@click.option("--series", "count", default=300, show_default=True, help="Series of each kind of noise.")
@click.option("--otava/--no-otava", default=True, help="Compare with Apache Otava, which is slow.")
def main(count: int, otava: bool) -> None:
    """Count false alarms and delays, and take the time of a large history."""
    detectors: dict[str, Detector] = {"ipcbench": ours}
    oracles = {name: Otava(otava_python(), *settings) for name, settings in OTAVA.items()} if otava else {}
    detectors.update(oracles)
    console = Console(width=140)
    alarms, steps = Table(box=None), Table(box=None)
    for table in (alarms, steps):
        table.add_column("detector")
    for heading in NOISES:
        for spread in SPREADS:
            alarms.add_column(f"{heading}, {spread:.0%}", justify="right")
    for heading in ("5 % at noise 1 %, within 3", "10 % at noise 3 %, within 4"):
        steps.add_column(heading, justify="right")
    for name, detect in detectors.items():
        cells = []
        for kind in NOISES:
            for spread in SPREADS:
                rng = np.random.default_rng(NOISES.index(kind))
                made = [series(kind, rng, spread) for _ in range(count)]
                online = f"{false_alarms(detect, made, online=True):.2f}" if detect is ours else "n/a"
                cells.append(f"{false_alarms(detect, made, online=False):.2f} | {online}")
        alarms.add_row(name, *cells)
        found = []
        for share, spread, within in ((0.05, 0.01, 3), (0.10, 0.03, 4)):
            late = delays(detect, share, spread, count, np.random.default_rng(7))
            found.append(f"{np.mean(late <= within):.1%} ({np.median(late):.0f})")
        steps.add_row(name, *found)
    console.print(
        f"{count} series of {RUNS} runs; false alarms per 100 runs: all runs there | as they come in"
    )
    console.print(alarms)
    console.print("steps reported within so many runs at the new level (median delay)")
    console.print(steps)
    console.print(f"10,000 runs of 60 cells analysed in {speed(10_000, 60):.1f} s")
    for oracle in oracles.values():
        oracle.close()


if __name__ == "__main__":
    main()
