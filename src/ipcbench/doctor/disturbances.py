"""What a second of the machine's life shows: steal time, jitter, swapping, and what the clock costs."""

from __future__ import annotations

from collections.abc import Sequence

from ipcbench.doctor.finding import Finding, Fitness, judge, unknown
from ipcbench.machine.jitter import Jitter
from ipcbench.machine.kernel import Kernel, steal_share

#: Standard deviation of a block's log-ratio: 0.30 without steal, 0.38 at 2 to 10 %, 0.60 to 20 %, 0.96 above.
SOME_STEAL, MUCH_STEAL = 0.02, 0.20
#: Time taken from a process that only reads the clock. A quiet virtual machine takes up to 1 %.
SOME_LOST, MUCH_LOST = 0.03, 0.20
#: A trial lasts 5 ms; a gap as long as that doubles one.
LONG_GAP_S, ENDLESS_GAP_S = 5e-3, 50e-3
#: A round trip reads the clock twice and takes 25 µs or more.
SLOW_READ_S, UNUSABLE_READ_S = 1e-6, 10e-6


def steal(before: list[int] | None, after: list[int] | None) -> Finding:
    """What a host gives to others, since boot and while this looked."""
    boot, now = steal_share([0] * len(after) if after else None, after), steal_share(before, after)
    if boot is None:
        return unknown("steal time")
    share = boot if now is None else now
    verdict = judge(share, SOME_STEAL, MUCH_STEAL)
    found = f"{boot:.1%} since boot" + ("" if now is None else f", {now:.1%} while this looked")
    advice = "the host is busy: measure at another time, on a larger or a dedicated machine"
    return Finding("steal time", found, verdict, "" if verdict is Fitness.FIT else advice)


def swapping(kernel: Kernel, before: int | None, after: int | None) -> Finding:
    """Say whether pages were moved to or from disk while this looked."""
    used = kernel.swap_used_bytes()
    if used is None or before is None or after is None:
        return unknown("swap")
    found = f"{used >> 20} MiB in use, {after - before} pages moved while this looked"
    if after == before:
        return Finding("swap", found)
    return Finding(
        "swap", found, Fitness.DOUBTFUL, "memory is short: close what needs it, or swapoff -a (as root)"
    )


def jitter(seen: Sequence[Jitter]) -> Finding:
    """Say what of a core's time others took from a process that only reads the clock."""
    if not seen:
        return unknown("jitter")
    worst = max(seen, key=lambda each: each.lost_share)
    longest_s = max(each.longest_gap_s for each in seen)
    verdicts = judge(worst.lost_share, SOME_LOST, MUCH_LOST), judge(longest_s, LONG_GAP_S, ENDLESS_GAP_S)
    verdict = max(verdicts, key=lambda each: each.value)
    found = f"{worst.lost_share:.1%} of a core's time taken, longest gap {longest_s * 1e3:.2f} ms"
    found += f" ({len(seen)} cores)" if worst.core is not None else ""
    advice = "something takes the cores for moments: close it, or take more launches (--max-time)"
    return Finding("jitter", found, verdict, "" if verdict is Fitness.FIT else advice)


def clock(seen: Sequence[Jitter]) -> Finding:
    """Say how coarse the clock is, and how long a reading takes."""
    if not seen:
        return unknown("clock")
    read_s, step_s = min(each.clock_read_s for each in seen), min(each.clock_step_s for each in seen)
    verdict = judge(max(read_s, step_s), SLOW_READ_S, UNUSABLE_READ_S)
    found = f"steps of {step_s * 1e9:.0f} ns, {read_s * 1e9:.0f} ns a reading in a loop"
    advice = "round trips of small messages are measured too coarsely: see the clock source"
    return Finding("clock", found, verdict, "" if verdict is Fitness.FIT else advice)
