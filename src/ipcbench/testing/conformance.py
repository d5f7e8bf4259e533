"""The catalogue of checks: everything that the contract of a channel promises, one line each.

A check is a function of a class and a start method (those of workloads, payloads and settings are in modules
of these names). It starts both ends as real processes, ends within about 20 s whatever the channel does, and
raises ConformanceError with one sentence where a promise is broken.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable

from ipcbench.errors import UsageError
from ipcbench.probe.channels.contract import Channel, Traits
from ipcbench.probe.payloads.contract import Payload
from ipcbench.probe.settings.contract import Setting
from ipcbench.probe.workloads.contract import Workload
from ipcbench.testing import delivery, endings, leaks, payloads, settings, workloads

CHECKS: dict[str, Callable[[type[Channel], str], None]] = {
    "once-in-order": delivery.once_in_order,
    "whole-messages": delivery.whole_messages,
    "empty-and-one-byte": delivery.empty_and_one_byte,
    "threshold-sizes": delivery.threshold_sizes,
    "64-mib": delivery.large_message,
    "both-directions": delivery.both_directions,
    "end-of-stream": endings.end_of_stream,
    "killed-sender": leaks.leaving_nothing(endings.killed_sender),
    "killed-receiver": leaks.leaving_nothing(endings.killed_receiver),
    "leaks-nothing": leaks.leaks_nothing,
}


@dataclass(frozen=True)
class Check:
    """One check of one subject: call it with a start method; its text is its name."""

    name: str
    subject: type
    promise: Callable[[Any, str], None]

    def __call__(self, start_method: str) -> None:
        """Return if the promise is kept, else raise ConformanceError."""
        self.promise(self.subject, start_method)

    def __str__(self) -> str:
        return self.name


def checks_for(subject: type[Channel] | type[Workload] | type[Payload] | type[Setting]) -> list[Check]:
    """Return the checks that apply to a channel, a workload, a payload or a setting with these traits."""
    if issubclass(subject, Payload):
        return [Check(name, subject, promise) for name, promise in payloads.CHECKS.items()]
    if issubclass(subject, Setting):
        return [Check(name, subject, promise) for name, promise in settings.CHECKS.items()]
    if issubclass(subject, Workload):
        return [Check(name, subject, workloads.CHECKS[name]) for name in workloads.names_for(subject)]
    if not isinstance(getattr(subject, "traits", None), Traits):
        raise UsageError(f"{subject.__name__} declares no traits; give the class `traits = Traits(...)`")
    names = list(CHECKS)
    if not subject.traits.delivers:
        names = ["leaks-nothing"]
    elif not subject.traits.duplex:
        names.remove("both-directions")
    return [Check(name, subject, CHECKS[name]) for name in names]
