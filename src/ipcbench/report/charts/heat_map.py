"""A comparison as a heat map: a panel for each arm, a column for each size."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from ipcbench.plan.coordinates import COORDINATES, Coordinate
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, title_panel, verbatim
from ipcbench.report.verdicts import Comparisons, Row
from ipcbench.statistics.decision import Decision, Verdict
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.colors import Colormap
    from matplotlib.figure import Figure

#: How it is read.
READS = "An arm's time to the first arm's: above 1 it is slower; the word is the verdict."

#: Orange is slower, blue faster, white the same (Okabe and Ito's colours); fullest at this ratio and beyond.
SLOWER, FASTER, STRONGEST = "#D55E00", "#0072B2", 1.6
ROW_INCHES, ROW_INCHES_WITH_INTERVALS = 0.26, 0.36
#: Cells side by side that have room for their intervals.
MOST_WITH_INTERVALS = 16
#: What no line is named by: the columns, and what is an arm's alone.
ELSEWHERE = ("size", "python", "start_method")
#: The line under a panel's title that says how an interpreter was built, in points.
BUILD_POINTS = 11
DIFFERENT = (Verdict.REGRESSED, Verdict.IMPROVED)
SURE = (Verdict.REGRESSED, Verdict.IMPROVED, Verdict.WITHIN, Verdict.FASTER_WITHIN)


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where cells stand: a line for each case without its size, a column for each size."""

    lines: list[str]
    sizes: list[int]
    #: What lines are named by.
    told: list[Coordinate]
    #: Whether cells have room for their intervals.
    is_roomy: bool


def draw_verdicts(comparisons: Comparisons) -> Figure:
    """Return the heat map; figures are bold where a difference was decided, grey where nothing was."""
    arms, names = list(dict.fromkeys(row.arm for row in comparisons.rows)), _called(comparisons)
    layout = _layout(comparisons, len(arms))
    base, _ = comparisons.arms[0]
    row_inches = ROW_INCHES_WITH_INTERVALS if layout.is_roomy else ROW_INCHES
    figure, panels = new_figure(
        _title(comparisons, names),
        Conditions(comparisons.conditions),
        panels=len(arms),
        height_inches=1.9 + row_inches * len(layout.lines),
        caption_pad=24 + (BUILD_POINTS if comparisons.builds else 0),
    )
    for panel, arm in zip(panels, arms, strict=True):
        _panel(panel, [row for row in comparisons.rows if row.arm == arm], layout)
        title_panel(panel, names.get(arm, arm), 5 + (BUILD_POINTS if comparisons.builds else 0))
        if arm in comparisons.builds:
            panel.annotate(
                verbatim(comparisons.builds[arm]), (0, 1), xycoords="axes fraction", xytext=(0, 5),
                textcoords="offset points", fontsize=7, color="#444444", va="bottom",
            ).set_in_layout(False)  # fmt: skip
        if panel is not panels[0]:
            panel.tick_params(labelleft=False)
    own = f"{names[base]} itself: {comparisons.builds[base]}" if base in comparisons.builds else ""
    looks = "orange: slower, blue: faster, bold: decided, grey: open, n/a: not measured"
    below = "; below: its interval" if layout.is_roomy else ""
    lines = [verbatim(line) for line in (f"message size; {looks}{below}", own) if line]
    figure.supxlabel("\n".join(lines), fontsize=8.5)
    return figure


def _layout(comparisons: Comparisons, arms: int) -> _Layout:
    told = _telling(comparisons)
    sizes = sorted({row.case.payload_bytes for row in comparisons.rows if row.case})
    lines = list(dict.fromkeys(_line(row, told) for row in comparisons.rows))
    return _Layout(lines, sizes, told, arms * max(1, len(sizes)) <= MOST_WITH_INTERVALS)


def _called(comparisons: Comparisons) -> dict[str, str]:
    """Return the arms' names as words: what all of them name is left out where a value says it, too."""
    named = {arm: name.partition("=") for arm, name in comparisons.arms}
    keys = {key for key, _, _ in named.values()}
    key = keys.pop() if len(keys) == 1 else ""
    if key and any(key in value for _, _, value in named.values()):
        return {arm: value for arm, (_, _, value) in named.items()}
    return {arm: f"{before} {value}".rstrip() for arm, (before, _, value) in named.items()}


def _title(comparisons: Comparisons, names: Mapping[str, str]) -> str:
    """Return what came out, in counts, and of what; and the largest difference of those decided."""
    counts = Counter(row.word for row in comparisons.rows)
    told = ", ".join(f"{count} {word}" for word, count in counts.most_common())
    base = names[comparisons.arms[0][0]]
    return f"{comparisons.metric.capitalize()} compared with {base}: {told}{_largest(comparisons, names)}"


def _largest(comparisons: Comparisons, names: Mapping[str, str]) -> str:
    """Return the largest difference that was decided, with its interval; nothing where none was."""
    decided = [
        (abs(math.log(row.decision.ratio)), row, row.decision)
        for row in comparisons.rows
        if row.decision and row.decision.verdict in DIFFERENT and row.decision.ratio > 0
    ]
    if not decided:
        return ""
    _, row, decision = max(decided, key=lambda each: each[0])
    arm = f" with {names.get(row.arm, row.arm)}" if len(comparisons.arms) > 2 else ""
    line = _line(row, _telling(comparisons))
    where = f"{line} {format_size(row.case.payload_bytes)}" if row.case else line
    high = decision.high if math.isfinite(decision.high) else None
    ratio = Estimate(decision.ratio, decision.low, high, decision.launches)
    return f"; most: {where}{arm} {wording.ratio(ratio)}"


def _telling(comparisons: Comparisons) -> list[Coordinate]:
    """Return the coordinates that a line is named by: not the columns', nor what arms name."""
    elsewhere = {*ELSEWHERE, *comparisons.of_arms}
    return [each for each in COORDINATES if each.name not in elsewhere]


def _line(row: Row, shown: Sequence[Coordinate]) -> str:
    return " ".join(filter(None, (each.in_name(row.case) for each in shown))) if row.case else row.cell


def _panel(axis: Axes, rows: Sequence[Row], layout: _Layout) -> None:
    axis.grid(False)
    for row in rows:
        column = layout.sizes.index(row.case.payload_bytes) if row.case else 0
        _cell(axis, row, (column, layout.lines.index(_line(row, layout.told))), is_roomy=layout.is_roomy)
    axis.set_xlim(-0.5, len(layout.sizes) - 0.5)
    axis.set_ylim(len(layout.lines) - 0.5, -0.5)
    axis.set_xticks(range(len(layout.sizes)), [format_size(size) for size in layout.sizes], fontsize=8)
    axis.set_yticks(range(len(layout.lines)), [verbatim(line) for line in layout.lines])
    axis.tick_params(labelsize=7.5, length=0)


def _cell(axis: Axes, row: Row, place: tuple[int, int], *, is_roomy: bool) -> None:
    from matplotlib.colors import to_rgba

    column, line = place
    found = row.decision
    ratio = found.ratio if found else math.nan
    known = math.isfinite(ratio) and ratio > 0
    strength = math.log(ratio) / math.log(STRONGEST) if known else 0.0
    decided = found is not None and found.verdict is not Verdict.INCONCLUSIVE
    colour = _colours()(0.5 + 0.5 * min(1.0, max(-1.0, strength))) if decided else to_rgba("#eeeeee")
    axis.fill_between([column - 0.5, column + 0.5], line - 0.5, line + 0.5, color=colour, linewidth=0)
    sure = found is not None and found.verdict in SURE
    ink = ("white" if abs(strength) > 0.75 else "black") if decided else "#6a6a6a"
    within = _interval(found) if found and known and is_roomy else ""
    axis.annotate(
        f"{ratio:.2f}" if known else "n/a", (column, line), xytext=(0, 4 if within else 0),
        textcoords="offset points", ha="center", va="center", fontsize=7,
        fontweight="bold" if sure else "normal", color=ink,
    )  # fmt: skip
    if within:
        axis.annotate(
            within, (column, line), xytext=(0, -5), textcoords="offset points", ha="center", va="center",
            fontsize=5.5, color=ink,
        )  # fmt: skip


@cache
def _colours() -> Colormap:
    from matplotlib.colors import LinearSegmentedColormap

    return LinearSegmentedColormap.from_list("ratio", [FASTER, "white", SLOWER])


def _interval(decision: Decision) -> str:
    """Return the interval's ends as short as they can be read; an end that is not known is open."""
    ends = (decision.low, decision.high)
    low, high = ((f"{end:.2f}" if end < 10 else f"{end:.3g}") if math.isfinite(end) else "" for end in ends)
    return f"{low} – {high}" if low or high else ""
