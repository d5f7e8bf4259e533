"""Steal time: what the machine's host gave to others. Of all disturbances it predicts noise best."""

from __future__ import annotations

from ipcbench.machine.kernel import Kernel, steal_share


class StealMeter:
    """Share of the machine's time that was stolen since this meter was made. Linux only."""

    def __init__(self, kernel: Kernel | None = None) -> None:
        self._kernel = kernel or Kernel()
        self._start = self._kernel.cpu_ticks()

    def share(self) -> float | None:
        """Return 0 to 1, or None where the kernel does not say or no tick has passed."""
        return steal_share(self._start, self._kernel.cpu_ticks())
