"""What records say of cases and their launches; rows that several kinds of records share."""

from __future__ import annotations

from typing import Annotated

import msgspec

from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import COORDINATES, USUAL_HEAP, USUAL_TOUCH
from ipcbench.plan.matrix import MOST_LAUNCHES
from ipcbench.record.values import (
    Amount,
    Count,
    Difference,
    Duration,
    Few,
    FewNamed,
    Name,
    Seconds,
    Share,
    Text,
)

SCHEMA = 2


class UsageRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What all timed messages of one launch cost one peer, in sum."""

    # The kernel shares time out between user and system, so that either can be below 0 by a few ticks.
    user_s: Difference
    system_s: Difference
    voluntary_switches: Amount
    involuntary_switches: Amount
    minor_faults: Amount
    major_faults: Amount
    #: Of the whole life of the process so far.
    peak_rss_bytes: Count


class LaunchRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One launch of one case: the next `trials` values of `stats.data` are its trials, one for each block."""

    pass_number: Count
    #: Seconds from the start of the run to the end of this launch; None in old documents.
    at_s: Duration | None = None
    trials: Count
    #: Messages in each trial.
    messages: Count
    #: Messages before and after those of each trial that are not timed, but part of the costs.
    untimed: Count = 0
    warmup_blocks: Count
    #: False: the block times were still falling when the warm-up's limit was reached.
    steady: bool
    #: What slowed every message of either end: a trace hook, `-X dev`; usually nothing.
    slowdowns: Few[Text] = []
    #: Share of the machine's time that its host gave to others while this launch lived; None if unknown.
    steal: Share | None = None
    #: Further seconds per message, one list entry a trial: `accepted`, stages of handoffs.
    also_s: FewNamed[list[Difference]] = {}
    #: Seconds of the first message of each trial's lead, which met a pair that had paused.
    after_pause_s: list[Seconds] = []
    #: Longer trials, which are not in `stats.data`: their messages, and seconds a message.
    longer: Few[tuple[Count, Seconds]] = []
    #: What each message took by itself, as round trips: HdrHistogram V2, compressed, base64; nanoseconds.
    round_trips_hdr: str | None = None
    #: By peer: `sender`, `receiver`.
    costs: FewNamed[UsageRow] = {}
    #: The most messages that were accepted and not yet received at one time, in a batch of `messages`.
    backlog: Count | None = None
    #: How many messages of the trials never came, where the channel loses some.
    lost: Count = 0
    #: Trials besides of which nothing came: they have no time, and all their messages were lost.
    blank_trials: Count = 0
    #: What its processes took of a core in a moment when nobody was asked for anything, where that was
    #: looked at; and whether it was therefore measured while no other case was live.
    idle_share: Amount | None = None
    alone: bool = False


class CaseRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The coordinates of one case."""

    channel: Name
    workload: Name
    payload_kind: Name
    payload_bytes: Count
    start_method: Name
    placement: Name
    python: Name
    #: What both ends' heaps were like.
    heap: Name = USUAL_HEAP
    #: Whether ends kept the last message while they received the next.
    holds: bool = True
    touch: Name = USUAL_TOUCH
    settings: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ()

    @classmethod
    def of(cls, case: Case) -> CaseRow:
        """Return what is stored of a case's coordinates."""
        return cls(**{each.field: each.of(case) for each in COORDINATES})


class WorkloadRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The traits of a case's workload: what a reader asks instead of its name."""

    #: What one message is: `message`, `round trip`, `handoff`, `burst` and the like.
    unit: Name
    #: The parameter of its name, and what that is: `5ms`, a `switch interval`.
    parameter: Name = ""
    parameter_name: Name = ""
    #: Whether messages follow one another, so that a rate is told; else durations are.
    is_rate: bool = False
    #: How many payloads a message moves at that rate; 0 where that is not what it is about.
    payloads_moved: Count = 0
    #: Whether it times each message; whether one is on its way while the next is sent; whether each has
    #: processes of its own.
    times_each: bool = True
    overlapping: bool = False
    whole_lives: bool = False
    #: Whether it finds out how many messages the channel takes while nobody receives.
    fills: bool = False
    #: Whether it wants all messages to arrive, and the sizes that it is measured at unless others are asked.
    needs_delivery: bool = False
    default_sizes: Text = ""
    #: The charts that are drawn of it.
    charts: Annotated[tuple[Name, ...], msgspec.Meta(max_length=100)] = ("durations",)

    @classmethod
    def of(cls, traits: object) -> WorkloadRow:
        """Return what is stored of a workload's traits."""
        return cls(**{name: getattr(traits, name) for name in cls.__struct_fields__})


class ModuleRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A module as a probe imported it; its file is named from the current folder or `~`."""

    file: Text | None
    version: Name | None


class CaseRecord(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is recorded of one case besides the samples."""

    schema: int
    case: CaseRow
    workload: WorkloadRow
    #: Whether the channel hands anything over.
    delivers: bool
    #: Whether it loses messages that its receiver is too slow for.
    lossy: bool = False
    #: False for what was measured beside the asked cases to compare them with.
    asked: bool
    #: The raw loop over the same kernel object, which is a channel too.
    reference_loop: Name | None = None
    #: How often the channel copies the bytes of a large message on their way.
    copies: Count | None = None
    #: Where the code came from that the ends ran: the channel's module and package, or multiprocessing.
    modules: FewNamed[ModuleRow] = {}
    launches: Annotated[list[LaunchRow], msgspec.Meta(max_length=MOST_LAUNCHES)]
    failure: Text | None = None
