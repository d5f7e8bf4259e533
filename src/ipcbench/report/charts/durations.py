"""How long things take where nothing is sent as fast as it can be: against a parameter, or in rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.report import wording
from ipcbench.report.charts import sweep
from ipcbench.report.charts.canvas import Conditions, channels, label, new_figure, verbatim
from ipcbench.report.charts.dots import BARE_INCHES, ROW_INCHES, DotRow, draw_rows
from ipcbench.report.tables.layout import size_label

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How they are read.
READS = "How long one of them takes, with its 95 % interval."
READS_OF_EACH = "How long one message takes among so many that are sent at once, with its 95 % interval."


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family; None where nothing was measured."""
    return _draw(family, conditions)


def draw_of_each(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the same of one message, where the parameter is how many messages something is of."""
    return _draw(family, conditions, of_each=True)


def _draw(family: Sequence[GroupResult], conditions: Conditions, *, of_each: bool = False) -> Figure | None:
    if not channels(family)[0]:
        return None
    if at := sweep.places(family):
        return sweep.draw(family, conditions, at, of_each=of_each)
    rows = _rows(family)
    unit = family[0].reference.workload.unit
    height_inches = BARE_INCHES + ROW_INCHES * len(rows)
    figure, (axis,) = new_figure(_title(family, unit), conditions, height_inches=height_inches)
    draw_rows(axis, rows, f"a {unit}")
    axis.set_xlabel(verbatim(f"time of a {unit}"))
    return figure


def _rows(family: Sequence[GroupResult]) -> list[DotRow]:
    """Return a row for each channel of each group."""
    asked, loops = channels(family)
    rows = []
    for group in family:
        of_group = "" if len(family) == 1 else f"{size_label(group.reference)}  "
        named = {case.label: case for case in group.plain}
        rows += [
            DotRow(
                name=verbatim(of_group) + label(channel, asked),
                whole=named[channel].seconds,
                parts={name: named[channel].also(name) for name in named[channel].also_names},
                is_loop=channel in loops,
            )
            for channel in (*asked, *loops)
            if channel in named
        ]
    return rows


def _title(family: Sequence[GroupResult], unit: str) -> str:
    """Return what the first group shows, in figures."""
    reference = family[0].reference
    by = reference.workload.parameter_name
    what = f"{reference.workload_name}: how long a {unit} takes" + (f", by {by}" if by else "")
    known = [(case.label, case.seconds) for case in family[0].comparable if case.seconds]
    return f"{what}; at {size_label(reference)} {wording.best(known, 3)}" if known else what
