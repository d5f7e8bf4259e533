"""So many messages at once, then silence until all have arrived: a producer that rests, or one that works."""

from __future__ import annotations

import re
from typing import ClassVar

from ipcbench.probe.workloads.closed.from_rest import FromRest, work

MOST_MESSAGES = 1_000_000


def is_count(text: str) -> bool:
    """Whether this is a number of messages that a workload takes."""
    return bool(re.fullmatch(r"[1-9]\d{0,6}", text)) and int(text) <= MOST_MESSAGES


class Burst(FromRest):
    """So many messages at once, then a pause."""

    unit = "burst"
    summary = "so many messages at once, until the last is received; then the producer rests"
    parameter_name = "messages a burst"
    charts: ClassVar[tuple[str, ...]] = ("durations-of-each",)
    sweep: ClassVar[tuple[str, ...]] = ("1", "16", "400", "4000")
    accepted = f"1 to {MOST_MESSAGES} messages, as in burst:400"

    @classmethod
    def takes(cls, parameter: str) -> bool:
        """Whether this is a number of messages."""
        return is_count(parameter)

    @classmethod
    def batch(cls) -> int:
        """How many messages are sent at once."""
        return int(cls.parameter)


class BusyBurst(Burst):
    """The same, with a producer that computes in the pause."""

    summary = "so many messages at once; then the producer runs Python code until the last is received"
    sweep = ("1", "16", "400")
    accepted = f"1 to {MOST_MESSAGES} messages, as in busy-burst:400"
    wait = staticmethod(work)
