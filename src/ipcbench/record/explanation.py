"""The record of explanations: the stamps of single messages by launch, and the times of the ladder."""

from __future__ import annotations

import zlib
from array import array
from base64 import b64decode, b64encode
from pathlib import Path
from typing import Annotated, Any

import msgspec

from ipcbench.errors import DocumentError
from ipcbench.plan.matrix import MOST_LAUNCHES
from ipcbench.record.head import Document, Entry, Head, Output, output_of
from ipcbench.record.reading import decode_document
from ipcbench.record.schema import SCHEMA, CaseRow, ModuleRow
from ipcbench.record.values import Duration, Facts, Few, FewNamed, Seconds, Text

KIND = "explanation"
#: How arms are traced: not at all, with the clock alone, with CPU time and waiting for a core too.
UNTRACED, CLOCK, DETAILED = "untraced", "clock", "detailed"
#: No launch has as many stamps of one moment.
MOST_STAMPS = 1 << 20


class TraceLaunch(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One launch of a channel and of all that it is made of, side by side."""

    #: Seconds a message of each block, by tracing and channel.
    samples: FewNamed[FewNamed[list[Seconds]]]
    #: Nanoseconds of each message, packed (`pack`), by tracing, channel, moment and clock.
    stamps: FewNamed[FewNamed[FewNamed[FewNamed[str]]]]


class TracesRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What was measured to explain one case."""

    case: CaseRow
    #: Time between messages; 0: each as soon as the one before is accepted.
    interval_s: Duration
    conditions: Text
    #: The channels that it is made of, lowest first, itself last, with what each adds.
    rungs: FewNamed[Text]
    launches: Annotated[list[TraceLaunch], msgspec.Meta(max_length=MOST_LAUNCHES)] = []
    slowdowns: Few[Text] = []
    #: Where the code came from that the ends ran, of all that the channel is made of.
    modules: FewNamed[ModuleRow] = {}


class ExplanationRecord(
    msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="kind", tag=KIND
):
    """What is recorded of one `explain`."""

    schema: int
    machine: Text
    host: Facts
    explained: Few[TracesRow]
    #: What probes wrote to their standard streams, by interpreter: the beginning of it.
    output: FewNamed[Text] = {}


class ExplanationDocument(msgspec.Struct, frozen=True):
    """What we read of stored explanations."""

    datetime: str
    ipcbench: ExplanationRecord


def pack(stamps: array[int]) -> str:
    """Return 64-bit integers as text: little-endian, zlib, base64."""
    return b64encode(zlib.compress(stamps.tobytes(), 1)).decode("ascii")


def unpack(text: str) -> array[int]:
    """Return packed integers; raise ValueError for a text that holds none."""
    try:
        # Documents are untrusted: a few KB may be the beginning of terabytes.
        content = zlib.decompressobj().decompress(b64decode(text, validate=True), 8 * MOST_STAMPS + 1)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if len(content) > 8 * MOST_STAMPS or len(content) % 8:
        raise ValueError(f"{len(content)} bytes or more are no stamps")
    return array("q", content)


class ExplanationHead(Head, tag=KIND, frozen=True, kw_only=True):
    """The machine in a line."""

    machine: str


class TracedCase(Entry, tag="case", frozen=True, kw_only=True):
    """A case that will be launched."""

    case: TracesRow


class TracedLaunch(Entry, tag="launch", frozen=True, kw_only=True):
    """A launch of the case that was named last, and what slowed any of it."""

    launch: TraceLaunch
    slowdowns: list[str]
    modules: dict[str, ModuleRow] = msgspec.field(default_factory=dict)


def build_explanation(plain: list[dict[str, Any]]) -> Document:
    """Return the document of an explanation's journal: of those cases that were launched."""
    head, *entries = msgspec.convert(plain, list[ExplanationHead | TracedCase | TracedLaunch | Output])
    assert isinstance(head, ExplanationHead)
    rows: list[TracesRow] = []
    for entry in entries:
        if isinstance(entry, TracedCase):
            rows.append(entry.case)
        elif isinstance(entry, TracedLaunch):
            rows[-1] = msgspec.structs.replace(
                rows[-1],
                launches=[*rows[-1].launches, entry.launch],
                slowdowns=list(dict.fromkeys([*rows[-1].slowdowns, *entry.slowdowns])),
                modules={**rows[-1].modules, **entry.modules},
            )
    record = ExplanationRecord(
        schema=SCHEMA,
        machine=head.machine,
        host=head.host,
        explained=[row for row in rows if row.launches],
        output=output_of(entries),
    )
    return head.document(record, [])


def read_explanation(path: Path) -> ExplanationDocument:
    """Return stored explanations; raise DocumentError, naming file and reason, for anything that is none."""
    document = decode_document(path, KIND, ExplanationDocument)
    if not all(row.launches for row in document.ipcbench.explained):
        raise DocumentError(f"{path}: an explanation without a launch")
    return document
