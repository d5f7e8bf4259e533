"""Stored runs as series: each cell's figure from run to run, and after which run it changed.

A series is of one machine, cell and minor version of Python. It is broken where a setting of the machine or
Python's version changed: what lies on either side is not compared. Where a reference loop was measured beside
a cell and moved with it so far, its movement is taken out (a control variate).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby, pairwise

import msgspec
import numpy as np

from ipcbench.analysis.environment import FactDifference, kind, machine, minor
from ipcbench.analysis.run_comparison import Cell, cell_name, cells
from ipcbench.plan.coordinates import at
from ipcbench.record.run import RunDocument
from ipcbench.record.schema import CaseRow
from ipcbench.statistics.changes import Change, find_changes
from ipcbench.statistics.median import median

#: What a cell's figure depends on besides what its run does.
OF_CELLS = ("Python", "slowed by")
NOTHING = "nothing"
#: A reference loop is heeded where successive differences of both correlate more than so, over so many runs.
CORRELATION, FEWEST_FOR_LOOP = 0.5, 8


@dataclass(frozen=True, slots=True)
class StoredRun:
    """What a series has to know of a stored run; the document itself would fill the memory."""

    name: str
    datetime: str
    commit: str
    machine: str
    #: What makes runs comparable: facts and values.
    facts: tuple[str, ...]
    settings: tuple[str, ...]

    @classmethod
    def of(cls, name: str, document: RunDocument) -> StoredRun:
        """Return what a series keeps of a document."""
        commit = str(document.commit_info.get("id", "unknown"))[:9]
        facts = kind(document)
        return cls(name, document.datetime, commit, machine(document), tuple(facts), tuple(facts.values()))

    def __str__(self) -> str:
        return f"{self.name.split('_')[0]} ({self.datetime[:16]}, {self.commit})"


@dataclass(frozen=True)
class Point:
    """One run's figure of a cell: the log of seconds a message, its standard error, and the loop's log."""

    run: StoredRun
    log: float
    error: float
    loop: float | None


@dataclass(frozen=True)
class Stretch:
    """Points without a break, and the values that the runs' facts and `OF_CELLS` have in all of them."""

    points: Sequence[Point]
    environment: tuple[str, ...] = ()

    @property
    def slowed_by(self) -> str | None:
        """What slowed every message of all its runs; None where nothing did."""
        return self.environment[-1] if self.environment and self.environment[-1] != NOTHING else None

    @cached_property
    def logs(self) -> np.ndarray:
        """The log figures, without what they share with the loop's movement."""
        logs = np.array([point.log for point in self.points])
        loops = [point.loop for point in self.points if point.loop is not None]
        if len(loops) < max(FEWEST_FOR_LOOP, len(logs)):
            return logs
        steps, loop_steps = np.diff(logs), np.diff(loops)
        spread = float(np.std(steps) * np.std(loop_steps))
        together = float(np.mean(steps * loop_steps) - steps.mean() * loop_steps.mean())
        if not spread or together / spread < CORRELATION:
            return logs
        share = together / float(np.var(loop_steps))
        adjusted: np.ndarray = logs - share * (np.array(loops) - median(loops))
        return adjusted

    @property
    def heeds_loop(self) -> bool:
        """Whether its figures are divided by their loops'."""
        return not np.array_equal(self.logs, [point.log for point in self.points])

    @cached_property
    def changes(self) -> list[Change]:
        """The changes that were found in it, oldest first."""
        return find_changes(self.logs.tolist(), [point.error for point in self.points])

    def measured(self, change: Change) -> float:
        """Return the log ratio of the levels before and after a change, as measured."""
        if not self.heeds_loop:
            return change.size
        return self._step(change, [point.log for point in self.points])

    def loop_moved(self, change: Change) -> float:
        """Return the log ratio of the loop's levels before and after a change; 0 where none is heeded."""
        if not self.heeds_loop:
            return 0.0
        return self._step(change, [point.loop or 0.0 for point in self.points])

    def is_decided(self, change: Change) -> bool:
        """Whether what a message took changed as well, in the direction that the adjusted figures say."""
        return not self.heeds_loop or change.size * self.measured(change) > 0

    def _step(self, change: Change, logs: Sequence[float]) -> float:
        places = [each.index for each in self.changes]
        at = places.index(change.index)
        begin = places[at - 1] if at else 0
        end = places[at + 1] if at + 1 < len(places) else len(logs)
        return median(logs[change.index : end]) - median(logs[begin : change.index])


@dataclass(frozen=True)
class Break:
    """Two runs between which the environment changed, and what of it."""

    before: StoredRun
    after: StoredRun
    differences: Sequence[FactDifference]

    @classmethod
    def between(cls, before: Stretch, after: Stretch) -> Break:
        """Return the break between two stretches, one of which follows the other."""
        first = after.points[0].run
        facts = zip((*first.facts, *OF_CELLS), before.environment, after.environment, strict=True)
        apart = [FactDifference(fact, old, new) for fact, old, new in facts if old != new]
        return cls(before.points[-1].run, first, apart)


@dataclass(frozen=True)
class Series:
    """A cell's stretches, oldest first; between two of them the environment changed."""

    machine: str
    key: CaseRow
    stretches: Sequence[Stretch]

    @property
    def name(self) -> str:
        """Its cell, and the minor version of its Python."""
        return f"{cell_name(self.key)} {self.key.python}"

    @property
    def breaks(self) -> list[Break]:
        """Where the environment changed, oldest first."""
        return [Break.between(*each) for each in pairwise(self.stretches)]

    @property
    def points(self) -> list[Point]:
        """All of its points, breaks or not."""
        return [point for stretch in self.stretches for point in stretch.points]


@dataclass(frozen=True)
class RunHistory:
    """All runs, oldest first, and their series."""

    runs: Sequence[StoredRun]
    series: Sequence[Series]


def select(series: Sequence[Series], asked: Mapping[str, object]) -> list[Series]:
    """Return the series at these coordinates, as a user writes them; None is any."""
    is_wanted = at(asked)
    return [each for each in series if is_wanted(each.key)]


def read_history(documents: Iterable[tuple[str, RunDocument]]) -> RunHistory:
    """Return the history of these runs by name, which come oldest first; each may be forgotten after it."""
    runs: list[StoredRun] = []
    found: dict[tuple[str, CaseRow], list[tuple[tuple[str, ...], Point]]] = {}
    for name, document in documents:
        run = StoredRun.of(name, document)
        runs.append(run)
        for key, cell in cells(document).items():
            if not cell.case.is_comparable:
                # Its time says nothing without what it lost, or is of the launches before one failed.
                continue
            series = found.setdefault(
                (run.machine, msgspec.structs.replace(key, python=minor(key.python))), []
            )
            slowed = ", ".join(sorted(cell.case.slowdowns)) or NOTHING
            environment = (*run.settings, key.python, slowed)
            # One tuple for all that share it: there may be a million points.
            same = series and series[-1][0] == environment
            series.append((series[-1][0] if same else environment, _point(run, cell)))
    return RunHistory(
        runs, [Series(where, key, _stretches(points)) for (where, key), points in found.items()]
    )


def _point(run: StoredRun, cell: Cell) -> Point:
    loop = cell.group.loop(cell.case)
    seconds = loop.seconds if loop else None
    assert cell.case.seconds is not None
    return Point(
        run,
        math.log(cell.case.seconds.value),
        cell.own_error(normalised=False),
        math.log(seconds.value) if seconds else None,
    )


def _stretches(points: Sequence[tuple[tuple[str, ...], Point]]) -> list[Stretch]:
    return [
        Stretch([point for _, point in stretch], environment)
        for environment, stretch in groupby(points, key=lambda each: each[0])
    ]
