"""What a channel takes while nobody receives, and how fast it drains afterwards."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts import ranking
from ipcbench.report.charts.canvas import (
    Conditions,
    channels,
    new_figure,
    notes,
    present,
    title_panel,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import draw_curves, label_ends
from ipcbench.report.charts.size_axis import size_axis
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

#: How it is read.
READS = "How many messages are accepted and not yet received at once."


def draw(family: Sequence[GroupResult], conditions: Conditions) -> Figure | None:
    """Return the chart of a backlog's family; None where no asked channel has figures."""
    asked, loops = channels(family)
    if not asked:
        return None
    if ranking.is_crowded(*family):
        return _draw_many(family, conditions)
    figure, (held, drain) = new_figure(_title(family), conditions, panels=2, caption_pad=32)
    title_panel(held, "messages accepted until the sender is blocked", 13)
    draw_curves(held, family, lambda _, case: _held(case), skip=loops)
    unlimited = [name for name in asked if _has_no_limit(family, name)]
    if unlimited:
        held.text(
            0.98, 0.97, verbatim(f"no limit found: {', '.join(unlimited)}"),
            transform=held.transAxes, ha="right", va="top", fontsize=8,
        )  # fmt: skip
    held.set_ylabel("messages")
    title_panel(drain, "drain, once the receiver goes on", 13)
    draw_curves(drain, family, lambda _, case: case.megabytes_per_s)
    drain.set_ylabel("payload received, MB/s (10⁶ bytes)")
    # A channel may hold nothing: a message larger than a pipe.
    holds_nothing = any(
        most.value == 0 for group in family for case in group.asked if (most := _held(case)) is not None
    )
    if holds_nothing:
        held.set_yscale("symlog", linthresh=1)
    else:
        held.set_yscale("log")
    drain.set_yscale("log")
    for axis in (held, drain):
        axis.yaxis.set_major_formatter(value_formatter(wording.tick))
        size_axis(axis, family, conditions)
    held.set_ylim(bottom=0 if holds_nothing else None, top=4 * held.get_ylim()[1])
    for axis in (held, drain):
        label_ends(axis, asked, loops)
    return figure


def _draw_many(family: Sequence[GroupResult], conditions: Conditions) -> Figure:
    """Draw a row for each channel at the smallest size; who holds nothing, or has no limit, has words."""
    group = family[0]
    cases = [case for case in group.plain if case.delivers]
    held = {case.label: {"": _held(case)} for case in cases}
    drain = {case.label: {"": case.megabytes_per_s} for case in cases}
    size = format_size(group.reference.case.payload_bytes)
    panels = [
        ranking.Panel(
            f"{size} messages held", held, wording.count, wording.tick, "none, or no limit: see below"
        ),
        ranking.Panel("drain, MB/s", drain, wording.rate, wording.tick),
    ]
    figure = ranking.draw(panels, channels(family), (_title(family), conditions), "", highest_first=True)
    told = {
        "no limit found": [case.label for case in group.asked if case.largest_backlog is None],
        "holds nothing": [case.label for case in group.asked if case.largest_backlog == 0],
    }
    notes(figure, [verbatim(f"{what}: {', '.join(names)}") for what, names in told.items() if names])
    return figure


def _title(family: Sequence[GroupResult]) -> str:
    """Return how much is held at the smallest size, in messages."""
    group = family[0]
    told = [
        f"{case.label} {'without a limit' if (most := _held(case)) is None else wording.count(most.value)}"
        for case in group.comparable
    ]
    size = format_size(group.reference.case.payload_bytes)
    return f"While nobody receives, a channel holds so many messages of {size}: {wording.some(told, 4)}"


def _held(case: CaseResult) -> Estimate | None:
    """A count, not an estimate: it is the same in every launch."""
    most = case.largest_backlog
    return None if most is None else Estimate(float(most), None, None, len(case.by_pass))


def _has_no_limit(family: Sequence[GroupResult], channel: str) -> bool:
    cases = [case for _, case in present(family, channel)]
    return bool(cases) and all(case.largest_backlog is None for case in cases)
