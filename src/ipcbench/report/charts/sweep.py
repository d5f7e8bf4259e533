"""How long things take against what a workload's parameter says: a number of messages, a duration."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.report import wording
from ipcbench.report.charts import ranking
from ipcbench.report.charts.canvas import (
    LOOPS,
    Conditions,
    channels,
    line_style,
    new_figure,
    notes,
    present,
    value_formatter,
    verbatim,
)
from ipcbench.report.charts.curves import draw_curve, draw_intervals, label_ends
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: What part of a case's time is told.
Share = Callable[[CaseResult], float]

_NUMBER = re.compile(r"(\d{1,9}(?:\.\d{1,9})?)(ms)?")
#: What is said of the hollow markers.
_HOLLOW = "hollow: until send returned"


def place(parameter: str) -> float | None:
    """Return where a parameter stands, a duration in seconds; None where it is no number above 0."""
    number = _NUMBER.fullmatch(parameter)
    if number is None or float(number[1]) <= 0:
        return None
    return float(number[1]) * (1e-3 if number[2] else 1)


def places(family: Sequence[GroupResult]) -> dict[str, float] | None:
    """Return where each parameter stands, durations in seconds; None where some is no number above 0.

    None as well where there is one only, or where sizes differ: two lines of one channel would not be told
    apart.
    """
    found: dict[str, float] = {}
    for parameter in (group.reference.workload.parameter for group in family):
        if (at := place(parameter)) is None:
            return None
        found[parameter] = at
    sizes = {group.reference.case.payload_bytes for group in family}
    return found if len(sizes) == 1 and len(found) == len(family) > 1 else None


def draw(
    family: Sequence[GroupResult], conditions: Conditions, at: Mapping[str, float], *, of_each: bool = False
) -> Figure:
    """Return the chart of a family whose parameters stand `at` these places.

    `of_each` tells the time divided by the parameter, which then is how many messages it was for.
    """
    workload = family[0].reference.workload
    unit = f"message of a {workload.unit}" if of_each else workload.unit

    def share(case: CaseResult) -> float:
        return 1 / at[case.workload.parameter] if of_each else 1.0

    title, (asked, loops) = _title(family, unit, share), channels(family)
    if ranking.is_crowded(*family):
        panels = [_panel(group, share) for group in family]
        return ranking.draw(panels, (asked, loops), (title, conditions), f"time of a {unit}")
    figure, (axis,) = new_figure(title, conditions)
    for channel in [*loops, *asked]:
        cases = [case for _, case in present(family, channel)]
        _draw_channel(axis, cases, at, (channel, asked), share)
    axis.set_xscale("log")
    axis.set_yscale("log")
    axis.set_xticks(list(at.values()), [verbatim(name) for name in at])
    axis.minorticks_off()
    axis.yaxis.set_major_formatter(value_formatter(wording.seconds_tick))
    axis.set_xlabel(verbatim(workload.parameter_name))
    axis.set_ylabel(verbatim(f"time of a {unit}"))
    if any(_NUMBER.fullmatch(name)[2] for name in at):  # type: ignore[index]
        _draw_itself(axis, at, workload.parameter_name)
    label_ends(axis, asked, loops)
    hollow = _HOLLOW if any(case.also("accepted") for group in family for case in group.asked) else ""
    notes(figure, [hollow, LOOPS if loops else ""])
    return figure


def _title(family: Sequence[GroupResult], unit: str, share: Share) -> str:
    """Return what the first and the last parameter show, in figures."""
    told = []
    for group in (family[0], family[-1]):
        known = [(case.label, case.seconds.times(share(case))) for case in group.comparable if case.seconds]
        if known:
            told.append(f"at {group.reference.workload.parameter} {wording.best(known, 3)}")
    reference = family[0].reference
    what = f"{reference.workload_name}: time of a {unit}, by {reference.workload.parameter_name}"
    return f"{what}: {'; '.join(told)}" if told else what


def _panel(group: GroupResult, share: Share) -> ranking.Panel:
    """Return what stands at one parameter where there are many channels."""

    def of(case: CaseResult) -> dict[str, Estimate | None]:
        told = {"received": case.seconds, "accepted": case.also("accepted")}
        return {name: each.times(share(case)) if each else None for name, each in told.items()}

    workload = group.reference.workload
    return ranking.Panel(
        title=f"{workload.parameter_name}: {workload.parameter}",
        values={case.label: of(case) for case in group.plain if case.delivers},
        write=wording.seconds,
        tick=wording.seconds_tick,
    )


def _draw_channel(
    axis: Axes,
    cases: Sequence[CaseResult],
    at: Mapping[str, float],
    named: tuple[str, Sequence[str]],
    share: Share,
) -> None:
    def points(found: Sequence[tuple[CaseResult, Estimate | None]]) -> list[tuple[float, Estimate]]:
        return sorted(
            (
                (at[case.workload.parameter], each.times(share(case)))
                for case, each in found
                if each is not None and each.value > 0
            ),
            key=lambda point: point[0],
        )

    whole = points([(case, case.seconds) for case in cases])
    if not whole:
        return
    draw_curve(axis, whole, *named)
    style = line_style(*named)
    accepted = points([(case, case.also("accepted")) for case in cases])
    axis.plot(
        [place for place, _ in accepted], [each.value for _, each in accepted], color=style["color"],
        marker=style.get("marker", "_"), markersize=4.5, markerfacecolor="white", linewidth=0.9,
        linestyle=":", zorder=style.get("zorder", 2) + 0.1,
    )  # fmt: skip
    draw_intervals(axis, accepted, style["color"])


def _draw_itself(axis: Axes, at: Mapping[str, float], name: str) -> None:
    """Draw the parameter itself, which is a duration as well."""
    seconds = sorted(at.values())
    axis.plot(seconds, seconds, color="black", linewidth=0.8, zorder=1)
    axis.annotate(
        verbatim(f"the {name}"), (seconds[0], seconds[0]), xytext=(4, -4), textcoords="offset points",
        fontsize=8, va="top",
    )  # fmt: skip
