"""What of a launch is compared."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from ipcbench.errors import CaseError
from ipcbench.measure.ab.live_pairs import LivePairs
from ipcbench.plan.arms import ArmLabel
from ipcbench.statistics.estimates import trimmed_mean


@dataclass(frozen=True)
class Metric:
    """What is compared: the seconds a message of each block, or a percentile of single messages."""

    percentile: float | None = None

    def __str__(self) -> str:
        return "mean" if self.percentile is None else f"p{self.percentile:g}"

    @property
    def fewest_messages(self) -> int:
        """A launch's messages of which one lies beyond the percentile, on average."""
        return 1 if self.percentile is None else math.ceil(round(100 / (100 - self.percentile), 6))

    def log_ratio(self, live: LivePairs, label: ArmLabel, base: ArmLabel) -> float:
        """Return one launch's log of an arm's time to the base's; raise CaseError where there is none."""
        if self.percentile is None:
            return trimmed_mean(np.log(live.seconds(label) / live.seconds(base)))
        ours, theirs = (self._at(live.each_ns(each)) for each in (label, base))
        return float(np.log(ours / theirs))

    def _at(self, each_ns: np.ndarray) -> float:
        assert self.percentile is not None
        if len(each_ns) < self.fewest_messages:
            raise CaseError(
                f"no times of single messages to take p{self.percentile:g} of; "
                "accepted: a workload that has them, as ping-pong"
            )
        return float(np.percentile(each_ns, self.percentile))
