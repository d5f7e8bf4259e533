"""Does the harness report what a hand-written program gets? `make fidelity` runs this.

The bare loop is plain `multiprocessing`, without any of ipcbench: two processes pinned as in placement
`split`, a stream of messages, the time from the first send to the last receive. It is launched and measured
in turns with the harness's probe of the same channel: each launch of the pair has blocks in random order,
and the paired ratio is taken as everywhere else, over launches.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
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


def bare_receiver(channel: Any, orders: Connection, core: int | None) -> None:
    """Receive as many messages as ordered, then answer when the last one was there."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    receive = channel.get if hasattr(channel, "get") else channel[0].recv
    while messages := orders.recv():
        for _ in range(messages):
            receive()
        orders.send(time.perf_counter_ns())


def bare_sender(channel: Any, orders: Connection, core: int | None, size: int) -> None:
    """Send as many messages as ordered, then answer when the first one was sent."""
    if core is not None:
        os.sched_setaffinity(0, {core})
    send = channel.put if hasattr(channel, "put") else channel[1].send
    payload = random.Random(1).randbytes(size)
    while messages := orders.recv():
        start_ns = time.perf_counter_ns()
        for _ in range(messages):
            send(payload)
        orders.send(start_ns)


class BareLoop:
    """What somebody would write by hand to time a channel."""

    def __init__(self, name: str, size: int, cores: tuple[int | None, int | None]) -> None:
        context = multiprocessing.get_context("fork")
        channel: Any = context.Queue() if name == "queue" else context.Pipe(duplex=name == "duplex-pipe")
        self._to_sender, sender_orders = context.Pipe()
        self._to_receiver, receiver_orders = context.Pipe()
        self._processes = [
            context.Process(target=bare_receiver, args=(channel, receiver_orders, cores[1]), daemon=True),
            context.Process(target=bare_sender, args=(channel, sender_orders, cores[0], size), daemon=True),
        ]
        for process in self._processes:
            process.start()

    def seconds(self, messages: int) -> float:
        """Run one trial."""
        self._to_receiver.send(messages)
        self._to_sender.send(messages)
        if not (self._to_receiver.poll(DEADLINE_S) and self._to_sender.poll(DEADLINE_S)):
            raise TimeoutError("the bare loop is stuck")
        end_ns, start_ns = self._to_receiver.recv(), self._to_sender.recv()
        return float(end_ns - start_ns) / 1e9 / messages

    def close(self) -> None:
        for orders in (self._to_receiver, self._to_sender):
            orders.send(0)
        for process in self._processes:
            process.join(DEADLINE_S)


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


def measure(launcher: Launcher, case: Case, rng: random.Random) -> tuple[Estimate, Estimate]:
    """Return harness to bare loop, and the harness's ten times longer trials to its usual ones."""
    messages = MESSAGES[case.payload_bytes]
    arms = {"bare": ("bare", messages), "harness": ("harness", messages), "long": ("harness", 10 * messages)}
    launches: dict[str, list[np.ndarray]] = {arm: [] for arm in arms}
    for _ in range(LAUNCHES):
        samples: dict[str, list[float]] = {arm: [] for arm in arms}
        with live(launcher, case, rng) as loops:
            for loop in loops.values():
                for _ in range(WARMUP_BLOCKS):
                    loop.seconds(messages)
            for _ in range(BLOCKS):
                for arm in rng.sample(sorted(arms), len(arms)):
                    name, count = arms[arm]
                    samples[arm].append(loops[name].seconds(count))
        for arm, data in samples.items():
            launches[arm].append(np.array(data))
    to_bare = paired_ratio(launches["harness"], launches["bare"])
    to_usual = paired_ratio(launches["long"], launches["harness"])
    assert to_bare is not None
    assert to_usual is not None
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
@click.option("--seed", default=1, help="Repeats the random orders.  [1]")
def main(channel: str, size: str, placement: str, seed: int) -> None:
    """Print, for each channel and size, the ratio of seconds per message to the bare loop's."""
    rng = random.Random(seed)
    interpreter = find_interpreter(None)
    print(f"stream, fork, {placement}, Python {interpreter.label}; {LAUNCHES} launches of {BLOCKS} blocks")
    print(f"{'channel':12} {'size':>6}  {'harness / bare loop':22} {'10x longer trials / usual':26}")
    channels, sizes, within = channel.split(","), parse_sizes(size), 0
    with Launcher(interpreter) as launcher:
        for name in channels:
            for payload_bytes in sizes:
                case = Case(name, "stream", "bytes", payload_bytes, "fork", placement, interpreter.label)
                to_bare, to_usual = measure(launcher, case, rng)
                within += 0.95 <= to_bare.value <= 1.05
                cells = [f"{e.value:.3f} [{e.low:.3f}, {e.high:.3f}]" for e in (to_bare, to_usual)]
                print(f"{name:12} {format_size(payload_bytes):>6}  {cells[0]:22} {cells[1]:26}", flush=True)
    print(f"{within} of {len(channels) * len(sizes)} ratios to the bare loop are within 1.00 ± 0.05")
    with TemporaryDirectory() as folder:
        for workload, share in harness_cost(Path(folder), placement, seed).items():
            print(
                f"null / pipe at 64B, {workload}: {share.value:.2%} [{share.low:.2%}, {share.high:.2%}]"
                f", {share.launches} launches"
            )


if __name__ == "__main__":
    main()
