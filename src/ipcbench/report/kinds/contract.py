"""What can be looked at of a kind of record."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from ipcbench.report.page.blocks import Block


class MakeBlocks(Protocol):
    """Makes the blocks of a record's page: with charts that are chosen from, or with pictures."""

    def __call__(self, document: Any, /, *, interactive: bool) -> list[Block]: ...


@dataclass(frozen=True, slots=True)
class Shown:
    """How a record of one kind is shown, drawn and listed; each takes the record's document."""

    #: By format, the record's text.
    formats: dict[str, Callable[[Any], str]]
    #: What it has, of what, and how long and when it was measured.
    describe: Callable[[Any], tuple[str, ...]]
    #: What it is on a page.
    blocks: MakeBlocks
    #: Draws its charts into a folder, their names beginning with a stem, and returns the files; of a run it
    #: can draw only the charts whose own names begin so. None: it has no charts.
    draw: Callable[..., list[Path]] | None = None


def with_output(text: str, document: Any) -> str:
    """Return a text, and below it what was written by what was measured."""
    from ipcbench.report.cautions import wrote

    return "\n".join([text.rstrip("\n"), *wrote(document.ipcbench.output)])


def line(what: str, of: str, seconds: float, date: str) -> tuple[str, ...]:
    """Return a record's line in a list."""
    return (what, of, f"{seconds:.0f} s", date[:16])
