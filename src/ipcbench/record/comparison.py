"""The record of a comparison (`ab`, or a self-test): each launch's log ratio, from which all else follows.

It stands in the folder of stored runs, so it has `benchmarks`, which pytest-benchmark reads: none.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.plan.matrix import MOST_CASES, MOST_LAUNCHES_OF_ALL
from ipcbench.record.head import Document, End, Entry, Head, Output, end_of, output_of
from ipcbench.record.reading import decode_document
from ipcbench.record.schema import SCHEMA, CaseRow, ModuleRow
from ipcbench.record.values import Alpha, Amount, Duration, Facts, Few, FewNamed, LogRatio, Name, Share, Text
from ipcbench.words import UNKNOWN

KIND, SELF_TEST = "comparison", "self-test"
#: What of commands is compared.
WALL_TIME = "wall time"
#: What a comparison went on for; older ones asked whether something became slower.
Asked = Literal["slower", "faster", "different"]


class ArmRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One side: what its user wrote, and facts of its interpreter (none where it did not start)."""

    label: Name
    text: Text
    #: The coordinates that it names.
    coordinates: Few[Name] = []
    facts: Facts = {}
    #: Where the code came from that its ends ran, of all its cells.
    modules: FewNamed[ModuleRow] = {}


class ComparedRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One cell for one arm, which is compared with the first."""

    cell: Text
    arm: Name
    #: As the arm runs it; in old documents without a channel where the arms name theirs. None: a command.
    case: CaseRow | None = None
    #: Each launch's log of the arm's time to the first arm's.
    logs: Annotated[list[LogRatio], msgspec.Meta(max_length=MOST_LAUNCHES_OF_ALL)] = []
    #: Each launch's page faults a message (both ends), of the first arm and of this one; empty: not counted.
    faults: Annotated[list[tuple[Amount, Amount]], msgspec.Meta(max_length=MOST_LAUNCHES_OF_ALL)] = []
    #: What its launches took, those of all arms of the cell together.
    seconds: Duration = 0.0
    failure: Text | None = None


class ComparisonRecord(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=KIND
):
    """What is recorded of one `ab`."""

    schema: int
    seed: int
    max_time_s: Duration
    threshold: Share
    alpha: Alpha
    question: Asked = "slower"
    #: `mean`, a percentile of single messages (`p99`), or `WALL_TIME` of commands.
    metric: Name
    conditions: Text
    #: The first is what the others are compared with.
    arms: Few[ArmRow]
    rows: Annotated[list[ComparedRow], msgspec.Meta(max_length=MOST_CASES)]
    #: What slowed messages, with the labels of the arms that it slowed.
    slowdowns: Annotated[dict[Text, Few[Name]], msgspec.Meta(max_length=1_000)]
    #: Arms that were measured while no other was live: what share of a core each took while nobody asked it.
    alone: FewNamed[Amount] = {}
    host: Facts
    elapsed_s: Duration
    #: `decided`, `time`, `interrupted`, or `unknown` (a recovered journal).
    stopped_by: Name
    #: Why a cell that was asked for was not measured at all, by its name.
    left_out: dict[Text, Text] = {}
    #: What probes wrote to their standard streams, by interpreter: the beginning of it.
    output: FewNamed[Text] = {}


class SelfTestRecord(ComparisonRecord, frozen=True, kw_only=True, tag=SELF_TEST):
    """What is recorded of one self-test: the same."""


class ComparisonDocument(msgspec.Struct, frozen=True):
    """What we read of a stored comparison."""

    datetime: str
    commit_info: dict[str, Any]
    ipcbench: ComparisonRecord | SelfTestRecord


class ComparisonHead(Head, tag=KIND, frozen=True, kw_only=True):
    """What was asked for; `ComparisonRecord` says what each field is."""

    seed: int
    max_time_s: Duration
    threshold: Share
    alpha: Alpha
    question: Asked = "slower"
    metric: str
    conditions: str
    arms: list[ArmRow]
    rows: list[ComparedRow]
    left_out: dict[Text, Text] = msgspec.field(default_factory=dict)


class SelfTestHead(ComparisonHead, tag=SELF_TEST, frozen=True, kw_only=True):
    """The same, of arms that are alike."""


class FactsEntry(Entry, tag="facts", frozen=True, kw_only=True):
    """An arm's interpreter has started."""

    arm: str
    facts: dict[str, Any]


class ModulesEntry(Entry, tag="modules", frozen=True, kw_only=True):
    """Where the code of an arm's channel came from."""

    arm: str
    modules: dict[str, ModuleRow]


class SlowdownEntry(Entry, tag="slowdown", frozen=True, kw_only=True):
    """What slows every message of an arm."""

    what: str
    arm: str


class AloneEntry(Entry, tag="alone", frozen=True, kw_only=True):
    """An arm works between its trials, and is measured while no other one is live."""

    arm: str
    #: Of a core, while nobody asked it for anything.
    share: Amount


class ComparedEntry(Entry, tag="launch", frozen=True, kw_only=True):
    """A cell was launched: what came out for one row, by its place."""

    row: int
    log: LogRatio | None
    seconds: Duration
    failure: str | None
    faults: tuple[Amount, Amount] | None = None


ComparisonEntry = (
    ComparisonHead
    | SelfTestHead
    | FactsEntry
    | ModulesEntry
    | SlowdownEntry
    | AloneEntry
    | ComparedEntry
    | Output
    | End
)


def build_comparison(plain: list[dict[str, Any]]) -> Document:
    """Return the document of a comparison's journal."""
    entries = msgspec.convert(plain, list[ComparisonEntry])
    head, last = entries[0], end_of(entries)
    assert isinstance(head, ComparisonHead)
    launches: dict[int, list[ComparedEntry]] = {}
    slowdowns: dict[str, list[str]] = {}
    modules: dict[str, dict[str, ModuleRow]] = {}
    for entry in entries:
        if isinstance(entry, ComparedEntry):
            launches.setdefault(entry.row, []).append(entry)
        elif isinstance(entry, SlowdownEntry):
            slowdowns.setdefault(entry.what, []).append(entry.arm)
        elif isinstance(entry, ModulesEntry):
            modules.setdefault(entry.arm, {}).update(entry.modules)
    facts = {entry.arm: entry.facts for entry in entries if isinstance(entry, FactsEntry)}
    rows = [measured(row, launches.get(place, [])) for place, row in enumerate(head.rows)]
    record = (SelfTestRecord if isinstance(head, SelfTestHead) else ComparisonRecord)(
        schema=SCHEMA,
        seed=head.seed,
        max_time_s=head.max_time_s,
        threshold=head.threshold,
        alpha=head.alpha,
        question=head.question,
        metric=head.metric,
        conditions=head.conditions,
        arms=[
            msgspec.structs.replace(arm, facts=facts.get(arm.label, {}), modules=modules.get(arm.label, {}))
            for arm in head.arms
        ],
        rows=rows,
        slowdowns=slowdowns,
        alone={entry.arm: entry.share for entry in entries if isinstance(entry, AloneEntry)},
        host=head.host,
        left_out=head.left_out,
        elapsed_s=last.elapsed_s if last else sum(row.seconds for row in rows),
        stopped_by=last.stopped_by if last else UNKNOWN,
        output=output_of(entries),
    )
    return head.document(record, [])


def measured(row: ComparedRow, launches: list[ComparedEntry]) -> ComparedRow:
    """Return a row with what its launches gave."""
    faults = [launch.faults for launch in launches if launch.log is not None and launch.faults]
    return msgspec.structs.replace(
        row,
        faults=faults,
        logs=[launch.log for launch in launches if launch.log is not None],
        seconds=sum(launch.seconds for launch in launches),
        failure=launches[-1].failure if launches else None,
    )


def read_comparison(path: Path, kind: str = KIND) -> ComparisonDocument:
    """Return a stored comparison; raise DocumentError, naming file and reason, for anything that is none."""
    document = decode_document(path, kind, ComparisonDocument)
    if len(document.ipcbench.arms) < 2:
        raise DocumentError(f"{path}: a comparison of fewer than two arms")
    return document
