"""How figures are written: always with their unit, and with how far they may be off."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import median

from ipcbench.record.run import RunRecord
from ipcbench.statistics.estimates import Estimate
from ipcbench.statistics.modes import Modes
from ipcbench.statistics.regimes import Regime
from ipcbench.words import INTERRUPTED, MOST_LAUNCHED, OUT_OF_TIME, PRECISE

_PREFIXES = ((1e9, "G"), (1e6, "M"), (1e3, "k"), (1.0, ""))
_SECONDS = ((1.0, "s"), (1e-3, "ms"), (1e-6, "µs"), (1e-9, "ns"))
NOT_AVAILABLE = "n/a"
#: Of a case: its launches differ so much that the next one may well be a third off.
UNSTABLE = "unstable"
#: What page faults a message are headed; of two sides, `before → after`.
FAULTS_HEADING = "faults"
#: Of a case: a launch of it failed, and it was measured no longer.
FAILED = "failed midway"
#: Of a ratio: it may as well be above 1 as below, and its interval is wider than what was asked for.
INCONCLUSIVE = "inconclusive"


def percent(share: float) -> str:
    """Return a share as people read it."""
    return f"{100 * share:.3g} %"


def three_digits(value: float) -> str:
    """Return three significant digits without an exponent."""
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def _scaled(value: float, scales: Sequence[tuple[float, str]]) -> tuple[float, str]:
    """Return the value in the largest unit that it fills, or the smallest there is."""
    # The sliver is for ticks: 1e-05 / 1e-06 is a little less than 10.
    scale, unit = next((row for row in scales if value >= row[0] * (1 - 1e-9)), scales[-1])
    return value / scale, unit


def seconds(value: float) -> str:
    """Return `12.3 µs`."""
    if not value:
        return "0 s"
    scaled, unit = _scaled(value, _SECONDS)
    return f"{three_digits(scaled)} {unit}"


def rate(value: float) -> str:
    """Return `12.3k`."""
    scaled, prefix = _scaled(value, _PREFIXES)
    return f"{three_digits(scaled)}{prefix}"


def margin(estimate: Estimate) -> str:
    """Return `±4%`, or nothing where there are too few launches for an interval."""
    half = estimate.half_width
    if half is None:
        return ""
    return f" ±{half:.0%}" if half >= 0.0095 else f" ±{half:.1%}"


def ratio(estimate: Estimate | None) -> str:
    """Return `1.25× [1.20, 1.31]`."""
    if estimate is None:
        return ""
    text = f"{_factor(estimate.value)}×"
    if estimate.low is None or estimate.high is None:
        return text
    return f"{text} [{_factor(estimate.low)}, {_factor(estimate.high)}]"


def _factor(value: float) -> str:
    if value >= 100:
        return f"{value:.0f}"
    return f"{value:.1f}" if value >= 20 else f"{value:.2f}" if value >= 0.1 else f"{value:.2g}"


#: What ended the measuring of a group before it was as precise as asked.
BEFORE_THAT = {
    OUT_OF_TIME: "out of time before that",
    MOST_LAUNCHED: "as often launched as a record holds before that",
    INTERRUPTED: "interrupted before that",
}
#: The same of one case.
ENDED_BY = {
    PRECISE: "as precise as asked",
    OUT_OF_TIME: "the time was up",
    MOST_LAUNCHED: "as often launched as a record holds",
    INTERRUPTED: "interrupted",
}


def share(estimate: Estimate | None) -> str:
    """Return a share of the loop's rate in per cent, with its margin."""
    return "" if estimate is None else f"{estimate.value:.0%}{margin(estimate)}"


def count(value: float) -> str:
    """Return how many of something each message has: `0`, `0.013`, `2.1`, `257`, `11,154`."""
    if value >= 999.5:
        return f"{value:,.0f}"
    return "0" if value < 5e-4 else f"{value:.2g}" if value < 1 else f"{value:.3g}"


def stopped(run: RunRecord) -> str:
    """Return what ended the measuring, one line a reason that needs one; empty for old documents."""
    if run.precision is None or not run.stopped:
        return ""
    groups = [name for name, why in run.stopped.items() if why == PRECISE]
    lines = [f"{len(groups)} of {len(run.stopped)} groups are within {share_asked(run.precision)}"]
    for why, words in BEFORE_THAT.items():
        names = [name for name, reason in run.stopped.items() if reason == why]
        if names:
            lines.append(f"{words}: {some(names)}")
    return f"stopped by {run.stopped_by} after {run.elapsed_s:.0f} s; " + "; ".join(lines) + "\n"


def share_asked(precision: float) -> str:
    """Return `±2.5%`."""
    return f"±{precision * 100:.3g}%"


def some(names: Sequence[str], most: int = 6) -> str:
    """Return names, and how many more there are."""
    return ", ".join(names[:most]) + (f" and {len(names) - most} more" if len(names) > most else "")


def lost(share: float) -> str:
    """Return which share of what was sent never came."""
    return f"lost {share:.2%}" if share else "lost none"


def of_lossy(share: float) -> str:
    """Return what to say of a channel that loses messages."""
    return f"{lost(share)} of what was sent, not compared" if share else f"may lose messages, {lost(share)}"


def and_lost(share: float | None) -> str:
    """Return what stands behind a figure of a channel that loses messages; nothing behind others."""
    return "" if share is None else f", {lost(share)}"


def best(known: Sequence[tuple[str, Estimate]], most: int) -> str:
    """Return names with their seconds, the fastest first where not all have room, and how many more."""
    if len(known) > most:
        known = sorted(known, key=lambda each: each[1].value)
    return some([f"{name} {seconds(each.value)}{margin(each)}" for name, each in known], most)


def fixed_part(fixed_s: float) -> str:
    """Return what to say of a case whose trials take so long once, whatever their length."""
    if fixed_s < 0:
        return "sustained rate: the first messages of a trial are faster"
    return f"sustained rate: each trial has {seconds(fixed_s)} besides (a stall?)"


def beats(loop: str, its_waits: float | None, own_waits: float | None) -> str:
    """Return why a case is faster than its reference loop: who is awake already is not woken first."""
    text = f"beats its loop, {loop}"
    if its_waits is None or own_waits is None or its_waits <= own_waits:
        return text
    return f"{text}, whose ends sleep {count(its_waits)} times a message, its own {count(own_waits)} times"


def modes(modes: Modes) -> str:
    """Return the two speeds of a case's trials."""
    return f"two modes: {seconds(modes.low_s)} and {seconds(modes.high_s)} ({modes.share_high:.0%} of trials)"


def regimes(regimes: Sequence[Regime], whose: str = "its", figure: Callable[[float], str] = seconds) -> str:
    """Return `by its heap 258 faults, 1.50 ms (5 launches) or 752 faults, 2.60 ms (7 launches)`."""
    told = [
        f"{count(regime.faults)} faults, {figure(regime.figure)} ({regime.launches} launches)"
        for regime in regimes
    ]
    return f"by {whose} heap {', '.join(told[:-1])} or {told[-1]}"


def ratio_regimes(regimes_: Sequence[Regime]) -> str:
    """Return the same of ratios."""
    return regimes(regimes_, "the arms'", "{:.2f}×".format)


def faults(pairs: Sequence[tuple[float, float]]) -> str:
    """Return `258 → 2`: the medians of launches' page faults a message, on two sides."""
    return " → ".join(count(median(each)) for each in zip(*pairs, strict=True))


def tick(value: float) -> str:
    """Return an axis tick: `0.1`, `20`, `3k`, `2M`."""
    scaled, prefix = _scaled(value, _PREFIXES)
    return f"{scaled:g}{prefix}"


def seconds_tick(value: float) -> str:
    """Return an axis tick: `20 µs`, `1 ms`."""
    scaled, unit = _scaled(value, _SECONDS)
    return f"{scaled:g} {unit}"
