"""Where a case's two ends run, on this machine."""

from __future__ import annotations

from typing import Any

from ipcbench.errors import UsageError
from ipcbench.plan.coordinates import PLACEMENTS
from ipcbench.probe.process.affinity import separate_cores, usable_cores
from ipcbench.words import ROLES


def default_placement() -> str:
    """Return `split` where two cores can be bound to, because its figures repeat; else `free`."""
    return "split" if len(separate_cores(usable_cores())) >= 2 else "free"


def default_placements() -> str:
    """Return `same,split` where two cores can be bound to, because work shows in the one or the other."""
    cores = separate_cores(usable_cores())
    return "same,split" if len(cores) >= 2 else "same" if cores else "free"


def placement_of_turns() -> str:
    """Return `same` where a core can be bound to: what takes turns, and is not timed, counts alike there."""
    return "same" if usable_cores() else "free"


def choose_cores(placement: str, facts: dict[str, Any]) -> dict[str, int | None]:
    """Return senders' and receivers' core by role; None leaves them to the scheduler."""
    cores: list[int] = facts["separate_cores"]
    if placement == "free":
        return dict.fromkeys(ROLES)
    if placement not in PLACEMENTS:
        raise UsageError(f"unknown placement {placement!r}; accepted: {', '.join(PLACEMENTS)}")
    if not cores:
        raise UsageError(
            f"placement {placement!r}: this platform cannot bind a process to a core; accepted: free"
        )
    # The last core: the first one usually serves the machine's interrupts.
    if placement == "same":
        return dict.fromkeys(ROLES, cores[-1])
    if len(cores) < 2:
        raise UsageError("placement 'split': only one core can be used here; accepted: same, free")
    return dict(zip(ROLES, cores, strict=False))
