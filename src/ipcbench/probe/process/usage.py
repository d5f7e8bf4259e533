"""What a peer's messages cost it besides time: CPU, context switches, page faults, memory."""

from __future__ import annotations

import sys
from typing import Any

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

if sys.platform != "win32":
    import resource

#: The counters of a usage, in the order of `_read`.
COUNTERS = (
    "user_s",
    "system_s",
    "voluntary_switches",
    "involuntary_switches",
    "minor_faults",
    "major_faults",
)
#: The kernel says kibibytes, but for macOS.
_RSS_UNIT_BYTES = 1 if sys.platform == "darwin" else 1024


class UsageMeter:
    """Adds up what the timed loops cost, without what the peer spends on commands in between.

    The loop's own thread is read at its start and end. Other threads (a queue's feeder) work on when the loop
    has ended, but never for commands, so all of theirs is counted, from one `take` to the next. Where the
    kernel does not count by thread (not Linux), the whole process is read around the loop instead.
    """

    def __init__(self) -> None:
        self._loops = [0.0] * len(COUNTERS)
        self._others = _other_threads()

    def start(self) -> None:
        """Begin to count for this process."""
        self._start = _own_thread()

    def stop(self) -> None:
        """Add what was used since `start`."""
        for i, (before, now) in enumerate(zip(self._start, _own_thread())):
            self._loops[i] += now - before

    def take(self) -> dict[str, Any]:
        """Return what has been used since the last call, by counter, with the peak memory of all time.

        Empty where the platform does not say.
        """
        if sys.platform == "win32":
            return {}
        others = _other_threads()
        used = [loop + now - before for loop, now, before in zip(self._loops, others, self._others)]
        self._loops, self._others = [0.0] * len(COUNTERS), others
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        return {**dict(zip(COUNTERS, used)), "peak_rss_bytes": peak * _RSS_UNIT_BYTES}


def total(peers: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return what several peers have used together: sums, and the largest memory of any."""
    return {
        **{name: sum(used[name] for used in peers) for name in COUNTERS},
        "peak_rss_bytes": max(used["peak_rss_bytes"] for used in peers),
    }


def _read(who: str) -> list[float]:
    if sys.platform == "win32":
        return [0.0] * len(COUNTERS)
    # PyPy's module knows the number, not the name.
    used = resource.getrusage(getattr(resource, who, 1))
    return [used.ru_utime, used.ru_stime, used.ru_nvcsw, used.ru_nivcsw, used.ru_minflt, used.ru_majflt]


def _own_thread() -> list[float]:
    return _read("RUSAGE_THREAD" if sys.platform == "linux" else "RUSAGE_SELF")


def _other_threads() -> list[float]:
    return [whole - own for whole, own in zip(_read("RUSAGE_SELF"), _own_thread())]
