"""The charts of a stored run: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ipcbench.analysis.groups import by_size, read_groups
from ipcbench.errors import UsageError
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
from ipcbench.report.charts.canvas import Conditions, notes, save
from ipcbench.report.charts.families import Family, slugs
from ipcbench.report.charts.footnotes import failed, left_out, losses

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart in one of three scopes: it has nothing to show of what it returns None for."""

    #: How it is read, in a sentence.
    reads: str
    #: Of groups that differ in size and parameter only.
    of_family: Callable[[Family, Conditions], Figure | None] | None = None
    #: Of families that differ in placement only.
    over_placements: Callable[[Sequence[Family], Conditions], Figure | None] | None = None
    #: Of all families of a run that ask for it.
    of_run: Callable[[Sequence[Family], Conditions], Figure | None] | None = None


#: Which of them are drawn of a case, its workload says.
CHARTS = {
    "throughput": Chart(throughput.READS, of_family=throughput.draw),
    "ratio": Chart(ratio.READS, of_family=ratio.draw),
    "latency": Chart(latency.READS, of_family=latency.draw),
    "distribution": Chart(distribution.READS, of_family=distribution.draw),
    "costs": Chart(costs.READS, of_family=costs.draw),
    "backlog": Chart(backlog.READS, of_family=backlog.draw),
    "durations": Chart(durations.READS, of_family=durations.draw),
    "durations-of-each": Chart(durations.READS_OF_EACH, of_family=durations.draw_of_each),
    "placements": Chart(placements.READS, over_placements=placements.draw),
    "handoff": Chart(handoff.READS, of_run=handoff.draw),
}


#: Drawn at once; each takes some tenths of a second.
MOST_CHARTS = 30
#: Lines of one chart.
MOST_LINES = 120


def draw_charts(document: RunDocument, folder: Path, stem: str, only: str = "") -> list[Path]:
    """Draw a run's charts, or those whose names begin so, as SVG and PNG; return the files.

    They are named `stem-chart-workload`, with those coordinates of which the run has several values. Raises
    OSError where the folder cannot be written, UsageError where there are too many, or none of this name.
    """
    planned = [(name, draw) for name, draw, _ in _planned(document) if name.startswith(only)]
    if only and not planned:
        known = ", ".join([name for name, *_ in _planned(document)][:MOST_CHARTS])
        raise UsageError(f"no chart is named {only!r}; accepted: the beginning of one of {known}")
    if len(planned) > MOST_CHARTS:
        raise UsageError(
            f"{len(planned):,} charts; accepted: up to {MOST_CHARTS} at once, with --only the beginning of "
            f"their names, as {planned[0][0]}"
        )
    drawn: list[Path] = []
    for name, draw in planned:
        # One after the other, so that no two are in memory.
        if (figure := draw()) is not None:
            drawn += save(figure, folder / f"{stem}-{name}")
    return drawn


def draw_named(document: RunDocument, name: str) -> Iterator[tuple[str, Figure]]:
    """Draw the charts whose names begin so, with their whole names."""
    for whole, draw, _ in _planned(document):
        if whole.startswith(name) and (figure := draw()) is not None:
            yield whole, figure


def described(document: RunDocument) -> Iterator[tuple[Figure, str]]:
    """Draw a run's charts, up to so many, each with how it is read."""
    for _, draw, chart in islice(_planned(document), MOST_CHARTS):
        if (figure := draw()) is not None:
            yield figure, chart.reads


def _planned(document: RunDocument) -> Iterator[tuple[str, Callable[[], Figure | None], Chart]]:
    """Yield each chart's name, what draws it or finds that there is nothing to show, and which it is."""
    groups = read_groups(document)
    if (most := max((len(group.cases) for group in groups), default=0)) > MOST_LINES:
        raise UsageError(f"{most:,} cases side by side; accepted: up to {MOST_LINES} in a chart")
    families = list(by_size(groups).values())

    def drawing(draw: Callable[..., Figure | None], shown: Any, *of: Family) -> Callable[[], Figure | None]:
        why = document.ipcbench.left_out if document.ipcbench else {}
        return partial(_drawn, draw, shown, Conditions.of(document, *of), of, why)

    for family, slug in zip(families, slugs(families), strict=True):
        for name, chart in CHARTS.items():
            if chart.of_family and name in _asked(family):
                yield f"{name}-{slug}", drawing(chart.of_family, family, family), chart
    for name, chart in CHARTS.items():
        asking = [family for family in families if name in _asked(family)]
        if chart.over_placements:
            sets = placements.over_placements(asking)
            firsts = slugs([first for first, *_ in sets], placements.OTHER_AXES)
            for placed, slug in zip(sets, firsts, strict=True):
                yield f"{name}-{slug}", drawing(chart.over_placements, placed, *placed), chart
        if chart.of_run and asking:
            yield name, drawing(chart.of_run, asking, *asking), chart


def _drawn(
    draw: Callable[[Any, Conditions], Figure | None],
    shown: Any,
    conditions: Conditions,
    of: Sequence[Family],
    why: Mapping[str, str],
) -> Figure | None:
    """Draw what is shown of families, with what was lost, what failed and what was left out."""
    figure = draw(shown, conditions)
    if figure is not None:
        groups = [group for family in of for group in family]
        notes(figure, [losses(groups), failed(groups), left_out(groups, why)])
    return figure


def _asked(family: Family) -> Sequence[str]:
    return family[0].reference.workload.charts
