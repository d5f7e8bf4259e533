"""Where the time of single messages goes: stages from stamps, each with its share of CPU and of waiting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ipcbench.statistics.estimates import Estimate, median_of_launches
from ipcbench.statistics.median import median
from ipcbench.words import (
    AWAKE,
    CALLED,
    CPU,
    DELAY,
    FEEDER,
    MOMENTS,
    PATH,
    PICKLED,
    RECEIVED,
    RETURNED,
    SENDER,
    TAKEN,
    WALL,
    WRITE_LOCKED,
    WRITTEN,
)

#: Nanoseconds by moment, clock and message; 0 where a message lacks the moment.
Batch = Mapping[str, Mapping[str, Sequence[int]]]

#: Each moment's thread.
_THREADS = {moment: thread for thread, moments in MOMENTS.items() for moment in moments}
#: Stages that overlap the way: name -> thread, where they begin (the first that there is), where they end.
ASIDE = {
    "send call": (SENDER, (CALLED,), RETURNED),
    "write call": (FEEDER, (WRITE_LOCKED, PICKLED), WRITTEN),
}
#: What a message waits for whose feeder had no need to wake.
QUEUED = "taken by a feeder at work"
_WAY = [name for moment in PATH for name in ((moment, QUEUED) if moment == TAKEN else (moment,))]


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of a message's way, in seconds; quantiles of messages, then medians of launches."""

    name: str
    thread: str
    p50: Estimate
    p90: Estimate
    mean: Estimate
    #: When the stage begins after the send was called, for the median message.
    begins_s: float
    #: Share of messages that have this stage.
    share: float
    #: Whether it is part of the way, whose stages add up to the whole time; others overlap them.
    on_path: bool
    #: Shares of its time in detailed batches, whose stamps cost more: at work, waiting for a core; the rest
    #: is waiting for something else (the GIL, a lock, a message, a full pipe). None where not known.
    cpu_share: float | None = None
    delay_share: float | None = None

    @property
    def waiting_share(self) -> float | None:
        """What is neither work nor waiting for a core."""
        if self.cpu_share is None or self.delay_share is None:
            return None
        return max(0.0, 1 - self.cpu_share - self.delay_share)


def stages(batches: Sequence[Batch], detailed: Sequence[Batch] = ()) -> list[Stage]:
    """Return the stages in the order of the way, then those aside; one batch a launch."""
    parts = [_pieces(batch) for batch in batches]
    spent = [_spent(batch) for batch in detailed]
    messages = sum(len(whole_s(batch)) for batch in batches)
    return [
        _stage(name, [part[name] for part in parts if name in part], spent, messages)
        for name in (*_WAY, *ASIDE)
        if any(name in part for part in parts)
    ]


def stamps_a_message(batch: Batch) -> float:
    """Return how many stamps lie on the way of a message, on average."""
    return float(sum(np.mean(_wall(batch, moment) > 0) for moment in PATH if moment in batch))


def typical_s(batch: Batch) -> dict[str, float]:
    """Return the median seconds of each stage of the way that most messages have."""
    return {
        name: median(piece.takes_ns) / 1e9
        for name, piece in _pieces(batch).items()
        if piece.on_path and 2 * len(piece.takes_ns) > len(whole_s(batch))
    }


@dataclass(frozen=True, slots=True)
class Piece:
    """A stage in one batch: arrays of nanoseconds, one value for each message that has it."""

    thread: str
    on_path: bool
    begins_ns: np.ndarray
    takes_ns: np.ndarray


def whole_s(batch: Batch) -> np.ndarray:
    """Return each message's time from the call of send to the return of receive, in seconds."""
    whole: np.ndarray = (_wall(batch, RECEIVED) - _wall(batch, CALLED)) / 1e9
    return whole


def unaccounted_s(batch: Batch) -> float:
    """Return the most that any message's stages miss of its whole time: bookkeeping, so 0."""
    total = np.zeros(len(whole_s(batch)), dtype=np.int64)
    for begins, ends, _ in _neighbours(batch):
        has = ends > 0
        total[has] += (ends - begins)[has]
    return float(np.abs(total / 1e9 - whole_s(batch)).max())


def _wall(batch: Batch, moment: str) -> np.ndarray:
    return np.asarray(batch[moment][WALL], dtype=np.int64)


def _neighbours(batch: Batch) -> list[tuple[np.ndarray, np.ndarray, str]]:
    """Return, for each moment of the way but the first, when its stage began and ended, by message."""
    latest = _wall(batch, CALLED).copy()
    found = []
    for moment in PATH[1:]:
        if moment in batch:
            ends = _wall(batch, moment)
            found.append((latest.copy(), ends, moment))
            latest[ends > 0] = ends[ends > 0]
    return found


def _pieces(batch: Batch) -> dict[str, Piece]:
    called = _wall(batch, CALLED)
    found = {}
    for begins, ends, moment in _neighbours(batch):
        thread, usual = thread_of(batch, moment), np.ones(len(ends), bool)
        if moment == TAKEN:
            usual = _wall(batch, AWAKE) > 0 if AWAKE in batch else ~usual
        for name, has in ((moment, (ends > 0) & usual), (QUEUED, (ends > 0) & ~usual)):
            if has.any():
                taken_ns = (ends - begins)[has]
                found[name] = Piece(thread, True, (begins - called)[has], taken_ns)
    for name, (thread, starts, end) in ASIDE.items():
        start = next((moment for moment in starts if moment in batch), None)
        if start and end in batch:
            begins, ends = _wall(batch, start), _wall(batch, end)
            found[name] = Piece(_thread(batch, thread), False, begins - called, ends - begins)
    return found


def thread_of(batch: Batch, moment: str) -> str:
    """Return the thread that a moment is in: without a feeder, its part is the sender's."""
    return _thread(batch, _THREADS[moment])


def _thread(batch: Batch, thread: str) -> str:
    return SENDER if thread == FEEDER and TAKEN not in batch else thread


def _stage(
    name: str, pieces: Sequence[Piece], spent: Sequence[dict[str, tuple[float, float]]], messages: int
) -> Stage:
    times = [piece.takes_ns / 1e9 for piece in pieces]
    known = [each[name] for each in spent if name in each]
    return Stage(
        name=name,
        thread=pieces[0].thread,
        p50=median_of_launches([float(np.quantile(each, 0.5)) for each in times]),
        p90=median_of_launches([float(np.quantile(each, 0.9)) for each in times]),
        mean=median_of_launches([float(each.mean()) for each in times]),
        begins_s=median([median(piece.begins_ns) for piece in pieces]) / 1e9,
        share=sum(len(piece.takes_ns) for piece in pieces) / messages,
        on_path=pieces[0].on_path,
        cpu_share=median([cpu for cpu, _ in known]) if known else None,
        delay_share=median([delay for _, delay in known]) if known else None,
    )


def _spent(batch: Batch) -> dict[str, tuple[float, float]]:
    """Return the shares of CPU time and run-queue delay in the stages that end in each moment.

    Between two stamps of one thread it has used what its clocks differ by. Of a stage that another thread
    began, that is what this thread did since its own last stamp, at most as much as the stage took.
    """
    threads: dict[str, list[str]] = {}
    for moment, clocks in batch.items():
        if CPU in clocks:
            threads.setdefault(thread_of(batch, moment), []).append(moment)
    found: dict[str, tuple[float, float]] = {}
    for moments in threads.values():
        cpu, delay = _grown(batch, moments, CPU), _grown(batch, moments, DELAY)
        for begins, ends, moment in _neighbours(batch):
            if moment in moments:
                has, row = ends > 0, moments.index(moment)
                takes = (ends - begins)[has]
                at_work = np.clip(cpu[row][has], 0, takes)
                delayed = np.clip(delay[row][has], 0, takes - at_work)
                whole = max(1.0, float(takes.sum()))
                found[moment] = float(at_work.sum()) / whole, float(delayed.sum()) / whole
    return found


def _grown(batch: Batch, moments: Sequence[str], clock: str) -> np.ndarray:
    """Return how much a thread's clock grew since its stamp before each: moments × messages."""
    wall, values = (np.array([batch[moment][name] for moment in moments]) for name in (WALL, clock))
    order = np.argsort(wall, axis=None, kind="stable")
    order = order[wall.ravel()[order] > 0]
    grown = np.zeros(wall.size)
    grown[order[1:]] = np.diff(values.ravel()[order])
    return grown.reshape(wall.shape)
