"""Whether the time a message depends on how long a trial is, and what it is once that no longer counts.

A trial of n messages takes a + b n seconds. `a` is what every trial takes once, however long it is: a start
that was not waited out, a timer that stalls the first or last message for 40 ms. Seconds a message are then
a / n + b: a figure that says as much about the trial's length as about the channel.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ipcbench.statistics.median import median
from ipcbench.statistics.student import t_quantile

#: Fewer launches with longer trials say too little of the luck between launches.
FEWEST_LAUNCHES = 4
#: A smaller fixed share of a usual trial is no finding: starts of 1 or 2 % are within what is stated anyway.
LEAST_SHARE = 0.03
#: What part of the probability of a false finding goes to the tests that leave one launch out.
LEFT_OUT = 0.1


@dataclass(frozen=True, slots=True)
class Lengths:
    """One launch's trials: `usual_s` of `messages` each, and longer ones as (messages, seconds a message)."""

    messages: int
    usual_s: np.ndarray
    longer: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Sustained:
    """What trials take once (seconds), and a message beyond that (seconds; the median and each launch's).

    `fixed_s` is below 0 where messages of longer trials take more time each: buffers that fill, for instance.
    """

    fixed_s: float
    message_s: float
    by_launch: np.ndarray


def length_effect(launches: Sequence[Lengths], alpha: float) -> Sustained | None:
    """Return the figures freed of the trials' length; None where the time a message does not depend on it.

    `alpha` is the probability of a finding where there is no effect. Each launch has a usual trial or more;
    those without longer trials have no say in it, and nor has any if fewer than four have them. `by_launch`
    is in the order given.
    """
    telling = [launch for launch in launches if launch.longer]
    if len(telling) < FEWEST_LAUNCHES:
        return None
    shares = np.array([_fixed_share(launch) for launch in telling])
    least_error = median([_least_error(launch) for launch in telling])
    if abs(median(shares)) < LEAST_SHARE or not _differs_from_0(shares, least_error, alpha):
        return None
    return _sustained(launches, telling)


def _fixed_share(launch: Lengths) -> float:
    """Return which share of a usual trial's time is taken once, a / (a + b n), as its longer trials tell.

    The difference of the times a message counts as a share of the larger of both. Logs would be as symmetric,
    but a fixed share is the same whatever the longer trials' lengths; in units of it a stall hardly scatters
    (the longer trials are fast then), and no single trial lies far out, so that neither hides the stall.
    """
    usual_s = median(launch.usual_s)
    shares = [
        (usual_s - longer_s) / max(usual_s, longer_s) / (1 - launch.messages / messages)
        for messages, longer_s in launch.longer
    ]
    return float(np.mean(shares))


def _least_error(launch: Lengths) -> float:
    """Return the standard error that a launch's share has at least, from the scatter of its usual trials.

    As if each message took its time independently of the others; noise that lasts averages out less.
    """
    if len(launch.usual_s) < 2:
        return 0.0
    longer = sum(messages for messages, _ in launch.longer) / launch.messages
    return float(np.log(launch.usual_s).std(ddof=1)) * math.sqrt(1 / longer + 1 / len(launch.usual_s))


def _differs_from_0(shares: np.ndarray, least_error: float, alpha: float) -> bool:
    """Whether the launches' mean share is not 0, by Student's t over all of them or over all but one.

    The latter so that one slow trial does not hide an effect; each of these tests has its part of `alpha`
    (Bonferroni), and all of the launches together have most of it.
    """
    count = len(shares)
    if _t(shares, least_error) > t_quantile(1 - (1 - LEFT_OUT) * alpha / 2, count - 1):
        return True
    enough = t_quantile(1 - LEFT_OUT * alpha / count / 2, count - 2)
    return count > FEWEST_LAUNCHES and _most_t_without_one(shares, least_error) > enough


def _most_t_without_one(shares: np.ndarray, least_error: float) -> float:
    """Return the largest that `_t` is with any one launch left out, for all of them at once.

    Without x_i the mean is m - d_i / (n - 1), d_i being x_i - m, and the sum of squared deviations less by
    d_i^2 n / (n - 1).
    """
    count, mean = len(shares), float(shares.mean())
    off = shares - mean
    squares = np.maximum(0.0, (off**2).sum() - off**2 * count / (count - 1))
    errors = np.maximum(np.sqrt(squares / (count - 2)), least_error) / math.sqrt(count - 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.abs(mean - off / (count - 1)) / errors
    return float(np.where(errors > 0, t, math.inf).max())


def _t(shares: np.ndarray, least_error: float) -> float:
    """Return the mean in units of its standard error, without a sign.

    Few launches may lie close together by luck, above all where trials come in two modes. The usual trials'
    scatter shows it.
    """
    error = max(float(shares.std(ddof=1)), least_error) / math.sqrt(len(shares))
    return abs(float(shares.mean())) / error if error else math.inf


def _sustained(launches: Sequence[Lengths], telling: Sequence[Lengths]) -> Sustained:
    slopes_s = [_slope_s(launch) for launch in telling]
    if median(slopes_s) <= 0:
        # Noise leaves no time for a message. What the longest trials took for each is too much, if anything.
        slopes_s = [
            own_s if own_s > 0 else _longest(each)[1] for own_s, each in zip(slopes_s, telling, strict=True)
        ]
    message_s = median(slopes_s)
    fixed_s = median(
        [
            each.messages * (median(each.usual_s) - own_s)
            for own_s, each in zip(slopes_s, telling, strict=True)
        ]
    )
    own = iter(slopes_s)
    by_launch = []
    for each in launches:
        own_s = next(own) if each.longer else 0.0
        by_launch.append(own_s if own_s > 0 else _scaled_s(each, fixed_s, message_s))
    return Sustained(fixed_s, message_s, np.array(by_launch))


def _slope_s(launch: Lengths) -> float:
    """Return the launch's b: what the messages took that its longest trials have more than a usual one.

    It is 0 or less where noise is larger than that.
    """
    most, longest_s = _longest(launch)
    usual_s = median(launch.usual_s)
    return (most * longest_s - launch.messages * usual_s) / (most - launch.messages)


def _longest(launch: Lengths) -> tuple[int, float]:
    """Return how many messages the launch's longest trials have, and their mean seconds a message."""
    most = max(messages for messages, _ in launch.longer)
    return most, float(np.mean([s for messages, s in launch.longer if messages == most]))


def _scaled_s(launch: Lengths, fixed_s: float, message_s: float) -> float:
    """Return b of a launch that tells nothing itself: the usual b, times how slow its usual trials were.

    Their time less `fixed_s` would not do: where most is fixed, the noise of the whole dwarfs what is left.
    """
    expected_s = fixed_s / launch.messages + message_s
    return message_s * median(launch.usual_s) / expected_s if expected_s > 0 else message_s
