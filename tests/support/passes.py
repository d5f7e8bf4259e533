"""How long a measurement in a test is, in passes: seconds are few passes where much else runs."""

from __future__ import annotations

from pathlib import Path

from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import RunResult, plan_run
from ipcbench.commands.run import run as run_and_store
from ipcbench.measure.ab.ab import OnProgress
from ipcbench.measure.run.progress import RunStatus, Silent
from ipcbench.record.store import Store

#: No test measures so long: what ends it is a decision, or its passes.
AMPLE_S = 300.0


def ends_after(passes: int) -> OnProgress:
    """Return what ends a comparison after so many passes, as Ctrl-C does."""

    def stop(done: int, _open: int, _seconds: float) -> None:
        if done >= passes:
            raise KeyboardInterrupt

    return stop


class LaunchClock(Silent):
    """Shows nothing; as a clock it says how many launches have begun."""

    def __init__(self) -> None:
        self._begun = 0

    def launching(self, _outlook: RunStatus) -> None:
        self._begun += 1

    def __call__(self) -> float:
        return self._begun


def measured(folder: Path, request: dict[str, str], launches: int = 6, seed: int = 1) -> RunResult:
    """Measure until so many launches have begun: as many on a machine of any speed."""
    cases, interpreters = resolve(request)
    plan = plan_run(cases, seed=seed, max_time_s=launches, precision=0.001)
    clock = LaunchClock()
    return run_and_store(plan, interpreters, Store(folder), progress=clock, clock=clock)
