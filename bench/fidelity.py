"""Does the harness report what a hand-written program gets? `make fidelity` runs this.

The bare loop (`bare_loop.py`) is plain `multiprocessing`, without any of ipcbench: a program of its own in
the same state of the heap. Each launch has one of it and one of the harness's live cases, alive at the same
time and measured in turns, block by block; both are started anew for the next launch, the launcher too.

Compared are times a message, page faults a message, percentiles of single round trips, and the harness's own
trials made ten times longer. Each launch of either program has data of its own in its heap, by which faults
differ from launch to launch: then both must have as many as often, and take as long where they have as many.
"""

from __future__ import annotations

import json
import random
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click
import numpy as np

import ipcbench
from agreement import Launches
from bare_process import bare_loop, bare_messages
from ipcbench.commands.resolve import resolve
from ipcbench.launch import sizing
from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live import LiveSet
from ipcbench.launch.live_case import LiveCase
from ipcbench.launch.placement import choose_cores
from ipcbench.launch.spec import probe_spec
from ipcbench.measure.ab.live_pairs import RawTimes
from ipcbench.plan.case import Case
from ipcbench.probe.workloads import load_workload
from ipcbench.statistics.estimates import Estimate, batch_means, paired_ratio
from ipcbench.words import ROLES

CHANNELS, SIZES = "pipe,duplex-pipe,queue", "64,16KiB,64KiB,1MiB,16MiB"
#: What `--whole` measures besides.
LARGE = "64KiB,1MiB,16MiB"
OTHERS = (
    {"size": LARGE, "heap": "kept,fresh", "holds": "1,0"},
    {"size": LARGE, "holds": "0"},
    {"channel": "pipe", "size": "64,64KiB,1MiB", "start_method": "spawn,forkserver"},
)
#: Trials ten times as long of what is larger would take minutes.
LONGEST_LONGER_BYTES = 1 << 20
FEWEST_LAUNCHES, LONGEST_CYCLE = 10, 8
#: Blocks of a launch and those before them, and how many where a trial of large messages takes half a second.
BLOCKS, WARMUP_BLOCKS, SLOW_BYTES, SLOW_BLOCKS, SLOW_WARMUP_BLOCKS = 10, 6, 8 << 20, 4, 2
#: The harness's ratio to the bare loop lies within this of 1; faults differ by chance with more than that.
WITHIN, ALPHA = 0.05, 0.01


def measure(
    interpreter: Interpreter, case: Case, rng: random.Random, most: int, *, longer: bool, plain: bool
) -> Launches:
    """Launch until the ratio's interval lies within 1.00 ± 0.05: `FEWEST_LAUNCHES` times to `most` times."""
    found = Launches()
    while len(found.harness_s) < most:
        launch(interpreter, case, rng, found, longer=longer, plain=plain)
        if len(found.harness_s) >= FEWEST_LAUNCHES and is_within(found.ratio(case.payload_bytes)):
            break
    return found


def is_within(ratio: Estimate) -> bool:
    """Whether the whole interval is."""
    assert ratio.low is not None
    assert ratio.high is not None
    return ratio.low >= 1 - WITHIN and ratio.high <= 1 + WITHIN


def launch(
    interpreter: Interpreter, case: Case, rng: random.Random, found: Launches, *, longer: bool, plain: bool
) -> None:
    """Add what one launch of both gives."""
    times, is_slow = RawTimes(), case.payload_bytes >= SLOW_BYTES
    blocks, warmup_blocks = (SLOW_BLOCKS, SLOW_WARMUP_BLOCKS) if is_slow else (BLOCKS, WARMUP_BLOCKS)
    with Launcher(interpreter) as launcher, LiveSet[str](rng) as live:
        by_role, seed = choose_cores(case.placement, launcher.facts), rng.getrandbits(32)
        cores = [by_role[role] for role in ROLES]

        def start() -> None:
            live.launch("", lambda: (launcher, probe_spec(case, launcher, seed)), case, times)

        if swapped := rng.random() < 0.5:
            start()
        with bare_loop(case, cores, plain=plain) as bare:
            if not swapped:
                start()
            live.make_ready(again=False)
            live.calibrate({})
            live.size(messages_of)
            (ours,) = live.compared
            many = bare_messages(case, ours.messages, ours.untimed, ours.seconds_per_message)
            for _ in range(warmup_blocks):
                bare.run(ours.messages, keep=False)
            live.warm_up()
            # Large messages go in cycles: each launch begins somewhere else in them.
            ours.run(rng.randint(1, LONGEST_CYCLE))
            bare.run(rng.randint(1, LONGEST_CYCLE), keep=False)
            live.take_costs()
            long_s: list[float] = []
            long_times = RawTimes()
            turns: list[Callable[[], object]] = [live.block, partial(bare.run, many, ours.messages)]
            if longer:
                turns.append(lambda: long_s.append(longer_trial(ours, long_times)))
            for _ in range(blocks):
                for turn in rng.sample(turns, len(turns)):
                    turn()
            live.take_costs()
    if live.failures:
        sys.exit(f"{case.name}: {live.failures}")
    found.harness_s.append(batch_means(ours.data, ours.messages))
    found.bare_s.append(batch_means(bare.seconds, ours.messages))
    found.longer_s.append(np.array(long_s))
    sent = blocks * (ours.messages + ours.untimed)
    sent += blocks * (10 * ours.messages + ours.untimed) if longer else 0
    sender, receiver = (float(ours.costs[end]["minor_faults"]) / sent for end in ROLES)
    found.harness_faults.append((sender, receiver))
    found.bare_faults.append((bare.faults[0] / bare.messages, bare.faults[1] / bare.messages))
    found.harness_each_ns.append(times.nanoseconds())
    found.longer_each_ns.append(long_times.nanoseconds())
    found.bare_each_ns.append(np.array(bare.each_ns, dtype=np.int64))


def messages_of(_compared: list[LiveCase], live: LiveCase) -> int:
    """Return the messages of a trial, as in a run of this case alone."""
    workload = load_workload(live.case.workload)
    return sizing.messages_per_trial(
        [live.seconds_per_message],
        live.case.payload_bytes,
        sizing.SINGLE_TRIAL_S if workload.leads else sizing.TRIAL_S,
        overlapping=workload.overlapping,
    )


def longer_trial(ours: LiveCase, each: RawTimes) -> float:
    """Run a trial of the harness that is ten times as long; return seconds a message, add those of each."""
    times, each_ns = ours.run(10 * ours.messages, ours.lead)
    each.add(each_ns)
    return times.elapsed_ns / 1e9 / (10 * ours.messages)


def shown(estimate: Estimate | None) -> str:
    """Return `1.003 [0.991, 1.015]`."""
    return f"{estimate.value:.3f} [{estimate.low:.3f}, {estimate.high:.3f}]" if estimate else ""


def shown_faults(faults: Sequence[tuple[float, float]]) -> str:
    """Return the receiver's faults a message, from launch to launch, and the sender's where it has any."""
    sender, receiver = np.quantile(np.array(faults), (0.1, 0.5, 0.9), axis=0).T
    told = [f"{low:.3g}..{middle:.3g}..{high:.3g}" for low, middle, high in (receiver, sender)]
    return told[0] + (f" (sender {told[1]})" if sender[-1] >= 0.5 else "")


def row(case: Case, found: Launches) -> tuple[dict[str, str], bool]:
    """Return a case's cells, and whether it agrees in its times and in its faults."""
    to_bare, to_usual = found.ratio(case.payload_bytes), paired_ratio(found.longer_s, found.harness_s)
    chance = min(found.chances(case.payload_bytes))
    agrees = bool(is_within(to_bare) and chance > ALPHA)
    cells = {
        "case": case.name,
        "launches": str(len(found.harness_s)),
        "harness / bare": shown(to_bare),
        "faults": " / ".join(map(shown_faults, (found.harness_faults, found.bare_faults))),
        "faults as often": f"p {chance:.2f}",
        "10x longer / usual": shown(to_usual) if len(found.longer_s[0]) else "",
        **{name: shown(ratio) for name, ratio in found.percentiles().items()},
    }
    return cells, agrees


def harness_cost(placement: str, seed: int) -> dict[str, Estimate]:
    """Return the `null` channel's time per message as a share of `pipe`'s, by workload, at 64 B."""
    run = ipcbench.run(
        channel="pipe,null", workload="stream,ping-pong", size="64", start_method="fork",
        placement=placement, seconds=20, seed=seed,
    )  # fmt: skip
    shares = {}
    for group in run.groups:
        share = group.ratio(group.cases["null"])
        assert share is not None
        shares[group.reference.case.workload] = share
    return shares


def done(output: str | None) -> dict[str, bool]:
    """Return whether each case agrees that an earlier call has added to `output`."""
    if output is None or not Path(output).exists():
        return {}
    rows = map(json.loads, Path(output).read_text(encoding="utf-8").splitlines())
    return {row["case"]: row["agrees"] for row in rows}


@click.command()
@click.option("--channel", default=CHANNELS, help=f"Which channels.  [{CHANNELS}]")
@click.option("--size", default=SIZES, help=f"Which sizes.  [{SIZES}]")
@click.option("--workload", default="stream,ping-pong", help="Which workloads.  [stream,ping-pong]")
@click.option("--placement", default="split,same", help="Which placements.  [split,same]")
@click.option("--start-method", default="fork", help="Which start methods.  [fork]")
@click.option("--heap", default="used", help="Which states: used, kept, fresh.  [used]")
@click.option("--holds", default="1", help="1, 0 or both.  [1]")
@click.option("--whole", is_flag=True, help="Then the other states of the heap and the other start methods.")
@click.option(
    "--plain", is_flag=True, help="The bare loop imports numpy (used) or does nothing (fresh), and no more."
)
@click.option("--most", default=30, type=click.IntRange(min=FEWEST_LAUNCHES), help="Launches at most.  [30]")
@click.option("--only-bare", is_flag=True, help="Leave out longer trials and the null channel.")
@click.option("--seed", default=1, help="Repeats the random orders.  [1]")
@click.option(
    "--output", help="Add a line of JSON for each case here; those that are there are not measured."
)
def main(
    whole: bool, plain: bool, most: int, only_bare: bool, seed: int, output: str | None, **asked: str
) -> None:
    """Print, for each case, the harness's figures to the bare loop's; fails where one does not agree."""
    usual, (interpreter,) = resolve(asked)
    others = [case for part in OTHERS if whole for case in resolve({**asked, **part})[0]]
    rng, agreeing = random.Random(seed), done(output)
    for case in (*usual, *others):
        if case.name in agreeing:
            continue
        with_longer = case in usual and not only_bare and case.payload_bytes <= LONGEST_LONGER_BYTES
        found = measure(interpreter, case, rng, most, longer=with_longer, plain=plain)
        cells, agreeing[case.name] = row(case, found)
        told = " | ".join(f"{name} {text}" for name, text in cells.items() if text)
        print(f"{'ok ' if agreeing[case.name] else '-- '} {told}", flush=True)
        if output:
            with Path(output).open("a", encoding="utf-8") as file:
                file.write(json.dumps({**cells, "agrees": agreeing[case.name]}) + "\n")
    print(
        f"{sum(agreeing.values())} of {len(agreeing)} cases agree with the bare loop: "
        f"times within 1.00 ± {WITHIN}, faults as often"
    )
    if not only_bare:
        for workload, share in harness_cost(asked["placement"].split(",")[0], seed).items():
            print(
                f"null / pipe at 64B, {workload}: {share.value:.2%} [{share.low:.2%}, {share.high:.2%}]"
                f", {share.launches} launches"
            )
    sys.exit(not all(agreeing.values()))


if __name__ == "__main__":
    main()
