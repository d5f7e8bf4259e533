"""Throughput against message size: bytes and messages a second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts import ranking
from ipcbench.report.charts.canvas import (
    LOOPS,
    Conditions,
    channels,
    new_figure,
    notes,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import HOLLOW, EstimateOf, any_kept, draw_curves, label_ends
from ipcbench.report.charts.ratio import compared, draw_ratios
from ipcbench.report.charts.size_axis import size_axis
from ipcbench.report.findings import headline

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = (
    "Left, higher is faster; right, lower is. Above 16 KiB a Connection writes a message's header and body "
    "apart; from the size on at which a pipe is full, its writer waits for the reader within a message."
)


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a family whose messages follow one another: what is delivered, beside it how often.

    Where several channels can be compared, their ratios stand there instead, which tell lines apart.
    """
    title = headline(family, "Throughput")
    if ranking.is_crowded(*family):
        delivered: dict[str, EstimateOf] = {"": lambda _, case: case.megabytes_per_s}
        panels = ranking.by_size(family, delivered, wording.rate, wording.tick)
        return ranking.draw(
            panels, channels(family), (title, conditions), "payload delivered, MB/s", highest_first=True
        )
    figure, (volume, beside) = new_figure(title, conditions, panels=2)
    draw_curves(volume, family, lambda _, case: case.megabytes_per_s, with_kept=True)
    volume.set_ylabel("payload delivered, MB/s (10⁶ bytes)")
    volume.set_yscale("log")
    volume.yaxis.set_major_formatter(value_formatter(wording.tick))
    ratios = compared(family)
    if ratios:
        draw_ratios(beside, ratios)
    else:
        draw_curves(beside, family, lambda _, case: case.rate, with_kept=True)
        beside.set_ylabel(verbatim(f"{family[0].reference.workload.unit}s/s"))
        beside.set_yscale("log")
        beside.yaxis.set_major_formatter(value_formatter(wording.tick))
    for axis, shown in ((volume, family), (beside, ratios or family)):
        size_axis(axis, shown, conditions)
        label_ends(axis, *channels(family))
    notes(
        figure,
        [HOLLOW if any_kept(family) else "", LOOPS if channels(family)[1] else "", _beaten_loops(family)],
    )
    return figure


def _beaten_loops(family: Sequence[GroupResult]) -> str:
    """Return who is faster than the raw loop beside it, at which sizes, and why."""
    beating = [(case, group) for group in family for case in group.asked if group.beats_loop(case)]
    sizes: dict[str, list[str]] = {}
    for case, _ in beating:
        sizes.setdefault(case.label, []).append(format_size(case.case.payload_bytes))
    if not sizes:
        return ""
    told = "; ".join(f"{label} at {', '.join(at)}" for label, at in sizes.items())
    awake = all(
        (loop := group.loop(case)) and (loop.waits or 0) > (case.waits or 0) for case, group in beating
    )
    return verbatim(
        f"faster than the loop beside it{', as its ends sleep less often' if awake else ''}: {told}"
    )
