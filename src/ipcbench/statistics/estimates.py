"""Estimates whose unit is the launch: trials of one launch share its luck, so they are no sample of it."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ipcbench.statistics.median import median
from ipcbench.statistics.student import t_quantile

#: Fewer launches say too little of the luck between launches.
FEWEST_LAUNCHES = 5
CONFIDENCE = 0.95
TRIMMED_SHARE = 0.25
#: The drift that was recorded on a shared machine has a time constant of 1.05 s. Means over neighbouring
#: stretches of 3 s then correlate by 0.23, which makes the standard error sqrt(1.23 / 0.77) times as large.
INDEPENDENT_AFTER_S = 3.0
CONTIGUOUS = 1.26
#: What memory large messages take goes in cycles of 2 to 8 messages, of which one may last three times as
#: long as the others (docs/method.md): fewer messages than this say too little of those that follow them.
FEWEST_MESSAGES = 16
#: On a log scale, the half of an interval that still says something of what is spent on a message.
MOST_HALF = math.log(10)


@dataclass(frozen=True, slots=True)
class Estimate:
    """A value with its interval; `low` and `high` are None where there are too few launches for one."""

    value: float
    low: float | None
    high: float | None
    launches: int

    @property
    def half_width(self) -> float | None:
        """Half the interval's width on the log scale, as a share: 0.05 is about ±5 %."""
        if self.low is None or self.high is None or self.low <= 0:
            return None
        return math.expm1(math.log(self.high / self.low) / 2)

    def is_inconclusive(self, precision: float) -> bool:
        """Whether a ratio may as well be above 1 as below, and may be further from it than `precision`."""
        if self.low is None or self.high is None or self.half_width is None:
            return False
        return self.low < 1 < self.high and self.half_width > precision

    def inverted(self) -> Estimate:
        """The same of 1 / value: a rate from a time."""
        return Estimate(1 / self.value, self.high and 1 / self.high, self.low and 1 / self.low, self.launches)

    def widened(self, factor: float) -> Estimate:
        """The same with ends so many times as far away: as logs, unless an end is not positive."""
        if self.low is None or self.high is None:
            return self
        if self.low <= 0:
            low, high = (self.value + (end - self.value) * factor for end in (self.low, self.high))
        else:
            low, high = (self.value * (end / self.value) ** factor for end in (self.low, self.high))
        return Estimate(self.value, low, high, self.launches)

    def over(self, other: Estimate) -> Estimate:
        """Return its quotient by one that has nothing in common with it, both of them positive.

        The ends' distances are put together as logs, each from the side that moves the quotient that way
        (MOVER: Zou and Donner, 2008).
        """
        value, launches = self.value / other.value, min(self.launches, other.launches)
        ends = (self.low, self.high, other.low, other.high)
        if any(end is None or end <= 0 for end in ends):
            return Estimate(value, None, None, launches)
        low, high, other_low, other_high = (float(end or 0) for end in ends)
        down = math.hypot(math.log(self.value / low), math.log(other_high / other.value))
        up = math.hypot(math.log(high / self.value), math.log(other.value / other_low))
        return Estimate(value, value * math.exp(-down), value * math.exp(up), launches)

    def times(self, factor: float) -> Estimate:
        """The same in another unit."""
        return Estimate(
            self.value * factor,
            None if self.low is None else self.low * factor,
            None if self.high is None else self.high * factor,
            self.launches,
        )


def trimmed_mean(values: np.ndarray, share: float = TRIMMED_SHARE) -> float:
    """Return the mean of what is left when `share` of the values is cut from each end."""
    ordered = np.sort(values)
    cut = int(len(ordered) * share)
    return float(ordered[cut : len(ordered) - cut].mean())


def batch_means(seconds: Sequence[float] | np.ndarray, messages: int) -> np.ndarray:
    """Return seconds per message of batches of consecutive trials that have 16 messages or more together.

    `seconds` are a launch's trials of so many messages each; all of them are one batch where they have fewer.
    A median or trimmed mean of shorter trials would leave out those messages of a cycle that take longest.
    """
    data = np.asarray(seconds, dtype=float)
    batches = max(1, len(data) * messages // FEWEST_MESSAGES)
    if batches >= len(data):
        return data
    return np.array([batch.mean() for batch in np.array_split(data, batches)])


def independent_parts(at_s: Sequence[float | None]) -> list[list[int]]:
    """Return the launches, by number, put together to parts that are as good as independent of one another.

    `at_s` are their times, ascending. Launches close in time share the machine's drift and count as one.
    Where a time is not known (old documents), each launch is a part.
    """
    parts: list[list[int]] = []
    start_s = 0.0
    for number, moment_s in enumerate(at_s):
        if not parts or moment_s is None or moment_s >= start_s + INDEPENDENT_AFTER_S:
            parts.append([])
            start_s = moment_s or 0.0
        parts[-1].append(number)
    return parts


def case_estimate(launches: Sequence[np.ndarray], at_s: Sequence[float | None] = ()) -> Estimate | None:
    """Return seconds per message of one case from its launches' samples; None without any.

    The interval is Student's t over the launches' log medians, or over means of launches that are too close
    in time to be independent; it is then widened, because neighbouring parts still resemble one another.
    """
    kept = [number for number, data in enumerate(launches) if len(data)]
    logs = np.array([math.log(median(launches[number])) for number in kept])
    parts = independent_parts([at_s[number] if number < len(at_s) else None for number in kept])
    means = np.array([logs[part].mean() for part in parts])
    return _over_launches(means, len(kept), widened=CONTIGUOUS if len(parts) < len(kept) else 1.0)


def paired_ratio(launches: Sequence[np.ndarray], base: Sequence[np.ndarray]) -> Estimate | None:
    """Return the ratio of seconds per message to a base of the same group; None without common launches.

    `launches` and `base` hold the same launches of the group; block i of the one ran beside block i of the
    other. Of each launch the 25 %-trimmed mean of the blocks' log ratios; Student's t over launches.
    """
    logs = []
    for ours, theirs in zip(launches, base, strict=True):
        blocks = min(len(ours), len(theirs))
        if blocks:
            logs.append(trimmed_mean(np.log(ours[:blocks] / theirs[:blocks])))
    return _over_launches(np.array(logs), len(logs))


def independent_ratio(ours: Estimate, theirs: Estimate) -> Estimate:
    """Return the ratio of estimates that share no blocks; log half-widths add up as variances do."""
    value = ours.value / theirs.value
    ends = (ours.low, ours.high, theirs.low, theirs.high)
    if any(end is None or end <= 0 for end in ends):
        return Estimate(value, None, None, min(ours.launches, theirs.launches))
    half = math.hypot(*(math.log(each.high / each.low) / 2 for each in (ours, theirs)))  # type: ignore[operator]
    launches = min(ours.launches, theirs.launches)
    return Estimate(value, value * math.exp(-half), value * math.exp(half), launches)


def _over_launches(logs: np.ndarray, launches: int, widened: float = 1.0) -> Estimate | None:
    if not len(logs):
        return None
    mean = float(logs.mean())
    if len(logs) < FEWEST_LAUNCHES:
        return Estimate(math.exp(mean), None, None, launches)
    half = t_quantile(0.5 + CONFIDENCE / 2, len(logs) - 1) * float(logs.std(ddof=1)) / math.sqrt(len(logs))
    half *= widened
    return Estimate(math.exp(mean), math.exp(mean - half), math.exp(mean + half), launches)


def median_of_launches(values: Sequence[float]) -> Estimate:
    """Return the median of one figure a launch with the sign test's interval.

    The interval between the k-th smallest and k-th largest of n covers 1 - 2 P(Binomial(n, 1/2) < k); k is
    the largest that covers 93 % or more (for n = 5 that is the whole range, 93.75 %).
    """
    ordered = sorted(values)
    count = len(ordered)
    middle = median(ordered)
    if count < FEWEST_LAUNCHES:
        return Estimate(middle, None, None, count)
    below, k = 0.0, 0
    while True:
        below += math.comb(count, k) / 2**count
        if 1 - 2 * below < 0.93:
            break
        k += 1
    rank = max(1, k)
    return Estimate(middle, float(ordered[rank - 1]), float(ordered[-rank]), count)


def ratio_of_sums(sums: Sequence[float], counts: Sequence[int]) -> Estimate:
    """Return all sums by all counts, one of each a launch: what is spent on each of many messages.

    The interval is Student's t over launches, each by what it spent more than its share (the ratio estimator:
    Cochran, Sampling Techniques, 1977, 6.4), on a log scale; there is none of what was spent nowhere,
    and none that would reach beyond a tenth and ten times the value: the kernel shares time out by ticks.
    """
    launches, total = len(counts), sum(counts)
    value = max(0.0, sum(sums)) / total
    if launches < FEWEST_LAUNCHES or value <= 0:
        return Estimate(value, None, None, launches)
    beyond = np.array([spent - value * count for spent, count in zip(sums, counts, strict=True)])
    error = math.sqrt(launches / (launches - 1) * float(beyond @ beyond)) / total
    half = t_quantile(0.5 + CONFIDENCE / 2, launches - 1) * error / value
    if half > MOST_HALF:
        return Estimate(value, None, None, launches)
    return Estimate(value, value * math.exp(-half), value * math.exp(half), launches)
