"""What a workload promises: the driver opens it, verifies it, asks for trials and closes it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any, ClassVar

from ipcbench.errors import CaseError
from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.setting import Setting
from ipcbench.probe.wire import Wire


@dataclass(frozen=True)
class Trial:
    """One timed batch of messages."""

    messages: int
    elapsed_ns: int
    #: Further durations of the same batch by name: `accepted` for a stream, stages for a handoff.
    also_ns: dict[str, int] = field(default_factory=dict)
    #: Each message's round trip as native 64-bit integers of nanoseconds; empty where there is none.
    round_trips_ns: bytes = b""

    def as_message(self) -> dict[str, Any]:
        return {"messages": self.messages, "elapsed_ns": self.elapsed_ns, "also_ns": self.also_ns}


@dataclass(frozen=True)
class Stamps:
    """When a timed loop began and ended, and each message's round trip if it took them."""

    start_ns: int
    end_ns: int
    round_trips_ns: bytes = b""


class Loops(ABC):
    """The timed loops of a workload between a live sender and a live receiver; they run inside the peers."""

    #: Whether the receiver answers.
    two_way: ClassVar[bool]

    @staticmethod
    @abstractmethod
    def drive(end: Endpoint, payload: Any, messages: int) -> Stamps:
        """The sender's timed loop."""

    @staticmethod
    @abstractmethod
    def serve(end: Endpoint, messages: int) -> Stamps:
        """The receiver's loop for the same messages."""

    @staticmethod
    @abstractmethod
    def elapsed(sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:
        """What the two loops' stamps say about the batch; `messages` is filled in by the caller."""


class Workload(ABC):
    """When messages are sent. Lives in the driver, which runs nothing else while a trial runs."""

    #: What one "message" of this workload is, for tables and charts.
    unit: ClassVar[str]
    summary: ClassVar[str]

    def __init__(self, setting: Setting, home: Wire) -> None:
        """Prepare for one case; `home` is the wire whose end means that nobody wants the results."""
        self.setting, self.home = setting, home

    @abstractmethod
    def open(self) -> None:
        """Start whatever has to live between trials."""

    @abstractmethod
    def verify(self, messages: int, timeout_s: float) -> None:
        """Raise IntegrityError unless `messages` messages arrive once, in order and whole."""

    @abstractmethod
    def trial(self, messages: int, timeout_s: float) -> Trial:
        """Run and time one batch."""

    @abstractmethod
    def close(self) -> None:
        """End and reap every process; never raises, never hangs."""

    def peers(self) -> dict[str, int]:
        """Process identifiers by role of what lives between trials."""
        return {}

    def costs(self, timeout_s: float) -> dict[str, dict[str, Any]]:  # noqa: ARG002
        """What each peer's trials have used since this was last asked: counters of `usage`, by role."""
        return {}

    def backlog(self, messages: int, timeout_s: float) -> int | None:  # noqa: ARG002
        """The most messages that were accepted and not yet received, in a batch that is not timed.

        None where the workload has no such thing.
        """
        return None

    def trace(self, messages: int, interval_ns: int, timeout_s: float) -> tuple[dict[str, Any], bytes]:  # noqa: ARG002
        """Send messages at an interval (0: at once) with stamps; return the rows' names and the rows.

        Each row is one moment's clock: native 64-bit integers of nanoseconds, one a message.
        """
        raise CaseError(f"{type(self).__name__} has no stages")
