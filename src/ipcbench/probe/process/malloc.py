"""What the C library keeps of freed memory, said at run time; glibc only."""

from __future__ import annotations

import sys
from typing import Any

from ipcbench.errors import CaseError

#: Parameters of mallopt (malloc.h).
_TRIM_THRESHOLD, _MMAP_THRESHOLD = -1, -3
#: glibc takes no larger one for blocks of their own pages (half of HEAP_MAX_SIZE).
LARGEST_MMAP_BYTES = 32 << 20


def set_limits(trim_bytes: int) -> None:
    """Let the heap keep so many free bytes at its top, and blocks of up to as many (32 MiB) in it.

    Both, since setting one alone freezes the other where it stands. Raises CaseError where there is no glibc.
    """
    mallopt = _function("mallopt")
    if mallopt is None:
        raise CaseError("no mallopt that Python's memory comes from; accepted: CPython on glibc")
    limits = {_MMAP_THRESHOLD: min(trim_bytes, LARGEST_MMAP_BYTES), _TRIM_THRESHOLD: trim_bytes}
    for parameter, value in limits.items():
        if not mallopt(parameter, value):
            raise CaseError(f"mallopt({parameter}, {value}) was refused by the C library")


def trim() -> None:
    """Return to the kernel what is free in the heap; nothing where that cannot be asked for."""
    malloc_trim = _function("malloc_trim")
    if malloc_trim is not None:
        malloc_trim(0)


def _function(name: str) -> Any:
    """Return a function of the C library that Python's memory comes from; None where there is none."""
    if sys.implementation.name != "cpython" or not sys.platform.startswith("linux"):
        return None
    import ctypes

    return getattr(ctypes.CDLL(None), name, None)
