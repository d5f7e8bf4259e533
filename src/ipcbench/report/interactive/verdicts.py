"""A comparison: each cell's ratio with its interval, by arm."""

from __future__ import annotations

import math
from collections.abc import Sequence

from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import COORDINATES, name_parts
from ipcbench.report.charts.heat_map import FASTER, SLOWER
from ipcbench.report.interactive.explorer import Explorer, View
from ipcbench.report.interactive.intervals import interval_rows, interval_spec
from ipcbench.report.verdicts import Comparisons, Row
from ipcbench.statistics.decision import Verdict

#: What is slower is orange, what is faster blue (Okabe and Ito), what is neither green, what is open grey.
LOOKS = {
    Verdict.REGRESSED.value: (SLOWER, "triangle-up"),
    Verdict.IMPROVED.value: (FASTER, "circle"),
    **{
        verdict.value: ("#009E73", "square")
        for verdict in Verdict
        if verdict not in (Verdict.REGRESSED, Verdict.IMPROVED, Verdict.INCONCLUSIVE)
    },
    Verdict.INCONCLUSIVE.value: ("#7a7a7a", "diamond"),
}


def explorer_of_comparison(comparisons: Comparisons) -> Explorer | None:
    """Return the chart of a comparison; None where nothing was measured."""
    names = dict(comparisons.arms)
    same = _the_same(comparisons.rows)
    several = len({row.arm for row in comparisons.rows}) > 1
    rows = [
        interval_rows(_line(row, same), names.get(row.arm, row.arm) if several else "", row.word, ratio)
        for row in comparisons.rows
        if (ratio := _ratio(row))
    ]
    if not rows:
        return None
    base = comparisons.arms[0][1]
    spec = interval_spec(
        rows, LOOKS, f"{comparisons.metric} to that with {base}", "ratio; line: the interval that decided"
    )
    reads = "Right of 1 it is slower than the first arm, left of it faster; the word is the verdict."
    return Explorer({"figures": rows}, [View("Ratios and verdicts", reads, spec)])


def _ratio(row: Row) -> tuple[float, float, float] | None:
    found = row.decision
    if found is None or not found.launches or not math.isfinite(found.ratio) or found.ratio <= 0:
        return None
    return found.ratio, found.low, found.high


def _line(row: Row, told: Sequence[str]) -> str:
    return " ".join(name_parts(row.case, told)) or row.cell if row.case else row.cell


def _the_same(rows: Sequence[Row]) -> list[str]:
    """Return the coordinates in which the rows of each arm do not differ: no line is named by them."""
    by_arm: dict[str, list[Case]] = {}
    for row in rows:
        if row.case:
            by_arm.setdefault(row.arm, []).append(row.case)
    return [
        each.name
        for each in COORDINATES
        if all(len({each.of(case) for case in cases}) == 1 for cases in by_arm.values())
    ]
