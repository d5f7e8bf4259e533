"""The catalogue of checks: everything that the contract of a channel promises, one line each.

A check is a function of a channel class and a start method. It starts both ends as real processes, ends
within about 20 s whatever the channel does, and raises ConformanceError with one sentence where a promise
is broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable

from ipcbench.errors import UsageError
from ipcbench.probe.channels.contract import Channel, Traits
from ipcbench.testing import delivery, endings, leaks

CHECKS: dict[str, Callable[[type[Channel], str], None]] = {
    "once-in-order": delivery.once_in_order,
    "whole-messages": delivery.whole_messages,
    "empty-and-one-byte": delivery.empty_and_one_byte,
    "threshold-sizes": delivery.threshold_sizes,
    "64-mib": delivery.large_message,
    "both-directions": delivery.both_directions,
    "end-of-stream": endings.end_of_stream,
    "killed-sender": endings.killed_sender,
    "killed-receiver": endings.killed_receiver,
    "leaks-nothing": leaks.leaks_nothing,
}


@dataclass(frozen=True)
class Check:
    """One check of one channel: call it with a start method; its text is its name."""

    name: str
    channel: type[Channel]

    def __call__(self, start_method: str) -> None:
        """Return if the channel keeps this promise, else raise ConformanceError."""
        CHECKS[self.name](self.channel, start_method)

    def __str__(self) -> str:
        return self.name


def checks_for(channel: type[Channel]) -> list[Check]:
    """Return the checks that apply to a channel with these traits."""
    if not isinstance(getattr(channel, "traits", None), Traits):
        raise UsageError(f"{channel.__name__} declares no traits; give the class `traits = Traits(...)`")
    names = list(CHECKS)
    if not channel.traits.delivers:
        names = ["leaks-nothing"]
    elif not channel.traits.duplex:
        names.remove("both-directions")
    return [Check(name, channel) for name in names]
