"""The messages of the wire, each a type: what is not one of them, or has other fields, is an error.

The measuring side orders launchers and drivers, a driver orders its two peers. Whoever was ordered answers
once, with the type that stands beside the order, or with `Failed`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Union

from ipcbench.errors import IpcbenchError

#: Raised whenever a message changes: a launcher of another version is not talked to.
VERSION = 4


@dataclass(frozen=True)
class LauncherHello:
    """A launcher is there; `facts` are those of its interpreter."""

    process: int
    facts: dict[str, Any]
    version: int = VERSION


@dataclass(frozen=True)
class ProbeHello:
    """The driver of this launch is there."""

    launch: int
    process: int


@dataclass(frozen=True)
class Launch:
    """To a launcher: start a driver for this case (`ProbeSpec` as plain values); answered by `Launched`."""

    launch: int
    spec: dict[str, Any]


@dataclass(frozen=True)
class Launched:
    """The driver's process."""

    process: int


@dataclass(frozen=True)
class Describe:
    """To a launcher: say what a name of this kind (`probe.traits`) stands for; answered by `Described`."""

    kind: str
    name: str


@dataclass(frozen=True)
class Described:
    """The traits as plain values."""

    traits: dict[str, Any]


@dataclass(frozen=True)
class Reap:
    """To a launcher: wait for a driver, or kill it when it is late; answered by `Reaped`."""

    process: int
    timeout_s: float


@dataclass(frozen=True)
class Reaped:
    """The driver's exit status; None where it still runs."""

    status: Union[int, None]  # noqa: UP007  (Python 3.9)


@dataclass(frozen=True)
class Ready:
    """From a driver, unasked: its peers by role, and what each says of itself (`provenance.self_report`)."""

    peers: dict[str, int]
    self_reports: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class PeerReady:
    """From a peer, unasked at first: what it says of itself (`provenance.self_report`)."""

    report: dict[str, Any]


@dataclass(frozen=True)
class Verify:
    """Show that so many messages arrive once, in order and whole.

    A driver answers `Verified`, a peer `PeerReady`.
    """

    messages: int
    timeout_s: float


@dataclass(frozen=True)
class Verified:
    """All arrived, and what the peers say of themselves since messages have passed: as `Ready`."""

    self_reports: dict[str, dict[str, Any]]


@dataclass(frozen=True)
class RunTrial:
    """Run one timed batch, with a lead; a driver answers `TrialTimes`, a peer `PeerTimes`."""

    messages: int
    timeout_s: float
    lead: int = 0


@dataclass(frozen=True)
class RunTrace:
    """Send messages at an interval (0: at once) with stamps; answered by `Traced`, rows as blob."""

    messages: int
    timeout_s: float
    interval_ns: int


@dataclass(frozen=True)
class TakeCosts:
    """Tell what trials have used since this was last asked; answered by `Costs`."""

    timeout_s: float


@dataclass(frozen=True)
class TakeBacklog:
    """Run a batch that is not timed; answered by `Backlog`."""

    messages: int
    timeout_s: float


@dataclass(frozen=True)
class HoldBurst:
    """Hold so many messages at once, then drop them; a driver answers `Memories`, a peer `Memory`."""

    messages: int
    timeout_s: float


@dataclass(frozen=True)
class Memory:
    """Resident bytes of a process by moment: `before`, `held`, `dropped`, `given_back` (`malloc_trim`)."""

    bytes_at: dict[str, int]


@dataclass(frozen=True)
class Memories:
    """The same of all peers, by their names."""

    bytes_at: dict[str, dict[str, int]]


@dataclass(frozen=True)
class Stop:
    """To a driver: end. No answer."""


@dataclass(frozen=True)
class StampEach:
    """To a peer: note when each call returned; answered by `Done`, clocks as blob."""

    messages: int


@dataclass(frozen=True)
class CheckEnd:
    """To a peer: say whether what was accepted is known to be lost; answered by `Done`."""


@dataclass(frozen=True)
class Report:
    """To a sender that has sent all: say now what it noted, since all has arrived."""


@dataclass(frozen=True)
class Done:
    """It went as it should."""


@dataclass(frozen=True)
class Failed:
    """Why it did not."""

    error: str

    @classmethod
    def of(cls, error: BaseException) -> Failed:
        """Return what is said of an error: its words, and its kind where it is none of ours."""
        return cls(str(error) if isinstance(error, IpcbenchError) else f"{type(error).__name__}: {error}")


@dataclass(frozen=True)
class TrialTimes:
    """What a batch took (`workloads.contract.Trial`); each message's own times come as blob."""

    messages: int
    elapsed_ns: int
    also_ns: dict[str, int] = field(default_factory=dict)
    took_ns: int = 0
    after_pause_ns: int = 0


@dataclass(frozen=True)
class PeerTimes:
    """What one end noted of a batch (`workloads.contract.Stamps`); each message's own come as blob.

    `first_ns` has what the first message of the lead took, if there was one.
    """

    start_ns: int
    end_ns: int
    calls_ns: int
    backlog: int
    first_ns: list[int]


@dataclass(frozen=True)
class Costs:
    """Counters of `usage`: of one peer, or of all by their names."""

    used: dict[str, Any]


@dataclass(frozen=True)
class Backlog:
    """The most messages that were accepted and not yet received; None where there is no such thing."""

    messages: Union[int, None]  # noqa: UP007  (Python 3.9)


@dataclass(frozen=True)
class Traced:
    """Which moment and clock each row of the blob is."""

    rows: list[list[str]]


TYPES: dict[str, type] = {
    each.__name__: each
    for each in (
        LauncherHello, ProbeHello, Describe, Described, Launch, Launched, Reap, Reaped, Ready, PeerReady,
        Verify, Verified, RunTrial, RunTrace, TakeCosts, TakeBacklog, Stop, StampEach, CheckEnd, Report, Done,
        Failed, TrialTimes, PeerTimes, Costs, Backlog, Traced, HoldBurst, Memory, Memories,
    )
}  # fmt: skip
