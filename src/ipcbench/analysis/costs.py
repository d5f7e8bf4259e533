"""What a message costs besides time: CPU, context switches, page faults, memory, at either end."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Costs:
    """What one end spends on each message, on average over all timed messages of a run."""

    user_s: float
    system_s: float
    voluntary_switches: float
    involuntary_switches: float
    page_faults: float
    #: The highest of any launch, of the whole process.
    peak_rss_bytes: int
