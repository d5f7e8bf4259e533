"""What can be looked at of each kind of record: one file a kind, one line here."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ipcbench.errors import UsageError
from ipcbench.record.comparison import KIND as COMPARISON
from ipcbench.record.comparison import SELF_TEST
from ipcbench.record.counts import KIND as COUNTS
from ipcbench.record.explanation import KIND as EXPLANATION
from ipcbench.record.kinds import read_record
from ipcbench.record.reading import RUN
from ipcbench.record.run import RunDocument
from ipcbench.record.tuning import KIND as TUNING
from ipcbench.report.kinds import comparison, counts, explanation, run, self_test, tuning
from ipcbench.report.kinds.contract import Shown

KINDS: dict[str, Shown] = {
    RUN: run.SHOWN,
    COMPARISON: comparison.SHOWN,
    SELF_TEST: self_test.SHOWN,
    COUNTS: counts.SHOWN,
    EXPLANATION: explanation.SHOWN,
    TUNING: tuning.SHOWN,
}
#: All kinds, for who takes the latest of any.
ALL: Sequence[str] = tuple(KINDS)
#: Those that have charts.
DRAWN: Sequence[str] = tuple(kind for kind, shown in KINDS.items() if shown.draw)


def show(path: Path, style: str) -> str:
    """Return a record's text in a format; raise UsageError for one that its kind has not."""
    kind, document = read_record(path)
    formats = KINDS[kind].formats
    if style not in formats:
        raise UsageError(f"format {style!r} is none of {path.name}'s; accepted: {', '.join(formats)}")
    return formats[style](document)


def draw(path: Path, folder: Path, stem: str, only: str = "") -> list[Path]:
    """Draw a record's charts, or those whose names begin so; return their files.

    Raises UsageError where its kind has none, or none of this name.
    """
    kind, document = read_record(path)
    drawn = KINDS[kind].draw
    if drawn is None:
        raise UsageError(f"{path.name}: it has no chart; accepted: ipcbench show")
    if isinstance(document, RunDocument):
        return drawn(document, folder, stem, only)
    if only:
        raise UsageError(f"{path.name}: it is no run, and has no chart named {only!r}; accepted: no name")
    return drawn(document, folder, stem)


def describe(path: Path) -> tuple[str, ...]:
    """Return what a list says of a record."""
    kind, document = read_record(path)
    return KINDS[kind].describe(document)
