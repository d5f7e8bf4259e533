"""What a workload promises: the driver opens it, verifies it, asks for trials and closes it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from ipcbench.errors import CaseError
from ipcbench.probe.channels import load_channel
from ipcbench.probe.channels.contract import Endpoint, Traits
from ipcbench.probe.held import Held
from ipcbench.probe.loading import Parametrised
from ipcbench.probe.payloads import load_payload
from ipcbench.probe.process.provenance import self_report
from ipcbench.probe.protocol.messages import PeerTimes, Traced, TrialTimes
from ipcbench.probe.protocol.spec import ProbeSpec

if TYPE_CHECKING:
    from ipcbench.probe.protocol.wire import Wire


@dataclass(frozen=True)
class Trial:
    """One timed batch of messages."""

    messages: int
    elapsed_ns: int
    #: Further durations of the same batch by name: `accepted` for a stream, stages for a handoff.
    also_ns: dict[str, int] = field(default_factory=dict)
    #: Each message's own time (a round trip, its way) as native 64-bit integers of nanoseconds; may be empty.
    each_ns: bytes = b""
    #: How long the batch took with what is not counted (pauses, work between messages); 0: no longer.
    took_ns: int = 0
    #: What the first message of the lead took, which met a pair that had paused; 0 where that is not known.
    after_pause_ns: int = 0
    #: How many messages never came: `elapsed_ns` is that of as many as were sent, at the pace of what came.
    lost: int = 0

    def as_message(self) -> TrialTimes:
        """Return all but the times of single messages, which go beside it."""
        took_ns = max(self.elapsed_ns, self.took_ns)
        return TrialTimes(
            self.messages, self.elapsed_ns, self.also_ns, took_ns, self.after_pause_ns, self.lost
        )


@dataclass(frozen=True)
class Stamps:
    """When a timed loop began and ended, and what else it noted."""

    start_ns: int
    end_ns: int
    #: One moment or duration a message as native 64-bit integers of nanoseconds, if the loop took them.
    each_ns: bytes = b""
    #: What the timed calls took by themselves, where the loop does other things too.
    calls_ns: int = 0
    #: How many messages were accepted before the first was received, where the loop looked.
    backlog: int = 0
    #: How many of the batch never came, where the channel loses some.
    lost: int = 0

    def as_message(self, first_ns: list[int]) -> PeerTimes:
        """Return all but the times of single messages, which go beside it; `first_ns` is of the lead."""
        return PeerTimes(self.start_ns, self.end_ns, self.calls_ns, self.backlog, first_ns, self.lost)

    @classmethod
    def of_message(cls, told: PeerTimes, each_ns: bytes) -> Stamps:
        """Return what an end noted from what it told, and the times of single messages beside that."""
        return cls(told.start_ns, told.end_ns, each_ns, told.calls_ns, told.backlog, told.lost)


def joined(stamps: Sequence[Stamps]) -> Stamps:
    """Return the stamps of several loops that ran side by side as those of one; all 0 without any."""
    if not stamps:
        return Stamps(0, 0)
    return Stamps(
        min(each.start_ns for each in stamps),
        max(each.end_ns for each in stamps),
        b"".join(each.each_ns for each in stamps),
        sum(each.calls_ns for each in stamps),
        max(each.backlog for each in stamps),
        sum(each.lost for each in stamps),
    )


class Loops(ABC):
    """The timed loops of a workload between live senders and receivers; they run inside the peers."""

    #: Whether the receiver answers.
    two_way: ClassVar[bool] = False
    #: Whether the ends are to be given `Endpoint.progress`.
    watched: ClassVar[bool] = False

    @classmethod
    @abstractmethod
    def drive(cls, end: Endpoint, payload: Any, messages: int, held: Held) -> Stamps:
        """The sender's timed loop; what it receives it treats as `held` says."""

    @classmethod
    @abstractmethod
    def serve(cls, end: Endpoint, messages: int, held: Held) -> Stamps:
        """The receiver's loop for the same messages.

        Where `held.holds`, the last message is kept until the next has come, from one trial to the next too.
        """

    @classmethod
    @abstractmethod
    def elapsed(cls, sender: Stamps, receiver: Stamps, traits: Traits) -> Trial:
        """What the loops' stamps say about the batch, those of several peers of a role `joined`.

        `messages` is filled in by the caller.
        """


class Workload(Parametrised):
    """When messages are sent. Lives in the driver, which runs nothing else while a trial runs.

    Its traits stand first: what measuring, tables and charts ask, instead of its name (`probe.traits`).
    """

    #: What one "message" of this workload is, for tables and charts.
    unit: ClassVar[str]
    summary: ClassVar[str]
    #: Whether messages follow one another, so that tables tell a rate; else they tell durations.
    is_rate: ClassVar[bool] = False
    #: How many payloads each message moves at that rate; 0 where that is not what it is about.
    payloads_moved: ClassVar[int] = 0
    #: Whether it finds out how many messages the channel takes while nobody receives.
    fills: ClassVar[bool] = False
    #: The sizes that are measured unless told otherwise.
    default_sizes: ClassVar[str] = "64"
    #: The charts that are drawn of it, by name (`ipcbench.report.charts`).
    charts: ClassVar[tuple[str, ...]] = ("durations",)
    #: Whether one message alone is not what the workload is about.
    overlapping: ClassVar[bool] = False
    #: Whether each message has processes of its own.
    whole_lives: ClassVar[bool] = False
    #: Whether the receiver answers.
    two_way: ClassVar[bool] = False
    #: Whether it can do with a channel that loses messages: it counts what came, or has one on its way only.
    bears_loss: ClassVar[bool] = False
    #: Whether it cannot do with a channel that hands nothing over.
    needs_delivery: ClassVar[bool] = False
    #: Whether a trial says what each of its messages took, so that there are percentiles.
    times_each: ClassVar[bool] = True
    #: Whether messages are sent before those that are timed, and after them: a pair that has paused is slow
    #: at first, and one that has no more to receive ends with other work.
    leads: ClassVar[bool] = False
    #: Whether its sender runs Python code after each message, for which a thread of its own has to wait.
    computes: ClassVar[bool] = False
    #: Whether its ends are a plain program's, which nothing is set at and nothing received in another way.
    plain_ends: ClassVar[bool] = False
    #: The settings that it makes itself, which nobody else can: `switch-interval`.
    sets: ClassVar[tuple[str, ...]] = ()

    def __init__(self, spec: ProbeSpec, home: Wire) -> None:
        """Prepare for one case; `home` is the wire whose end means that nobody wants the results."""
        self.spec, self.home = spec, home

    @abstractmethod
    def open(self) -> None:
        """Start whatever has to live between trials."""

    @abstractmethod
    def verify(self, messages: int, timeout_s: float) -> None:
        """Raise IntegrityError unless `messages` messages arrive once, in order and whole."""

    @abstractmethod
    def trial(self, messages: int, timeout_s: float, lead: int = 0) -> Trial:
        """Run and time one batch, between so many messages of a lead and one of a trail that are not timed.

        A workload whose messages have processes of their own has no lead.
        """

    @abstractmethod
    def close(self) -> None:
        """End and reap every process; never raises, never hangs."""

    def peers(self) -> dict[str, int]:
        """Process identifiers by role of what lives between trials."""
        return {}

    def self_reports(self) -> dict[str, dict[str, Any]]:
        """What the processes that run the channel say of themselves, by role: `provenance.self_report`.

        Where each message has processes of its own, it is the one that starts them, and those of the
        verification, which have ended.
        """
        channel, payload = load_channel(self.spec.channel), load_payload(self.spec.payload_kind)
        return {"driver": self_report(channel, payload, type(self))}

    def costs(self, timeout_s: float) -> dict[str, dict[str, Any]]:  # noqa: ARG002
        """What each peer's trials have used since this was last asked: counters of `usage`, by role."""
        return {}

    def backlog(self, messages: int, timeout_s: float) -> int | None:  # noqa: ARG002
        """The most messages that were accepted and not yet received, in a batch that is not timed.

        None where the workload has no such thing.
        """
        return None

    def burst(self, messages: int, timeout_s: float) -> dict[str, dict[str, int]]:  # noqa: ARG002
        """Have the receivers hold so many messages, then drop them; return `Memory.bytes_at` by peer."""
        raise CaseError(f"{type(self).__name__} has no ends that live on")

    def trace(self, messages: int, interval_ns: int, timeout_s: float) -> tuple[Traced, bytes]:  # noqa: ARG002
        """Send messages at an interval (0: at once) with stamps; return the rows' names and the rows.

        Each row is one moment's clock: native 64-bit integers of nanoseconds, one a message.
        """
        raise CaseError(f"{type(self).__name__} has no stages")
