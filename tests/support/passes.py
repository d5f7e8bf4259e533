"""How long a measurement in a test is, in passes: seconds are few passes where much else runs."""

from __future__ import annotations

from ipcbench.measure.ab.ab import OnProgress

#: No test measures so long: what ends it is a decision, or its passes.
AMPLE_S = 300.0


def ends_after(passes: int) -> OnProgress:
    """Return what ends a comparison after so many passes, as Ctrl-C does."""

    def stop(done: int, _open: int, _seconds: float) -> None:
        if done >= passes:
            raise KeyboardInterrupt

    return stop
