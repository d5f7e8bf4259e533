"""Whether something in the environment decides already if a message's memory is kept or returned."""

from __future__ import annotations

from collections.abc import Mapping

from ipcbench.doctor.finding import Finding, Fitness

#: The variables of glibc that fix its limits; each one alone freezes the other limit where it stands.
_LIMITS = ("MALLOC_TRIM_THRESHOLD_", "MALLOC_MMAP_THRESHOLD_")
_TUNABLES = "GLIBC_TUNABLES"
#: What a preloaded library that brings an allocator is called.
_ALLOCATORS = ("jemalloc", "tcmalloc", "mimalloc", "hoard", "snmalloc")


def memory(environment: Mapping[str, str], mapped: str = "") -> Finding:
    """Say what the C library was told about free memory: large messages hang on it by a factor of 2 to 5.

    `mapped` names the files of this process's memory: an interpreter may be linked with an allocator, or have
    it from /etc/ld.so.preload.
    """
    for text, whence in ((environment.get("LD_PRELOAD", ""), "LD_PRELOAD"), (mapped, "in this interpreter")):
        if found := [name for name in _ALLOCATORS if name in text]:
            return Finding("memory", f"{', '.join(found)} ({whence}) instead of the C library's malloc")
    told = {name: environment[name] for name in (*_LIMITS, "MALLOC_TOP_PAD_") if environment.get(name)}
    tunables = environment.get(_TUNABLES, "")
    if "glibc.malloc." in tunables:
        told[_TUNABLES] = tunables
    if environment.get("PYTHONMALLOC"):
        told["PYTHONMALLOC"] = environment["PYTHONMALLOC"]
    if not told:
        return Finding(
            "memory", "as the C library decides: what large messages take may be returned each time"
        )
    text = ", ".join(f"{name}={value}" for name, value in told.items())
    alone = [name for name in _LIMITS if name in told]
    if len(alone) == 1 and _TUNABLES not in told:
        other = next(name for name in _LIMITS if name not in told)
        advice = f"one limit alone freezes the other at 128 KiB: set {other} as well, or neither"
        return Finding("memory", text, Fitness.DOUBTFUL, advice)
    return Finding("memory", f"{text}: what large messages cost is decided by that")
