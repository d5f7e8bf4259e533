"""Sharing a run's time among its launches: many short launches, all of the first passes first."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable

from ipcbench.launch.sizing import MAX_BLOCKS, fewest_blocks

#: What is planned for; the rest is for launches that take longer than the ones before.
PLANNED_SHARE = 0.96


class Budget:
    """Learns what launches cost; says whether there is time for one more, and for how many blocks."""

    def __init__(self, groups: Iterable[str], passes: int, max_time_s: float) -> None:
        self._left = dict.fromkeys(groups, passes)
        self._max_time_s = max_time_s
        self._fewest_s: dict[str, float] = {}
        #: After the first passes.
        self._spent_s = dict.fromkeys(self._left, 0.0)

    def affords(self, group: str, elapsed_s: float) -> bool:
        """Whether there is time for one more launch of the group, as far as known."""
        return elapsed_s + self._fewest_s.get(group, 0.0) <= self._max_time_s

    def has_had_less(self, group: str, others: Collection[str]) -> bool:
        """Whether a group has had no more time after the first passes than these have had on average."""
        return self._spent_s[group] <= sum(self._spent_s[other] for other in others) / len(others)

    def blocks(self, group: str, fixed_s: float, block_s: float, elapsed_s: float) -> int:
        """Return the blocks for a launch that took `fixed_s` to warm up and takes `block_s` a block.

        A launch measures for as long as it took to start: with the luck of launches unknown, that costs at
        most twice the time of the best choice. It gets fewer blocks where the launches of the first passes
        that are still to come (a group not yet launched costs the mean of those that were) need the time.
        """
        is_further = not self._left[group]
        self._left[group] = max(0, self._left[group] - 1)
        fewest = fewest_blocks(block_s)
        self._fewest_s[group] = fixed_s + fewest * block_s
        wanted = min(MAX_BLOCKS, math.ceil(fixed_s / block_s))
        share_s = (self._spare_s(elapsed_s) - fewest * block_s) / (1 + sum(self._left.values()))
        blocks = max(fewest, min(wanted, fewest + int(share_s / block_s)))
        if is_further:
            self._spent_s[group] += fixed_s + blocks * block_s
        return blocks

    def took_besides(self, group: str, seconds: float) -> None:
        """Learn what a launch of the group took besides: of a case that was measured alone."""
        self._fewest_s[group] = self._fewest_s.get(group, 0.0) + seconds
        if not self._left[group]:
            self._spent_s[group] += seconds

    def _spare_s(self, elapsed_s: float) -> float:
        """What is left when every planned launch to come has had its least."""
        typical_s = sum(self._fewest_s.values()) / len(self._fewest_s)
        to_come_s = sum(left * self._fewest_s.get(name, typical_s) for name, left in self._left.items())
        return self._max_time_s * PLANNED_SHARE - elapsed_s - to_come_s
