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
from ipcbench.testing import (
    answers,
    delivery,
    endings,
    hired,
    leaks,
    many,
    outliving,
    payloads,
    remains,
    room,
    settings,
    workloads,
)

CHECKS: dict[str, Callable[[type[Channel], str], None]] = {
    "once-in-order": delivery.once_in_order,
    "whole-messages": delivery.whole_messages,
    "empty-and-one-byte": delivery.empty_and_one_byte,
    "no-empty-message": delivery.no_empty_message,
    "threshold-sizes": delivery.threshold_sizes,
    "64-mib": delivery.large_message,
    "both-directions": delivery.both_directions,
    "end-of-stream": endings.end_of_stream,
    "killed-sender": leaks.leaving_nothing(endings.killed_sender),
    "killed-receiver": leaks.leaving_nothing(endings.killed_receiver),
    "all-killed": remains.all_killed,
    "stalled-receiver": room.stalled_receiver,
    "killed-while-full": outliving.killed_while_full,
    "above-the-limit": room.above_the_limit,
    "several-senders": many.several_senders,
    "several-receivers": many.several_receivers,
    "forked-after-use": many.forked_after_use,
    "leaks-nothing": leaks.leaks_nothing,
}
#: The same of channels whose sender starts who receives.
ANSWERS: dict[str, Callable[[type[Channel], str], None]] = {
    "once-in-order": answers.once_in_order,
    "whole-messages": answers.whole_messages,
    "empty-and-one-byte": answers.empty_and_one_byte,
    "no-empty-message": answers.no_empty_message,
    "threshold-sizes": answers.threshold_sizes,
    "64-mib": answers.large_message,
    # What its workers share under spawn, Python's tracker removes once the creator has ended, too.
    "killed-sender": hired.killed_sender,
    "killed-receiver": leaks.leaving_nothing(answers.killed_receiver),
    "stalled-receiver": hired.stalled_receiver,
    "above-the-limit": answers.above_the_limit,
    "forked-after-use": answers.forked_after_use,
    "leaks-nothing": leaks.leaks_nothing,
}


@dataclass(frozen=True)
class Check:
    """One check of one subject: call it with a start method; its text is its name."""

    name: str
    subject: type
    promise: Callable[[Any, str], None]

    def __call__(self, start_method: str) -> None:
        """Return if the promise is kept, else raise ConformanceError; UsageError where none is made."""
        self.require(start_method)
        self.promise(self.subject, start_method)

    def require(self, start_method: str) -> None:
        """Raise UsageError where the subject promises nothing of this start method."""
        if issubclass(self.subject, Channel) and start_method not in self.subject.traits.start_methods:
            accepted = ", ".join(self.subject.traits.start_methods)
            name = self.subject.__name__
            raise UsageError(f"{name} cannot be handed over by {start_method}; accepted: {accepted}")

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
    applies = _applies(subject.traits)
    promises = ANSWERS if subject.traits.owns_receiver else CHECKS
    return [Check(name, subject, promise) for name, promise in promises.items() if applies.get(name, True)]


def _applies(traits: Traits) -> dict[str, bool]:
    """Return whether the checks apply that do so to some channels only."""
    if not traits.delivers:
        return {name: name == "leaks-nothing" for name in CHECKS}
    senders, receivers = traits.ends
    return {
        "both-directions": traits.duplex,
        "no-empty-message": not (traits.zero_byte or traits.fixed_size),
        "all-killed": remains.IS_SEEN,
        "above-the-limit": traits.limit_bytes is not None,
        "several-senders": senders is None and not traits.fixed_size,
        "several-receivers": receivers is None and not traits.fixed_size,
        "forked-after-use": traits.fork_after_use and not traits.fixed_size,
        # Its messages have one size, which is another one's affair.
        "stalled-receiver": not traits.fixed_size,
        # Of what drops messages, who can tell which it dropped.
        "killed-while-full": not (traits.fixed_size or traits.is_lossy),
    }
