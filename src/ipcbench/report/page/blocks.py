"""What a page is made of: blocks with a heading, each of lines, tables and charts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ipcbench.report.charts.canvas import title_of
from ipcbench.report.interactive.explorer import Explorer
from ipcbench.report.tables.layout import Part

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True)
class Drawing:
    """A chart, and how it is read."""

    figure: Figure
    reads: str

    @property
    def title(self) -> str:
        """What it shows, for those who do not see it."""
        return title_of(self.figure)


@dataclass(frozen=True)
class Block:
    """A part of a page."""

    heading: str
    parts: Sequence[Part] = ()
    drawings: Sequence[Drawing] = ()
    #: Folded until it is asked for: details.
    folded: Sequence[Block] = field(default=())
    #: Charts that are hovered and chosen from.
    explorer: Explorer | None = None

    def __bool__(self) -> bool:
        """Whether there is anything in it."""
        return bool(self.parts or self.drawings or self.folded or self.explorer)
