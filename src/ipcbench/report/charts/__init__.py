"""The charts of a stored run: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.record.schema import RunDocument
from ipcbench.report.charts import (
    costs,
    distribution,
    durations,
    handoff,
    holds,
    latency,
    placements,
    ratio,
    throughput,
)
from ipcbench.report.charts.canvas import Conditions, save
from ipcbench.report.charts.families import Family, slugs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[[Family, Conditions], "Figure | None"]

#: Charts over message sizes. A chart that has nothing to show of a family returns None.
CHARTS: dict[str, Draw] = {
    "throughput": throughput.draw,
    "ratio": ratio.draw,
    "latency": latency.draw,
    "distribution": distribution.draw,
    "costs": costs.draw,
}
#: Workloads that these describe; those that have their own charts; all others have one of durations.
OVER_SIZES = ("stream", "ping-pong")
OWN_CHARTS: dict[str, dict[str, Draw]] = {"handoff": {}, "backlog": {"holds": holds.draw}}
OTHERS: dict[str, Draw] = {"durations": durations.draw}


def draw_charts(document: RunDocument, folder: Path, stem: str) -> list[Path]:
    """Draw every chart that the run has data for as SVG and PNG; return the files, in order.

    They are named `stem-chart-workload`, with start method, placement, Python and payload kind where the run
    has several. Raises OSError where the folder cannot be written.
    """
    drawn: list[Path] = []
    for name, figure in _figures(document):
        if figure is not None:
            drawn += save(figure, folder / f"{stem}-{name}")
    return drawn


def draw_named(document: RunDocument, name: str) -> Iterator[tuple[str, Figure]]:
    """Draw the charts whose names begin so, with their whole names."""
    for whole, figure in _figures(document):
        if figure is not None and whole.startswith(name):
            yield whole, figure


def _figures(document: RunDocument) -> Iterator[tuple[str, Figure | None]]:
    """Draw one chart after the other, so that no two are in memory, with their names."""
    families = list(by_size(read_groups(document)).values())
    for family, slug in zip(families, slugs(families), strict=True):
        workload = family[0].reference.workload
        drawn = CHARTS if workload in OVER_SIZES else OWN_CHARTS.get(workload, OTHERS)
        for name, draw in drawn.items():
            yield f"{name}-{slug}", draw(family, Conditions.of(document, family))
    sets = placements.over_placements(families)
    for placed, slug in zip(sets, slugs([first for first, *_ in sets], placements.OTHER_AXES), strict=True):
        yield f"placements-{slug}", placements.draw(placed, Conditions.of(document, *placed))
    handoffs = [family for family in families if family[0].reference.workload == "handoff"]
    if handoffs:
        yield "handoff", handoff.draw(handoffs, Conditions.of(document, *handoffs))
