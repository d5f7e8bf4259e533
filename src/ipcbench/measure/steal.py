"""Steal time: what the machine's host gave to others. Of all disturbances it predicts noise best."""

from __future__ import annotations

from pathlib import Path

_STEAL, _COUNTED = 7, 8


class StealMeter:
    """Share of the machine's time that was stolen since this meter was made. Linux only."""

    def __init__(self) -> None:
        self._start = _ticks()

    def share(self) -> float | None:
        """Return 0 to 1, or None where the kernel does not say or no tick has passed."""
        now = _ticks()
        if now is None or self._start is None:
            return None
        spent = [after - before for before, after in zip(self._start, now, strict=True)]
        return spent[_STEAL] / sum(spent) if sum(spent) else None


def _ticks() -> list[int] | None:
    try:
        with Path("/proc/stat").open() as stat:
            fields = stat.readline().split()
    except OSError:
        return None
    return [int(field) for field in fields[1 : _COUNTED + 1]]
