"""What every journal begins with, and every document has: where and when it was measured."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from ipcbench.record.schema import SCHEMA
from ipcbench.record.values import Duration, Name, Text

#: A document as plain values.
Document = dict[str, Any]


class Head(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """The first entry of a journal; each kind of record adds what it was asked for."""

    #: Facts of the machine and its kernel.
    host: dict[str, Any]
    #: As in files of pytest-benchmark: machine, commit, time, and its version.
    machine_info: dict[str, Any]
    commit_info: dict[str, Any]
    datetime: Name
    version: Name
    schema: int = SCHEMA

    def document(self, record: msgspec.Struct, benchmarks: list[Document]) -> Document:
        """Return the document of a record as plain values: a file of pytest-benchmark."""
        return {
            "machine_info": self.machine_info,
            "commit_info": self.commit_info,
            "benchmarks": benchmarks,
            "datetime": self.datetime,
            "version": self.version,
            "ipcbench": as_plain(record),
        }


class Entry(msgspec.Struct, frozen=True, kw_only=True, tag_field="kind"):
    """A further entry of a journal."""


class FailureEntry(Entry, tag="failure", frozen=True, kw_only=True):
    """Why a case is measured no longer."""

    name: Text
    why: Text


class Output(Entry, tag="output", frozen=True, kw_only=True):
    """What the probes of an interpreter wrote to their standard streams."""

    of: Name
    text: Text


class End(Entry, tag="end", frozen=True, kw_only=True):
    """The last entry of what was not cut off."""

    #: One of `words`.
    stopped_by: Name
    elapsed_s: Duration
    #: The same for each group of a run by its name.
    stopped: dict[Text, Name] = {}


def output_of(entries: Sequence[object]) -> dict[str, str]:
    """Return what probes wrote, by interpreter."""
    return {entry.of: entry.text for entry in entries if isinstance(entry, Output)}


def failures_of(entries: Sequence[object]) -> dict[str, str]:
    """Return why cases failed, by their names."""
    return {entry.name: entry.why for entry in entries if isinstance(entry, FailureEntry)}


def end_of(entries: Sequence[object]) -> End | None:
    """Return how it ended; None where it was cut off."""
    return next((entry for entry in entries if isinstance(entry, End)), None)


def as_plain(record: msgspec.Struct) -> Any:
    """Return a record as it is read again: tuples are lists."""
    return msgspec.json.decode(msgspec.json.encode(record))
