"""What keeping memory gains in a plain program: nothing of ipcbench is imported here.

Pairs of processes as any program starts them, by turns as they are and with glibc's limits set in each
process (`mallopt`). Each pair sends so many messages; the receiver notes what a later one took, and how many
page faults (Unix), which is what keeping memory can save. What is printed is the mean log ratio of
neighbouring pairs with Student's 95 % interval, to be held beside what `ipcbench tune` says of the knob
`malloc`, at equal placement, Python and start method.

Needs Python alone, 3.9 or later; numpy where `--numpy` asks that both processes have imported it.
"""

from __future__ import annotations

import argparse
import ctypes
import math
import multiprocessing as mp
import os
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

try:
    import resource
except ImportError:  # Windows
    resource = None  # type: ignore[assignment]

#: Student's t at 97.5 %, by degrees of freedom; beyond these that of the normal distribution is close.
T = {5: 2.571, 7: 2.365, 9: 2.262, 11: 2.201, 15: 2.131, 19: 2.093, 23: 2.069, 29: 2.045, 39: 2.023}
#: The first share of the messages is not timed.
WARM_UP = 0.2
DEADLINE_S = 120


def keep_memory() -> None:
    """Set both limits up to which glibc keeps free memory."""
    libc = ctypes.CDLL(None)
    assert libc.mallopt(-3, 32 << 20)
    assert libc.mallopt(-1, 64 << 20)


class Settings(NamedTuple):
    """What a process is, so far as the comparison is about it."""

    core: int | None
    tuned: bool
    with_numpy: bool
    drops: bool

    def settle(self) -> None:
        """Make this process that."""
        if self.core is not None:
            os.sched_setaffinity(0, {self.core})
        if self.with_numpy:
            import numpy as np  # noqa: F401
        if self.tuned:
            keep_memory()


def send(end: Any, size: int, messages: int, go: Any, settings: Settings) -> None:
    """Send the same message again and again."""
    settings.settle()
    put = end.put if hasattr(end, "put") else end.send
    message = os.urandom(size)
    go.wait()
    for _ in range(messages):
        put(message)
    if hasattr(end, "join_thread"):
        end.close()
        end.join_thread()


def receive(end: Any, messages: int, go: Any, result: Any, settings: Settings) -> None:
    """Receive all; note what one of the later ones took."""
    settings.settle()
    get = end.get if hasattr(end, "get") else end.recv
    early = int(WARM_UP * messages)
    go.set()
    take(get, early, drops=settings.drops)
    before, start = faults(), time.perf_counter()
    take(get, messages - early, drops=settings.drops)
    seconds = time.perf_counter() - start
    result[:] = [seconds / (messages - early), (faults() - before) / (messages - early)]


def take(get: Callable[[], Any], messages: int, *, drops: bool) -> None:
    """Receive so many messages; hold each until the next has come, unless it is dropped at once."""
    if drops:
        for _ in range(messages):
            get()
    else:
        for _ in range(messages):
            message = get()
        del message


def faults() -> float:
    """Return how many page faults this process has had."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt if resource else float("nan")


def pair(channel: str, asked: argparse.Namespace, *, tuned: bool) -> tuple[float, float]:
    """Return the seconds and the receiver's page faults a message of one pair of fresh processes."""
    context: Any = mp.get_context(asked.start_method)
    result, go = context.Array("d", 2), context.Event()
    if channel == "queue":
        out = into = context.Queue()
    else:
        into, out = context.Pipe(duplex=channel == "duplex-pipe")
    usable: Sequence[int | None] = [None]
    if asked.placement != "free":
        usable = sorted(os.sched_getaffinity(0))[: 2 if asked.placement == "split" else 1]
    receiver_is, sender_is = (
        Settings(core, tuned, asked.numpy, asked.drop) for core in (usable[0], usable[-1])
    )
    processes = [
        context.Process(target=receive, args=(into, asked.messages, go, result, receiver_is)),
        context.Process(target=send, args=(out, asked.size, asked.messages, go, sender_is)),
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(DEADLINE_S)
        if process.exitcode != 0:
            for each in processes:
                each.kill()
            sys.exit(f"a process ended with {process.exitcode}")
    seconds, faulted = result
    return seconds, faulted


def main() -> None:
    """Compare each channel with itself, as it is and with memory kept."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--channel", default="pipe,duplex-pipe,queue")
    parser.add_argument("--size", type=int, default=1 << 20)
    parser.add_argument("--messages", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=20)
    parser.add_argument("--start-method", default="fork")
    parser.add_argument("--placement", choices=("split", "same", "free"), default="split")
    parser.add_argument("--numpy", action="store_true", help="Both processes import numpy first.")
    parser.add_argument("--drop", action="store_true", help="The receiver holds no message.")
    asked = parser.parse_args()
    imports = "numpy imported" if asked.numpy else "few imports"
    imports += ", each message dropped" if asked.drop else ", each held until the next"
    print(
        f"Python {sys.version.split()[0]}, {asked.size} B, {asked.start_method}, {asked.placement}, {imports}"
    )
    rng = random.Random(1)
    for channel in asked.channel.split(","):
        logs, plain, faulted = [], [], []
        for _ in range(asked.pairs):
            took = {tuned: pair(channel, asked, tuned=tuned) for tuned in rng.sample([False, True], 2)}
            logs.append(math.log(took[True][0] / took[False][0]))
            plain.append(took[False][0])
            faulted.append((took[False][1], took[True][1]))
        mean, error = statistics.mean(logs), statistics.stdev(logs) / math.sqrt(len(logs))
        low, high = (math.exp(mean + sign * T.get(len(logs) - 1, 1.96) * error) for sign in (-1, 1))
        as_it_is = 1e6 * statistics.median(plain)
        before, after = (statistics.median(each[i] for each in faulted) for i in (0, 1))
        print(
            f"{channel}: {math.exp(mean):.2f} [{low:.2f}, {high:.2f}] of {as_it_is:.0f} µs as it is; "
            f"the receiver's page faults a message: {before:.3g} → {after:.3g}"
        )


if __name__ == "__main__":
    main()
