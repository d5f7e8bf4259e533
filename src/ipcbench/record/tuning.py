"""The record of a tuning: what a message cost, what was tried, each launch's log ratio, and memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

import msgspec

from ipcbench.plan.defaults import LEAST_ALPHA
from ipcbench.record.comparison import (
    AloneEntry,
    ArmRow,
    ComparedEntry,
    ComparedRow,
    FactsEntry,
    ModulesEntry,
    SlowdownEntry,
    measured,
)
from ipcbench.record.head import Document, End, Entry, Head, Output, end_of, output_of
from ipcbench.record.reading import decode_document
from ipcbench.record.schema import SCHEMA, CaseRow
from ipcbench.record.values import (
    Alpha,
    Amount,
    Count,
    Duration,
    Facts,
    Few,
    FewNamed,
    Name,
    Seconds,
    Share,
    Text,
)
from ipcbench.words import UNKNOWN

KIND = "tuning"
OfArm = TypeVar("OfArm", SlowdownEntry, AloneEntry)
#: A stage's share of the command's alpha: half of what the stages before have left.
StageAlpha = Annotated[float, msgspec.Meta(ge=LEAST_ALPHA / (1 << 16), le=1)]
#: What nothing was changed of.
AS_IT_IS = "as it is"
#: What a stage is for: each knob by itself; on top of what is best so far; the combination on fresh launches;
#: what is worth it at either end alone.
ALONE, ON_TOP, CONFIRMED, AT_ONE_END = "alone", "on top", "confirmed", "at one end"


class BaselineLaunch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One launch of the case as it is, beside its raw loop."""

    message_s: Seconds
    #: What a message takes in the raw loop; None where there is none.
    loop_s: Seconds | None = None
    #: By role, a message: page faults, how often it waited, and seconds of CPU time (of either mode).
    faults: FewNamed[Amount] = {}
    waits: FewNamed[Amount] = {}
    cpu_s: FewNamed[Amount] = {}


class KnobRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Something that a program could change, and what became of trying it."""

    name: Name
    summary: Text
    #: What suggested it; empty where nothing did.
    symptom: Text = ""
    #: What differs, as an arm is written.
    changes: Few[Name] = []
    #: The same as lines of Python and of a shell; empty where there are none.
    python: Few[Text] = []
    environment: Few[Text] = []
    #: Whose processes have it, under which start methods.
    inherited: Text = ""
    #: The knob on top of which alone it is tried.
    above: Name = ""
    #: Why it was not tried; empty where it was.
    skipped: Text = ""


class StageRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A comparison of trials with a base: are they faster? The texts of its arms are their names."""

    purpose: Name
    alpha: StageAlpha
    arms: Few[ArmRow]
    rows: Few[ComparedRow]


class BurstRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Resident memory of one end, in bytes: at first, while it held all messages, dropped them, gave back."""

    before: Count
    held: Count
    dropped: Count
    given_back: Count


class TuningRecord(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=KIND
):
    """What is recorded of one `tune`."""

    schema: int
    seed: int
    max_time_s: Duration
    threshold: Share
    alpha: Alpha
    conditions: Text
    case: CaseRow
    baseline: Few[BaselineLaunch] = []
    knobs: Few[KnobRow] = []
    stages: Few[StageRow] = []
    #: By what had been changed (empty: nothing) and role; and how many messages the burst had.
    bursts: FewNamed[FewNamed[BurstRow]] = {}
    burst_messages: Count = 0
    slowdowns: Annotated[dict[Text, Few[Name]], msgspec.Meta(max_length=1_000)] = {}
    #: What was measured while nothing else was live, by name: what share of a core it took unasked.
    alone: FewNamed[Amount] = {}
    facts: Facts = {}
    host: Facts
    elapsed_s: Duration
    #: `decided`, `time`, `interrupted`, or `unknown` (a recovered journal).
    stopped_by: Name
    output: FewNamed[Text] = {}


class TuningDocument(msgspec.Struct, frozen=True):
    """What we read of a stored tuning."""

    datetime: str
    ipcbench: TuningRecord


class TuningHead(Head, tag=KIND, frozen=True, kw_only=True):
    """What was asked for; `TuningRecord` says what each field is."""

    seed: int
    max_time_s: Duration
    threshold: Share
    alpha: Alpha
    conditions: str
    case: CaseRow


class BaselineEntry(Entry, tag="baseline", frozen=True, kw_only=True):
    """The case as it is was launched some times."""

    launches: Few[BaselineLaunch]


class KnobEntry(Entry, tag="knob", frozen=True, kw_only=True):
    """A knob is about to be tried, or is not."""

    row: KnobRow


class StageEntry(Entry, tag="stage", frozen=True, kw_only=True):
    """A comparison begins: the launches that follow are of its rows."""

    stage: StageRow


class BurstEntry(Entry, tag="memory", frozen=True, kw_only=True):
    """So many messages were held and dropped."""

    name: Name
    messages: Count
    memory: FewNamed[BurstRow]


TuningEntry = (
    TuningHead
    | BaselineEntry
    | KnobEntry
    | StageEntry
    | BurstEntry
    | FactsEntry
    | ModulesEntry
    | SlowdownEntry
    | AloneEntry
    | ComparedEntry
    | Output
    | End
)


def build_tuning(plain: list[dict[str, Any]]) -> Document:
    """Return the document of a tuning's journal."""
    entries = msgspec.convert(plain, list[TuningEntry])
    head, last = entries[0], end_of(entries)
    assert isinstance(head, TuningHead)
    bursts = [entry for entry in entries if isinstance(entry, BurstEntry)]
    facts = [entry.facts for entry in entries if isinstance(entry, FactsEntry)]
    stages = _stages(entries)
    record = TuningRecord(
        schema=SCHEMA,
        seed=head.seed,
        max_time_s=head.max_time_s,
        threshold=head.threshold,
        alpha=head.alpha,
        conditions=head.conditions,
        case=head.case,
        baseline=[one for entry in entries if isinstance(entry, BaselineEntry) for one in entry.launches],
        knobs=[entry.row for entry in entries if isinstance(entry, KnobEntry)],
        stages=stages,
        bursts={entry.name: entry.memory for entry in bursts},
        burst_messages=max((entry.messages for entry in bursts), default=0),
        slowdowns=_slowdowns(entries),
        alone={name: entry.share for name, entry in _of_trials(entries, AloneEntry)},
        facts=facts[0] if facts else {},
        host=head.host,
        elapsed_s=last.elapsed_s if last else sum(row.seconds for stage in stages for row in stage.rows),
        stopped_by=last.stopped_by if last else UNKNOWN,
        output=output_of(entries),
    )
    return head.document(record, [])


def _stages(entries: Sequence[object]) -> list[StageRow]:
    """Return the stages, each with the launches that follow its beginning."""
    found: list[tuple[StageRow, list[list[ComparedEntry]]]] = []
    for entry in entries:
        if isinstance(entry, StageEntry):
            found.append((entry.stage, [[] for _ in entry.stage.rows]))
        elif isinstance(entry, ComparedEntry):
            found[-1][1][entry.row].append(entry)
    return [
        msgspec.structs.replace(
            stage, rows=[measured(row, launches) for row, launches in zip(stage.rows, of_rows, strict=True)]
        )
        for stage, of_rows in found
    ]


def _slowdowns(entries: Sequence[object]) -> dict[str, list[str]]:
    """Return what slowed messages, with the names of the trials that it slowed."""
    found: dict[str, list[str]] = {}
    for name, entry in _of_trials(entries, SlowdownEntry):
        told = found.setdefault(entry.what, [])
        if name not in told:
            told.append(name)
    return found


def _of_trials(entries: Sequence[object], kind: type[OfArm]) -> Iterator[tuple[str, OfArm]]:
    """Yield the entries of a kind that tells of an arm, with the names of what the arms tried."""
    names: dict[str, str] = {}
    for entry in entries:
        if isinstance(entry, StageEntry):
            names = {arm.label: arm.text for arm in entry.stage.arms}
        elif isinstance(entry, kind):
            yield names.get(entry.arm, entry.arm), entry


def read_tuning(path: Path) -> TuningDocument:
    """Return a stored tuning; raise DocumentError, naming file and reason, for anything that is none."""
    return decode_document(path, KIND, TuningDocument)
