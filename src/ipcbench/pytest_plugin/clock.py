"""A clock for pytest-benchmark that tells the durations which the peers have measured."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any


class ReplayClock:
    """Read in pairs, as a runner reads its timer: first 0.0, then the sample. Bit-exact."""

    __name__ = "peers' own clock"

    def __init__(self) -> None:
        self._sample_s = 0.0
        self._running = False

    def __call__(self) -> float:
        self._running = not self._running
        return 0.0 if self._running else self._sample_s

    def replay(self, benchmark: Any, samples_s: list[float]) -> None:
        """Make one round of each sample."""
        coming: Iterable[float] = iter(samples_s)

        def take_next() -> None:
            self._sample_s = next(iter(coming), self._sample_s)

        benchmark.pedantic(take_next, rounds=len(samples_s), iterations=1)
