"""The messages of the wire, each a type: what is not one of them, or has other fields, is an error.

The measuring side orders launchers and drivers, a driver orders its two peers. Whoever was ordered answers
once, with the type that stands beside the order, or with `Failed`.
"""

from __future__ import annotations

from typing import Any, Union

from ipcbench.errors import IpcbenchError
from ipcbench.probe.protocol.message import Message

#: Raised whenever a message changes: a launcher of another version is not talked to.
VERSION = 4


class LauncherHello(Message):
    """A launcher is there; `facts` are those of its interpreter."""

    process: int
    facts: dict[str, Any]
    version: int = VERSION


class ProbeHello(Message):
    """The driver of this launch is there."""

    launch: int
    process: int


class Launch(Message):
    """To a launcher: start a driver for this case (`ProbeSpec` as plain values); answered by `Launched`."""

    launch: int
    spec: dict[str, Any]


class Launched(Message):
    """The driver's process."""

    process: int


class Describe(Message):
    """To a launcher: say what a name of this kind (`probe.traits`) stands for; answered by `Described`."""

    kind: str
    name: str


class Described(Message):
    """The traits as plain values."""

    traits: dict[str, Any]


class Reap(Message):
    """To a launcher: wait for a driver, or kill it when it is late; answered by `Reaped`."""

    process: int
    timeout_s: float


class Reaped(Message):
    """The driver's exit status; None where it still runs."""

    status: Union[int, None]  # noqa: UP007  (Python 3.9)


class Ready(Message):
    """From a driver, unasked: its peers by role, and what each says of itself (`provenance.self_report`)."""

    peers: dict[str, int]
    self_reports: dict[str, dict[str, Any]]


class PeerReady(Message):
    """From a peer, unasked at first: what it says of itself (`provenance.self_report`)."""

    report: dict[str, Any]


class Verify(Message):
    """Show that so many messages arrive once, in order and whole.

    A driver answers `Verified`, a peer `PeerReady`.
    """

    messages: int
    timeout_s: float


class Verified(Message):
    """All arrived, and what the peers say of themselves since messages have passed: as `Ready`."""

    self_reports: dict[str, dict[str, Any]]


class RunTrial(Message):
    """Run one timed batch, with a lead; a driver answers `TrialTimes`, a peer `PeerTimes`."""

    messages: int
    timeout_s: float
    lead: int = 0


class RunTrace(Message):
    """Send messages at an interval (0: at once) with stamps; answered by `Traced`, rows as blob."""

    messages: int
    timeout_s: float
    interval_ns: int


class TakeCosts(Message):
    """Tell what trials have used since this was last asked; answered by `Costs`."""

    timeout_s: float


class TakeBacklog(Message):
    """Run a batch that is not timed; answered by `Backlog`."""

    messages: int
    timeout_s: float


class HoldBurst(Message):
    """Hold so many messages at once, then drop them; a driver answers `Memories`, a peer `Memory`."""

    messages: int
    timeout_s: float


class Memory(Message):
    """Resident bytes of a process by moment: `before`, `held`, `dropped`, `given_back` (`malloc_trim`)."""

    bytes_at: dict[str, int]


class Memories(Message):
    """The same of all peers, by their names."""

    bytes_at: dict[str, dict[str, int]]


class Stop(Message):
    """To a driver: end. No answer."""


class StampEach(Message):
    """To a peer: note when each call returned; answered by `Done`, clocks as blob."""

    messages: int


class CheckEnd(Message):
    """To a peer: say whether what was accepted is known to be lost; answered by `Done`."""


class Report(Message):
    """To a sender that has sent all: say now what it noted, since all has arrived."""


class Done(Message):
    """It went as it should."""


class Failed(Message):
    """Why it did not."""

    error: str

    @classmethod
    def of(cls, error: BaseException) -> Failed:
        """Return what is said of an error: its words, and its kind where it is none of ours."""
        return cls(str(error) if isinstance(error, IpcbenchError) else f"{type(error).__name__}: {error}")


class TrialTimes(Message):
    """What a batch took (`workloads.contract.Trial`); each message's own times come as blob."""

    messages: int
    elapsed_ns: int
    also_ns: dict[str, int]
    took_ns: int = 0
    after_pause_ns: int = 0
    lost: int = 0


class PeerTimes(Message):
    """What one end noted of a batch (`workloads.contract.Stamps`); each message's own come as blob.

    `first_ns` has what the first message of the lead took, if there was one.
    """

    start_ns: int
    end_ns: int
    calls_ns: int
    backlog: int
    first_ns: list[int]
    lost: int = 0


class Costs(Message):
    """Counters of `usage`: of one peer, or of all by their names."""

    used: dict[str, Any]


class Backlog(Message):
    """The most messages that were accepted and not yet received; None where there is no such thing."""

    messages: Union[int, None]  # noqa: UP007  (Python 3.9)


class Traced(Message):
    """Which moment and clock each row of the blob is."""

    rows: list[list[str]]


TYPES: dict[str, type[Message]] = {each.__name__: each for each in Message.__subclasses__()}
