"""Charts that are looked at in a browser: hovered, filtered, read by keys. One file each, one line here.

They are specifications of Vega-Lite, plain values, which `vl-convert-python` (the extra `report`) draws as
pictures and brings the JavaScript for; without it, pages have the pictures of matplotlib.
"""

from __future__ import annotations

from collections.abc import Sequence

from ipcbench.analysis.explanation import Explanation
from ipcbench.analysis.groups import GroupResult
from ipcbench.report.interactive import (
    by_parameter,
    by_size,
    distribution,
    ladder,
    parts,
    side_by_side,
    stages,
)
from ipcbench.report.interactive.explorer import Explorer, View
from ipcbench.report.interactive.run_rows import rows_of_run

#: What a run is looked at with.
OF_RUN = (by_size.view, by_parameter.view, side_by_side.view, distribution.view, parts.view)


def explorer_of_run(groups: Sequence[GroupResult]) -> Explorer | None:
    """Return the charts of a run over its figures; None where nothing of it can be drawn."""
    rows = rows_of_run(groups)
    views: list[View] = [view for make in OF_RUN if (view := make(rows)) is not None]
    if not views:
        return None
    data = {"figures": rows.figures, "distributions": rows.distributions}
    shown = {name: name in rows.first for name in rows.series}
    return Explorer(data, views, shown, rows.filters, rows.quantities)


def explorer_of_explanation(explanation: Explanation) -> Explorer:
    """Return the charts of one message's way: its stages, unless stamping disturbs them, and the ladder."""
    views = [view for view in (stages.view(explanation), ladder.view(explanation)) if view is not None]
    data = {stages.DATA: list(stages.rows(explanation)), ladder.DATA: list(ladder.rows(explanation.ladder))}
    return Explorer(data, views)
