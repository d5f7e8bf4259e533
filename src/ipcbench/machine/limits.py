"""What this process may have of the machine: open files, processes, address space."""

from __future__ import annotations

import sys
from typing import NamedTuple

from ipcbench.errors import IpcbenchError

#: What a group needs: six pairs with a driver each, three connections a process.
FEWEST_FILES, FEWEST_PROCESSES = 256, 64
#: Numerical libraries reserve far more than they use, and end the process where they cannot.
FEWEST_MIB = 512


class Limits(NamedTuple):
    """How many of each there may be; None where there is no limit."""

    files: int | None
    processes: int | None
    address_mib: int | None


def limits() -> Limits | None:
    """Return the limits of this process; None where there are none to ask for (Windows)."""
    if sys.platform == "win32":
        return None
    import resource

    def soft(which: int) -> int | None:
        value = resource.getrlimit(which)[0]
        return None if value == resource.RLIM_INFINITY else value

    space = soft(resource.RLIMIT_AS)
    return Limits(
        soft(resource.RLIMIT_NOFILE), soft(resource.RLIMIT_NPROC), None if space is None else space >> 20
    )


def check_address_space() -> None:
    """Raise IpcbenchError where the address space is too small for what measures, shows or draws."""
    found = limits()
    space = found and found.address_mib
    if space is not None and space < FEWEST_MIB:
        raise IpcbenchError(
            f"this process may have {space} MiB of address space; accepted: {FEWEST_MIB} MiB or more "
            f"(ulimit -v {FEWEST_MIB << 10})"
        )
