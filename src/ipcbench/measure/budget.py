"""Sharing a run's time among its launches: all passes come about, spare time becomes blocks."""

from __future__ import annotations

from collections.abc import Iterable

from ipcbench.measure.sizing import MAX_BLOCKS, MIN_BLOCKS

#: What is planned for; the rest is for launches that take longer than the ones before.
PLANNED_SHARE = 0.96


class Budget:
    """Learns what a launch of each group costs and says how many blocks it can have."""

    def __init__(self, groups: Iterable[str], passes: int, max_time_s: float) -> None:
        self._left = dict.fromkeys(groups, passes)
        self._planned_s = max_time_s * PLANNED_SHARE
        self._fewest_s: dict[str, float] = {}

    def blocks(self, group: str, fixed_s: float, block_s: float, elapsed_s: float) -> int:
        """Return the blocks for a launch that took `fixed_s` to warm up and takes `block_s` a block.

        Every launch to come is granted its least (a group not yet launched: the mean of those that were);
        what is left of the time is shared evenly among this launch and those.
        """
        self._left[group] -= 1
        self._fewest_s[group] = fixed_s + MIN_BLOCKS * block_s
        typical_s = sum(self._fewest_s.values()) / len(self._fewest_s)
        to_come_s = sum(left * self._fewest_s.get(name, typical_s) for name, left in self._left.items())
        spare_s = self._planned_s - elapsed_s - MIN_BLOCKS * block_s - to_come_s
        share_s = spare_s / (1 + sum(self._left.values()))
        return max(MIN_BLOCKS, min(MAX_BLOCKS, MIN_BLOCKS + int(share_s / block_s)))
