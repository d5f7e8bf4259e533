"""A comparison as a heat map: a panel for each arm, a column for each size."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ipcbench.plan.coordinates import COORDINATES, Coordinate
from ipcbench.plan.units import format_size
from ipcbench.report import wording
from ipcbench.report.charts.canvas import Conditions, new_figure, title_panel, verbatim
from ipcbench.report.verdicts import Comparisons, Row
from ipcbench.statistics.decision import Verdict
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

#: How it is read.
READS = "An arm's time to the first arm's: above 1 it is slower; the word is the verdict."

#: Orange is slower, blue faster, white the same (Okabe and Ito's colours); fullest at this ratio and beyond.
SLOWER, FASTER, STRONGEST = "#D55E00", "#0072B2", 1.6
ROW_INCHES = 0.26
#: What no line is named by: the columns, and what is an arm's alone.
ELSEWHERE = ("size", "python", "start_method")
#: The line under a panel's title that says how an interpreter was built, in points.
BUILD_POINTS = 11
DIFFERENT = (Verdict.REGRESSED, Verdict.IMPROVED)
SURE = (Verdict.REGRESSED, Verdict.IMPROVED, Verdict.WITHIN, Verdict.FASTER_WITHIN)


def draw_verdicts(comparisons: Comparisons) -> Figure:
    """Return the heat map; figures are bold where a difference was decided, grey where nothing was."""
    arms = list(dict.fromkeys(row.arm for row in comparisons.rows))
    names = dict(comparisons.arms)
    shown = _telling(comparisons)
    lines = list(dict.fromkeys(_line(row, shown) for row in comparisons.rows))
    sizes = sorted({row.case.payload_bytes for row in comparisons.rows if row.case})
    base = comparisons.arms[0]
    figure, panels = new_figure(
        _title(comparisons, base[1]),
        Conditions(comparisons.conditions),
        panels=len(arms),
        height_inches=1.9 + ROW_INCHES * len(lines),
        caption_pad=24 + (BUILD_POINTS if comparisons.builds else 0),
    )
    for panel, arm in zip(panels, arms, strict=True):
        _panel(panel, [row for row in comparisons.rows if row.arm == arm], lines, sizes, shown)
        title_panel(panel, names.get(arm, arm), 5 + (BUILD_POINTS if comparisons.builds else 0))
        if arm in comparisons.builds:
            panel.annotate(
                verbatim(comparisons.builds[arm]), (0, 1), xycoords="axes fraction", xytext=(0, 5),
                textcoords="offset points", fontsize=7, color="#444444", va="bottom",
            ).set_in_layout(False)  # fmt: skip
        if panel is not panels[0]:
            panel.tick_params(labelleft=False)
    own = f"; {base[1]} itself: {comparisons.builds[base[0]]}" if base[0] in comparisons.builds else ""
    figure.supxlabel(
        verbatim(
            f"message size; orange: slower, blue: faster, bold: decided, grey: open, n/a: not measured{own}"
        ),
        fontsize=8.5,
    )
    return figure


def _title(comparisons: Comparisons, base: str) -> str:
    """Return what came out, in counts, and of what; and the largest difference of those decided."""
    counts = Counter(row.word for row in comparisons.rows)
    told = ", ".join(f"{count} {word}" for word, count in counts.most_common())
    return f"{comparisons.metric.capitalize()} compared with {base}: {told}{_largest(comparisons)}"


def _largest(comparisons: Comparisons) -> str:
    """Return the largest difference that was decided, with its interval; nothing where none was."""
    decided = [
        (abs(math.log(row.decision.ratio)), row, row.decision)
        for row in comparisons.rows
        if row.decision and row.decision.verdict in DIFFERENT and row.decision.ratio > 0
    ]
    if not decided:
        return ""
    _, row, decision = max(decided, key=lambda each: each[0])
    arm = f" with {dict(comparisons.arms).get(row.arm, row.arm)}" if len(comparisons.arms) > 2 else ""
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


def _panel(
    axis: Axes, rows: Sequence[Row], lines: Sequence[str], sizes: Sequence[int], shown: Sequence[Coordinate]
) -> None:
    from matplotlib.colors import LinearSegmentedColormap, to_rgba

    colours = LinearSegmentedColormap.from_list("ratio", [FASTER, "white", SLOWER])
    axis.grid(False)
    for row in rows:
        column = sizes.index(row.case.payload_bytes) if row.case else 0
        line = lines.index(_line(row, shown))
        ratio = row.decision.ratio if row.decision else math.nan
        known = math.isfinite(ratio) and ratio > 0
        strength = math.log(ratio) / math.log(STRONGEST) if known else 0.0
        decided = row.decision is not None and row.decision.verdict is not Verdict.INCONCLUSIVE
        colour = colours(0.5 + 0.5 * min(1.0, max(-1.0, strength))) if decided else to_rgba("#eeeeee")
        axis.fill_between([column - 0.5, column + 0.5], line - 0.5, line + 0.5, color=colour, linewidth=0)
        sure = row.decision is not None and row.decision.verdict in SURE
        dark = decided and abs(strength) > 0.75
        axis.text(
            column, line, f"{ratio:.2f}" if known else "n/a", ha="center", va="center", fontsize=7,
            fontweight="bold" if sure else "normal",
            color="white" if dark else "black" if decided else "#777777",
        )  # fmt: skip
    axis.set_xlim(-0.5, len(sizes) - 0.5)
    axis.set_ylim(len(lines) - 0.5, -0.5)
    axis.set_xticks(range(len(sizes)), [format_size(size) for size in sizes], fontsize=8)
    axis.set_yticks(range(len(lines)), [verbatim(line) for line in lines])
    axis.tick_params(labelsize=7.5, length=0)
