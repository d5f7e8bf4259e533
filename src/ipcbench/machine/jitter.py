"""A short probe: a process that does nothing but read the clock, and what is taken from it meanwhile."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import dataclass

from ipcbench.probe.clock import now_ns
from ipcbench.probe.process.affinity import pin

#: A gap this long between two readings of the clock is no longer Python's own.
GAP_NS = 10_000
START_DEADLINE_S = 20.0


@dataclass(frozen=True, slots=True)
class Jitter:
    """What one core showed."""

    core: int | None
    #: Share of the time that went into gaps, and the longest of these.
    lost_share: float
    longest_gap_s: float
    #: The smallest step of the clock, and what reading it takes.
    clock_step_s: float
    clock_read_s: float


def probe(core: int | None, seconds: float) -> Jitter | None:
    """Spin on a core (None: wherever) in a process of its own; None where that does not work."""
    command = [sys.executable, "-m", __name__, json.dumps([core, seconds])]
    try:
        done = subprocess.run(command, capture_output=True, timeout=START_DEADLINE_S + seconds, check=True)
        return Jitter(**json.loads(done.stdout))
    except (OSError, ValueError, TypeError, subprocess.SubprocessError):
        return None


def spin(seconds: float, core: int | None = None) -> Jitter:
    """Read the clock until the time is over."""
    now, gap_ns, gaps, readings, step = now_ns, GAP_NS, [], 0, 1 << 60
    start = last = now()
    end = start + int(seconds * 1e9)
    while last < end:
        at = now()
        passed = at - last
        if passed > gap_ns:
            gaps.append(passed)
        elif 0 < passed < step:
            step = passed
        last = at
        readings += 1
    spun = last - start - sum(gaps)
    return Jitter(
        core=core,
        lost_share=sum(gaps) / (last - start),
        longest_gap_s=max(gaps, default=0) / 1e9,
        clock_step_s=step / 1e9,
        clock_read_s=spun / max(1, readings) / 1e9,
    )


def main() -> None:
    """Spin as the command line says and print what was seen."""
    core, seconds = json.loads(sys.argv[1])
    pin(core)
    seen = spin(seconds, core)
    print(json.dumps({name: getattr(seen, name) for name in seen.__slots__}))


if __name__ == "__main__":
    main()
