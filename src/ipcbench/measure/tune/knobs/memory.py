"""Knobs of the C library's heap: whether what a message took is returned and faulted in again."""

from __future__ import annotations

from ipcbench.errors import CaseError
from ipcbench.measure.tune.knobs.contract import InEnvironment, Knob, Seen
from ipcbench.plan.coordinates import USUAL_HEAP
from ipcbench.probe.process.malloc import LARGEST_MMAP_BYTES

_LEAST_KEPT_BYTES, _MOST_KEPT_BYTES = 64 << 20, 512 << 20
#: A receive needs about three blocks of a message's size at once.
_BLOCKS_A_MESSAGE = 4
#: A share of a message's pages that is faulted in for each message: fewer faults hardly cost anything.
_SHARE_FAULTED = 0.25


def kept_bytes(seen: Seen) -> int:
    """Return how much free memory has to be kept for messages of this size."""
    return min(_MOST_KEPT_BYTES, max(_LEAST_KEPT_BYTES, _BLOCKS_A_MESSAGE * seen.size))


def check_glibc(seen: Seen) -> None:
    """Raise CaseError where the C library has no such limits."""
    if not seen.facts["heap_managed"]:
        raise CaseError("this interpreter's C library is not glibc, whose limits these are; accepted: glibc")


def faulted(seen: Seen) -> str:
    """Return that messages' memory is faulted in again, where it is."""
    if seen.faults <= max(1.0, _SHARE_FAULTED * seen.pages):
        return ""
    return f"{seen.faults:.0f} page faults for each message of {seen.pages:.0f} pages"


class Malloc(Knob):
    """Both limits, at run time."""

    name = "malloc"
    summary = "the C library keeps a message's memory instead of returning it"
    by_end = True
    inherited = (
        "in each process: children that are forked inherit it, those that are spawned or come from a "
        "forkserver do not; the environment reaches all"
    )

    def symptom(self, seen: Seen) -> str:
        return faulted(seen)

    def changes(self, seen: Seen) -> tuple[str, ...]:
        check_glibc(seen)
        return (f"mallopt={kept_bytes(seen)}",)

    def environment(self, seen: Seen) -> str:
        trim = kept_bytes(seen)
        return (
            f"export MALLOC_TRIM_THRESHOLD_={trim}\n"
            f"export MALLOC_MMAP_THRESHOLD_={min(trim, LARGEST_MMAP_BYTES)}"
        )


class _Variables(InEnvironment):
    def symptom(self, seen: Seen) -> str:
        return faulted(seen)


class TopPad(_Variables):
    """The heap grows, and stays larger, by so much."""

    name = "top-pad"
    summary = "the heap keeps 64 MiB more at its top"

    def changes(self, seen: Seen) -> tuple[str, ...]:
        check_glibc(seen)
        return ("env:MALLOC_TOP_PAD_=67108864",)


class HugePages(_Variables):
    """Fewer faults of larger pages."""

    name = "huge-pages"
    summary = "the C library asks for huge pages"

    def changes(self, seen: Seen) -> tuple[str, ...]:
        check_glibc(seen)
        return ("env:GLIBC_TUNABLES=glibc.malloc.hugetlb=1",)


class TrimAlone(_Variables):
    """One limit, which freezes the other one at 128 KiB."""

    name = "trim-alone"
    summary = "one of the two limits alone, which freezes the other"

    def changes(self, seen: Seen) -> tuple[str, ...]:
        check_glibc(seen)
        return (f"env:MALLOC_TRIM_THRESHOLD_={kept_bytes(seen)}",)


class MmapAlone(_Variables):
    """The other one alone, which freezes the trim limit."""

    name = "mmap-alone"
    summary = "the other of the two limits alone"

    def changes(self, seen: Seen) -> tuple[str, ...]:
        check_glibc(seen)
        return (f"env:MALLOC_MMAP_THRESHOLD_={min(kept_bytes(seen), LARGEST_MMAP_BYTES)}",)


class DebugMalloc(_Variables):
    """Small objects from malloc, too."""

    name = "python-malloc"
    summary = "all of Python's memory from malloc, small objects too"

    def changes(self, seen: Seen) -> tuple[str, ...]:  # noqa: ARG002
        return ("env:PYTHONMALLOC=malloc",)


class FreeOnce(Knob):
    """A block of 33 MB that was freed once: both limits rise by themselves."""

    name = "free-once"
    summary = "33 MB made and dropped once, so that glibc's limits rise"
    opt_in = True
    inherited = "in each process; forked children inherit it. Nothing comes of it once any limit was set"

    def symptom(self, seen: Seen) -> str:
        return faulted(seen)

    def changes(self, seen: Seen) -> tuple[str, ...]:
        check_glibc(seen)
        if seen.case.heap != USUAL_HEAP:
            raise CaseError(
                "a heap that has limits of its own, or few imports, is another one; accepted: --heap used"
            )
        return ("heap=kept",)

    def python(self, seen: Seen) -> str:  # noqa: ARG002
        return "bytes(33_000_000)"
