"""What a burst leaves in memory: many messages held at once, then dropped."""

from __future__ import annotations

import msgspec

from ipcbench.launch.catalogue import workload_traits
from ipcbench.launch.possible import bytes_a_send
from ipcbench.launch.spec import probe_spec
from ipcbench.measure.ab.arm_targets import ArmTarget
from ipcbench.plan.case import Case
from ipcbench.record.tuning import BurstRow

MOST_MESSAGES, MOST_BYTES = 60, 256 << 20
_DEADLINE_S = 30.0


def burst_messages(case: Case) -> int:
    """Return how many messages such a burst has: what a quarter of a gigabyte holds, 2 to 60."""
    return max(2, min(MOST_MESSAGES, MOST_BYTES // max(1, bytes_a_send(case))))


def measure_burst(target: ArmTarget, cell: Case, messages: int, seed: int) -> dict[str, BurstRow]:
    """Return what the memory of each end of an arm is before, during and after a burst, by role.

    Empty for a workload whose ends do not live on. Raises IpcbenchError where the case fails.
    """
    if workload_traits(cell.workload).whole_lives:
        return {}
    # Not verified: the comparison before has done that, and what it frees would change this heap.
    with (
        target.launcher(cell) as launcher,
        launcher.ready(probe_spec(target.case(cell), launcher, seed), _DEADLINE_S) as probe,
    ):
        found = probe.burst(messages, _DEADLINE_S)
    return msgspec.convert(found, dict[str, BurstRow])
