"""A tuning: what each change makes of a message's time."""

from __future__ import annotations

import math

from ipcbench.analysis.tuning import Tried, TuningResult
from ipcbench.report.charts.tuning import COLOURS, MARKERS
from ipcbench.report.interactive.explorer import Explorer, View
from ipcbench.report.interactive.intervals import interval_rows, interval_spec
from ipcbench.report.interactive.marks import SHAPES
from ipcbench.report.tuning import headline

#: As in the chart that `plot` draws.
LOOKS = {worth.value: (COLOURS[worth], SHAPES[MARKERS[worth]]) for worth in COLOURS}


def explorer_of_tuning(tuning: TuningResult) -> Explorer | None:
    """Return the chart of a tuning; None where nothing was tried."""
    tried = [each for _, each in tuning.in_order() if _is_known(each)]
    if tuning.confirmed and _is_known(tuning.confirmed):
        tried = [tuning.confirmed, *(each for each in tried if each.name != tuning.confirmed.name)]
    rows = [interval_rows(each.name, "", each.finding.value, each.estimate) for each in tried]
    if not rows:
        return None
    spec = interval_spec(
        rows, LOOKS, headline(tuning), "time a message to that as it is; line: 95 % interval"
    )
    reads = "What a change makes of a message's time: left of 1 it gains."
    return Explorer({"figures": rows}, [View(headline(tuning), reads, spec)])


def _is_known(tried: Tried) -> bool:
    return math.isfinite(tried.estimate[0]) and tried.estimate[0] > 0
