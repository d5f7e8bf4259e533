"""One verified message of a case, untimed: does it work here at all?"""

from __future__ import annotations

from ipcbench.launch.launcher import Launcher
from ipcbench.launch.spec import probe_spec
from ipcbench.plan.case import Case
from ipcbench.probe.protocol.messages import Verify

DEADLINE_S = 20.0


def smoke(case: Case, launcher: Launcher) -> None:
    """Launch a case and verify one message; raise CaseError or UsageError where that fails."""
    with launcher.ready(probe_spec(case, launcher, seed=0), DEADLINE_S) as probe:
        probe.ask(Verify(1, DEADLINE_S))
        probe.await_verified(DEADLINE_S)
