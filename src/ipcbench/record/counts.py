"""The record of counts: what one message takes from the kernel, by case."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import msgspec

from ipcbench.plan.matrix import MOST_CASES
from ipcbench.record.head import Document, Entry, FailureEntry, Head, Output, failures_of, output_of
from ipcbench.record.reading import decode_document
from ipcbench.record.schema import SCHEMA, CaseRow, ModuleRow
from ipcbench.record.values import Change, Facts, Few, FewNamed, Text
from ipcbench.words import ROLES

KIND = "counts"
#: What is counted at either end.
COUNTED = ("writes", "bytes written", "reads", "bytes read")
#: By end and by what is counted: the fewest and the most of the repetitions.
Counted = FewNamed[FewNamed[tuple[Change, Change]]]


class CountsRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The counts of one case."""

    case: CaseRow
    counts: Counted
    #: System calls by end and name; None where they could not be watched.
    calls: Counted | None = None
    slowdowns: Few[Text] = []
    #: Where the code came from that the ends ran.
    modules: FewNamed[ModuleRow] = {}

    def __post_init__(self) -> None:
        """Raise ValueError where an end or something that is counted is missing."""
        for end in ROLES:
            if missing := set(COUNTED) - self.counts.get(end, {}).keys():
                raise ValueError(f"of the {end} there are no {min(missing)}")
            if self.calls is not None and end not in self.calls:
                raise ValueError(f"of the {end} there are no calls")


class CountsRecord(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=KIND
):
    """What is recorded of one `count`."""

    schema: int
    rows: Annotated[list[CountsRow], msgspec.Meta(max_length=MOST_CASES)]
    host: Facts
    #: Why a case that was asked for was not counted at all, by its name.
    left_out: dict[Text, Text] = {}
    #: Why one failed that was to be counted, by its name.
    failures: dict[Text, Text] = {}
    #: What probes wrote to their standard streams, by interpreter: the beginning of it.
    output: FewNamed[Text] = {}


class CountsDocument(msgspec.Struct, frozen=True):
    """What we read of stored counts."""

    datetime: str
    ipcbench: CountsRecord


class CountsHead(Head, tag=KIND, frozen=True, kw_only=True):
    """What was asked for; `CountsRecord` says what each field is."""

    left_out: dict[Text, Text] = msgspec.field(default_factory=dict)


class CountedEntry(Entry, tag="counted", frozen=True, kw_only=True):
    """A case was counted."""

    row: CountsRow


def build_counts(plain: list[dict[str, Any]]) -> Document:
    """Return the document of a count's journal."""
    head, *counted = msgspec.convert(plain, list[CountsHead | CountedEntry | FailureEntry | Output])
    assert isinstance(head, CountsHead)
    rows = [entry.row for entry in counted if isinstance(entry, CountedEntry)]
    return head.document(
        CountsRecord(
            schema=SCHEMA,
            rows=rows,
            host=head.host,
            left_out=head.left_out,
            failures=failures_of(counted),
            output=output_of(counted),
        ),
        [],
    )


def read_counts(path: Path) -> CountsDocument:
    """Return stored counts; raise DocumentError, naming file and reason, for anything that is none."""
    return decode_document(path, KIND, CountsDocument)
