"""The ladder of costs: what each step from a raw pipe to a queue adds, measured side by side."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ipcbench.statistics.estimates import CONFIDENCE, FEWEST_LAUNCHES, Estimate, trimmed_mean
from ipcbench.statistics.median import median
from ipcbench.statistics.student import t_quantile


@dataclass(frozen=True, slots=True)
class Step:
    """One rung: its seconds a message, and what it adds to the rung below it (None for the lowest)."""

    channel: str
    adds: str
    seconds: Estimate
    extra: Estimate | None


def climb(rungs: Mapping[str, str], launches: Mapping[str, Sequence[np.ndarray]]) -> list[Step]:
    """Return the steps, lowest first; `rungs` has what each adds to the one before.

    `launches` holds seconds a message by rung, launch and block.
    """
    steps: list[Step] = []
    below: str | None = None
    for name, adds in rungs.items():
        extra = None if below is None else over_launches(extras(launches[name], launches[below]))
        seconds = over_launches([median(blocks) for blocks in launches[name]])
        steps.append(Step(name, adds, seconds, extra))
        below = name
    return steps


def extras(ours: Sequence[np.ndarray], below: Sequence[np.ndarray]) -> list[float]:
    """Return what each launch of a rung adds to that of the rung below, block by block: seconds a message."""
    return [trimmed_mean(mine - theirs) for mine, theirs in zip(ours, below, strict=True)]


def over_launches(values: Sequence[float]) -> Estimate:
    """Return the mean of one figure a launch with Student's interval (a difference may be negative)."""
    mean = float(np.mean(values))
    if len(values) < FEWEST_LAUNCHES:
        return Estimate(mean, None, None, len(values))
    half = t_quantile(0.5 + CONFIDENCE / 2, len(values) - 1) * float(np.std(values, ddof=1))
    half /= math.sqrt(len(values))
    return Estimate(mean, mean - half, mean + half, len(values))
