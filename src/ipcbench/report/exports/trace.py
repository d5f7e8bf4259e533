"""Trace Event JSON of explained messages: a process a case, a track a thread, a slice a stage.

Perfetto and speedscope open it. Of each case it has the launch whose median message is the median one.
Pauses between its trials, in which other channels are measured, are left out: seconds of nothing would hide
microseconds of something.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ipcbench.analysis.explanation import explanations_of, median_whole_s
from ipcbench.analysis.timeline import Batch, thread_of
from ipcbench.errors import UsageError
from ipcbench.plan.coordinates import whole_name
from ipcbench.record.explanation import ExplanationDocument
from ipcbench.report.metrics import is_named
from ipcbench.statistics.median import median
from ipcbench.visible import visible
from ipcbench.words import CALLED, FEEDER, MOMENTS, RECEIVED, RECEIVER, SENDER, WALL

_TRACKS = (SENDER, FEEDER, RECEIVER)
#: What a thread does until it stamps a thread's first moment of a message is none of a message's.
_OUTSIDE = "between messages"
#: A pause between trials is so long at least, and so many times what usually lies between two sends.
_PAUSE_NS, _PAUSE_SENDS = 20_000_000, 5
#: What is left of one.
_LEFT_NS = 1000


class Stamp(NamedTuple):
    """A moment of a message."""

    at_ns: int
    #: Its place among the moments, where the clock did not move between two.
    place: int
    moment: str


def write(records: Mapping[Path, ExplanationDocument], part: str = "") -> str:
    """Return the events; times are µs since the first send was called."""
    ((path, document),) = records.items()
    cases = [whole_name(row.case) for row in document.ipcbench.explained]
    events: list[dict[str, Any]] = []
    for process, (case, explanation) in enumerate(zip(cases, explanations_of(document), strict=True), 1):
        if is_named(part, case):
            events += _events(process, case, _typical(explanation.traces.stamped))
    if not events:
        raise UsageError(f"{path}: no case has {part!r} in its name; accepted: a part of {cases[:1]}")
    return json.dumps({"traceEvents": events, "displayTimeUnit": "ns"})


def _typical(batches: Sequence[Batch]) -> Batch:
    """Return the launch in the middle."""
    return sorted(batches, key=median_whole_s)[len(batches) // 2]


def _events(process: int, case: str, batch: Batch) -> Iterator[dict[str, Any]]:
    yield _named("process_name", process, 0, visible(case))
    origins = _origins(batch)
    by_thread: dict[str, list[Stamp]] = {}
    for place, moment in enumerate(moment for moments in MOMENTS.values() for moment in moments):
        if moment in batch:
            stamps = by_thread.setdefault(thread_of(batch, moment), [])
            stamps += [
                Stamp(int(at) - origins[number], place, moment)
                for number, at in enumerate(batch[moment][WALL])
                if at
            ]
    for track, thread in enumerate(_TRACKS):
        if thread in by_thread:
            yield _named("thread_name", process, track, thread)
            for before, after in pairwise(sorted(by_thread[thread])):
                yield from _slice(before, after, process, track)
    yield from _arrows(batch, process, origins)


def _origins(batch: Batch) -> list[int]:
    """Return by message what to take from its times, so that the first is sent at 0 and no pause is long.

    A pause lies between the last moment of all messages before it and the first of all after it: a receiver
    that waits has stamped the message that it waits for before that is sent. Nothing of a message is cut.
    """
    stamps = np.asarray([clocks[WALL] for clocks in batch.values()], dtype=np.int64)
    sent_ns = np.asarray(batch[CALLED][WALL], dtype=np.int64)
    # What a message lacks is 0.
    first_ns = np.where(stamps > 0, stamps, np.iinfo(np.int64).max).min(axis=0)
    begins = np.minimum.accumulate(first_ns[::-1])[::-1][1:]
    ends = np.maximum.accumulate(stamps.max(axis=0))[:-1]
    usual = int(median(np.diff(sent_ns))) if len(sent_ns) > 1 else 0
    idle = begins - ends
    pauses = np.where(idle > max(_PAUSE_NS, _PAUSE_SENDS * usual), idle - _LEFT_NS, 0)
    found: list[int] = (sent_ns[0] + np.concatenate(([0], np.cumsum(pauses)))).tolist()
    return found


def _slice(before: Stamp, after: Stamp, process: int, track: int) -> Iterator[dict[str, Any]]:
    """Yield begin and end of what a thread did between two of its stamps, called as what it came to.

    No "complete" event with a duration: rounded, its end would come after the next one's beginning, and
    speedscope would stack the next one on it. No message's number: slices that differ in anything are not
    added up there; arrows have it.
    """
    for kind, at_ns in (("B", before.at_ns), ("E", after.at_ns)):
        yield {
            "ph": kind,
            "name": _OUTSIDE if after.moment == CALLED else after.moment,
            "cat": "stage",
            "pid": process,
            "tid": track,
            "ts": at_ns / 1e3,
        }


def _arrows(batch: Batch, process: int, origins: Sequence[int]) -> Iterator[dict[str, Any]]:
    """Yield the way of each message, from the call of send to the return of receive."""
    for kind, moment, track in (("s", CALLED, SENDER), ("f", RECEIVED, RECEIVER)):
        for number, at in enumerate(batch[moment][WALL]):
            yield {
                "ph": kind,
                "bp": "e",
                "id": f"{process}-{number}",
                "name": "message",
                "cat": "message",
                "pid": process,
                "tid": _TRACKS.index(track),
                "ts": (int(at) - origins[number]) / 1e3,
            }


def _named(what: str, process: int, track: int, name: str) -> dict[str, Any]:
    return {"ph": "M", "name": what, "pid": process, "tid": track, "args": {"name": name}}
