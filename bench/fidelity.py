"""Does the harness report what a hand-written program gets? `make fidelity` runs this.

The bare loop (`bare_loop.py`) is plain `multiprocessing`, without any of ipcbench: two processes pinned as
in placement `split`, a stream of messages, the time from the first send to the last receive. It is launched
and measured in turns with the harness's probe of the same channel: each launch of the pair has blocks in
random order, and the paired ratio is taken as everywhere else, over launches.
"""

from __future__ import annotations

import random
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import click
import numpy as np

from ipcbench.analysis.estimates import Estimate, paired_ratio
from ipcbench.analysis.results import read_groups
from ipcbench.measure.interpreter import find_interpreter
from ipcbench.measure.launcher import Launcher
from ipcbench.measure.placement import choose_cores
from ipcbench.measure.progress import Silent
from ipcbench.measure.request import Request, plan_cases, resolve
from ipcbench.measure.session import measure_and_store
from ipcbench.measure.setting import case_setting
from ipcbench.plan.axes import format_size, parse_sizes
from ipcbench.plan.case import Case
from ipcbench.record.store import Store, read_document

CHANNELS = ("pipe", "duplex-pipe", "queue")
SIZES = ("64", "16KiB", "1MiB")
LAUNCHES, BLOCKS, WARMUP_BLOCKS = 10, 16, 10
DEADLINE_S = 30.0
#: Messages of a trial that lasts 5 ms or more.
MESSAGES = {64: 2000, 16 << 10: 1000, 1 << 20: 8}


class BareLoop:
    """The hand-written program, in an interpreter of its own."""

    def __init__(self, name: str, size: int, cores: tuple[int | None, int | None]) -> None:
        ends = ["-" if core is None else str(core) for core in cores]
        script = Path(__file__).with_name("bare_loop.py")
        self._process = subprocess.Popen(
            [sys.executable, str(script), name, str(size), *ends],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read()

    def _read(self) -> str:
        assert self._process.stdout is not None
        if not select.select([self._process.stdout], [], [], DEADLINE_S)[0]:
            raise TimeoutError("the bare loop is stuck")
        return self._process.stdout.readline()

    def seconds(self, messages: int) -> float:
        """Run one trial."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{messages}\n")
        self._process.stdin.flush()
        return int(self._read()) / 1e9 / messages

    def close(self) -> None:
        self._process.communicate(timeout=DEADLINE_S)


class HarnessLoop:
    """The same through a probe."""

    def __init__(self, launcher: Launcher, case: Case) -> None:
        self._launcher = launcher
        self._probe = launcher.launch(case_setting(case, launcher, seed=1))
        self._probe.await_ready(DEADLINE_S)

    def seconds(self, messages: int) -> float:
        """Run one trial."""
        answer, _ = self._probe.trial(messages, DEADLINE_S)
        return float(answer["elapsed_ns"]) / 1e9 / messages

    def close(self) -> None:
        self._launcher.end([self._probe])


@contextmanager
def live(launcher: Launcher, case: Case, rng: random.Random) -> Iterator[dict[str, Any]]:
    """Both loops alive at the same time, started in random order."""
    cores = choose_cores(case.placement, launcher.facts)
    makers: dict[str, Any] = {
        "bare": lambda: BareLoop(case.channel, case.payload_bytes, cores),
        "harness": lambda: HarnessLoop(launcher, case),
    }
    loops = {name: makers[name]() for name in rng.sample(sorted(makers), len(makers))}
    try:
        yield loops
    finally:
        for loop in loops.values():
            loop.close()


def measure(
    launcher: Launcher, case: Case, rng: random.Random, *, count: int, with_long: bool
) -> tuple[Estimate, Estimate | None]:
    """Return harness to bare loop, and the harness's ten times longer trials to its usual ones."""
    messages = MESSAGES[case.payload_bytes]
    arms = {"bare": ("bare", messages), "harness": ("harness", messages)}
    if with_long:
        arms["long"] = ("harness", 10 * messages)
    launches: dict[str, list[np.ndarray]] = {arm: [] for arm in arms}
    for _ in range(count):
        samples: dict[str, list[float]] = {arm: [] for arm in arms}
        with live(launcher, case, rng) as loops:
            for loop in loops.values():
                for _ in range(WARMUP_BLOCKS):
                    loop.seconds(messages)
            for _ in range(BLOCKS):
                for arm in rng.sample(sorted(arms), len(arms)):
                    name, sent = arms[arm]
                    samples[arm].append(loops[name].seconds(sent))
        for arm, data in samples.items():
            launches[arm].append(np.array(data))
    to_bare = paired_ratio(launches["harness"], launches["bare"])
    to_usual = paired_ratio(launches["long"], launches["harness"]) if with_long else None
    assert to_bare is not None
    return to_bare, to_usual


def harness_cost(folder: Path, placement: str, seed: int) -> dict[str, Estimate]:
    """Return the `null` channel's time per message as a share of `pipe`'s, by workload, at 64 B."""
    cases, interpreters = resolve(Request("pipe", "stream,ping-pong", "64", "fork", placement))
    plan = replace(plan_cases(cases, seed=seed, max_time_s=20), passes=LAUNCHES)
    result = measure_and_store(plan, interpreters, Store(folder), progress=Silent())
    shares = {}
    for group in read_groups(read_document(result.path)):
        share = group.ratio(group.cases["null"])
        assert share is not None
        shares[group.reference.case.workload] = share
    return shares


@click.command()
@click.option("--channel", default=",".join(CHANNELS), help="Which channels.")
@click.option("--size", default=",".join(SIZES), help="Which of the sizes.")
@click.option("--placement", default="split", help="split, same or free.  [split]")
@click.option("--launches", default=LAUNCHES, help=f"How many of each.  [{LAUNCHES}]")
@click.option("--only-bare", is_flag=True, help="Leave out longer trials and the null channel.")
@click.option("--seed", default=1, help="Repeats the random orders.  [1]")
def main(channel: str, size: str, placement: str, launches: int, only_bare: bool, seed: int) -> None:
    """Print, for each channel and size, the ratio of seconds per message to the bare loop's."""
    rng = random.Random(seed)
    interpreter = find_interpreter(None)
    print(f"stream, fork, {placement}, Python {interpreter.label}; {launches} launches of {BLOCKS} blocks")
    print(f"{'channel':12} {'size':>6}  {'harness / bare loop':22} {'10x longer trials / usual':26}")
    channels, sizes, within = channel.split(","), parse_sizes(size), 0
    with Launcher(interpreter) as launcher:
        for name in channels:
            for payload_bytes in sizes:
                case = Case(name, "stream", "bytes", payload_bytes, "fork", placement, interpreter.label)
                to_bare, to_usual = measure(launcher, case, rng, count=launches, with_long=not only_bare)
                within += 0.95 <= to_bare.value <= 1.05
                cells = [
                    f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]" if e else "" for e in (to_bare, to_usual)
                ]
                print(f"{name:12} {format_size(payload_bytes):>6}  {cells[0]:22} {cells[1]:26}", flush=True)
    print(f"{within} of {len(channels) * len(sizes)} ratios to the bare loop are within 1.00 ± 0.05")
    if only_bare:
        return
    with TemporaryDirectory() as folder:
        for workload, share in harness_cost(Path(folder), placement, seed).items():
            print(
                f"null / pipe at 64B, {workload}: {share.value:.2%} [{share.low:.2%}, {share.high:.2%}]"
                f", {share.launches} launches"
            )


if __name__ == "__main__":
    main()
