"""The charts of a stored run: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.record.run import RunDocument
from ipcbench.report.charts import (
    backlog,
    costs,
    distribution,
    durations,
    handoff,
    latency,
    placements,
    ratio,
    throughput,
)
from ipcbench.report.charts.canvas import Conditions, save
from ipcbench.report.charts.families import Family, slugs

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in one of three scopes: it has nothing to show of what it returns None for."""

    #: Of groups that differ in size and parameter only.
    of_family: Callable[[Family, Conditions], Figure | None] | None = None
    #: Of families that differ in placement only.
    over_placements: Callable[[Sequence[Family], Conditions], Figure | None] | None = None
    #: Of all families of a run that ask for it.
    of_run: Callable[[Sequence[Family], Conditions], Figure | None] | None = None


#: Which of them are drawn of a case, its workload says.
CHARTS = {
    "throughput": Chart(throughput.draw),
    "ratio": Chart(ratio.draw),
    "latency": Chart(latency.draw),
    "distribution": Chart(distribution.draw),
    "costs": Chart(costs.draw),
    "backlog": Chart(backlog.draw),
    "durations": Chart(durations.draw),
    "placements": Chart(over_placements=placements.draw),
    "handoff": Chart(of_run=handoff.draw),
}


def draw_charts(document: RunDocument, folder: Path, stem: str) -> list[Path]:
    """Draw every chart that the run has data for as SVG and PNG; return the files, in order.

    They are named `stem-chart-workload`, with those coordinates of which the run has several values. Raises
    OSError where the folder cannot be written.
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
        for name, chart in CHARTS.items():
            if chart.of_family and name in _asked(family):
                yield f"{name}-{slug}", chart.of_family(family, Conditions.of(document, family))
    for name, chart in CHARTS.items():
        asking = [family for family in families if name in _asked(family)]
        if chart.over_placements:
            sets = placements.over_placements(asking)
            firsts = slugs([first for first, *_ in sets], placements.OTHER_AXES)
            for placed, slug in zip(sets, firsts, strict=True):
                yield f"{name}-{slug}", chart.over_placements(placed, Conditions.of(document, *placed))
        if chart.of_run and asking:
            yield name, chart.of_run(asking, Conditions.of(document, *asking))


def _asked(family: Family) -> Sequence[str]:
    return family[0].reference.workload.charts
