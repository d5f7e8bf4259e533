"""The charts of a stored run: one file each, one line here."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.analysis.results import by_size, read_groups
from ipcbench.record.schema import RunDocument
from ipcbench.report.charts import distribution, handoff, latency, ratio, throughput
from ipcbench.report.charts.canvas import Conditions, save
from ipcbench.report.charts.families import Family, slugs

if TYPE_CHECKING:
    from matplotlib.figure import Figure

Draw = Callable[[Family, Conditions], "Figure | None"]

#: Charts of cases that differ in size only. A chart that has nothing to show of a family returns None.
CHARTS: dict[str, Draw] = {
    "throughput": throughput.draw,
    "ratio": ratio.draw,
    "latency": latency.draw,
    "distribution": distribution.draw,
}


def draw_charts(document: RunDocument, folder: Path, stem: str) -> list[Path]:
    """Draw every chart that the run has data for as SVG and PNG; return the files, in order.

    They are named `stem-chart-workload`, with start method, placement, Python and payload kind where the run
    has several. Raises OSError where the folder cannot be written.
    """
    families = list(by_size(read_groups(document)).values())
    drawn: list[Path] = []
    for family, slug in zip(families, slugs(families), strict=True):
        for name, draw in CHARTS.items():
            figure = draw(family, Conditions.of(document, family))
            if figure is not None:
                drawn += save(figure, folder / f"{stem}-{name}-{slug}")
    handoffs = [family for family in families if family[0].reference.case.workload == "handoff"]
    if handoffs:
        drawn += save(handoff.draw(handoffs, Conditions.of(document, *handoffs)), folder / f"{stem}-handoff")
    return drawn
