"""What a history says: changes with the runs that they fell between, as text, JSON and CSV files."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from rich.table import Table

from ipcbench.analysis.history import Break, Series, StoredRun, Stretch
from ipcbench.report import wording
from ipcbench.report.cautions import by_slowdown, slowed_text
from ipcbench.report.tables.layout import Part, as_text, new_table
from ipcbench.report.verdicts import ADJUSTED
from ipcbench.statistics.changes import MAGNITUDE, MIN_SEGMENT, Change

#: An interval of 95 % is so many standard errors to either side.
Z_95 = 1.96
#: Of a table on a page, whose size they make.
MOST_ROWS = 1000


def history_text(runs: Sequence[StoredRun], series: Sequence[Series]) -> str:
    """Return the changes of all series, then the breaks and how much there was to find changes in."""
    return as_text(history_parts(runs, series))


def history_parts(runs: Sequence[StoredRun], series: Sequence[Series]) -> list[Part]:
    """Return the same as lines and a table."""
    table = _changes(runs, series)
    lines = [] if table.row_count else [str(table.title), "no change found"]
    long_enough = sum(
        any(len(stretch.points) >= 2 * MIN_SEGMENT for stretch in each.stretches) for each in series
    )
    lines.append(
        f"{long_enough} of {len(series)} series have the {2 * MIN_SEGMENT} runs in one environment that a "
        f"change takes to be found; its smallest is {math.expm1(MAGNITUDE):.1%}"
    )
    lines += [
        f"broken between {each.before} and {each.after}: {'; '.join(map(str, each.differences))}"
        for each in breaks(series)
    ]
    slowed = by_slowdown(
        (each.name, list(dict.fromkeys(what for one in each.stretches if (what := one.slowed_by))))
        for each in series
    )
    lines += slowed_text(slowed, len(series), every="some runs of every cell")
    return [*([table] if table.row_count else []), *lines]


def figures_parts(series: Sequence[Series]) -> list[Part]:
    """Return a table with a row a point: what a message took in a run, with its 95 % interval.

    Of very many, each cell's newest stand in it, and a line says where all are.
    """
    newest = max(1, MOST_ROWS // max(1, len(series)))
    table = new_table(
        "what a message took",
        ["cell", "machine", "run", "at", "time a message", "low", "high", "change"],
        left=("cell", "machine", "run", "at"),
    )
    for each in series:
        for cells in list(_figures(each))[-newest:]:
            table.add_row(*cells)
    if table.row_count == sum(len(each.points) for each in series):
        return [table]
    return [table, f"the newest {newest} of each cell; `ipcbench history --format json` has all"]


def _figures(series: Series) -> Iterator[list[str]]:
    for stretch in series.stretches:
        begins = {change.index: measured_text(stretch, change) for change in stretch.changes}
        for place, point in enumerate(stretch.points):
            ends = (math.exp(point.log + side * Z_95 * point.error) for side in (0, -1, 1))
            at, run = point.run.datetime[:16].replace("T", " "), point.run.name
            yield [series.name, series.machine, run, at, *map(wording.seconds, ends), begins.get(place, "")]


def _changes(runs: Sequence[StoredRun], series: Sequence[Series]) -> Table:
    found = list(changes(series))
    adjusted = any(stretch.heeds_loop for _, stretch, _ in found)
    table = new_table(
        f"{len(runs)} runs from {runs[0]} to {runs[-1]}",
        ["cell", "time a message", *([ADJUSTED] if adjusted else []), "", "after", "from", "confidence"],
        left=("cell", "", "after", "from"),
    )
    for each, stretch, change in found:
        table.add_row(
            each.name,
            measured_text(stretch, change),
            *([ratio_text(change) if stretch.heeds_loop else ""] if adjusted else []),
            direction(stretch, change),
            str(stretch.points[change.index - 1].run),
            str(stretch.points[change.index].run),
            f"{_rounded_down(change.confidence):.4g} %",
        )
    return table


def changes(series: Sequence[Series]) -> Iterator[tuple[Series, Stretch, Change]]:
    """Yield all changes, of the series in order, oldest first."""
    for each in series:
        for stretch in each.stretches:
            for change in stretch.changes:
                yield each, stretch, change


def breaks(series: Sequence[Series]) -> list[Break]:
    """Return where the environment changed, each pair of runs once, with what differs in any series."""
    found: dict[tuple[str, str], Break] = {}
    for each in (each for one in series for each in one.breaks):
        ends = each.before.name, each.after.name
        known = found.get(ends, Break(each.before, each.after, ()))
        more = [fact for fact in each.differences if fact not in known.differences]
        found[ends] = Break(each.before, each.after, [*known.differences, *more])
    return list(found.values())


def measured_text(stretch: Stretch, change: Change) -> str:
    """Return the ratio as measured, with its interval where that is what the change was found in."""
    return f"{math.exp(stretch.measured(change)):.3f}×" if stretch.heeds_loop else ratio_text(change)


def direction(stretch: Stretch, change: Change) -> str:
    """Return `slower` or `faster`; where only the loop beside it moved, that."""
    if not stretch.is_decided(change):
        return f"undecided: the loop took {math.exp(stretch.loop_moved(change)):.3f}× as long"
    return "slower" if change.size > 0 else "faster"


def ratio_text(change: Change) -> str:
    """Return `1.12x [1.08, 1.16]`."""
    return f"{math.exp(change.size):.3f}× [{math.exp(change.low):.3f}, {math.exp(change.high):.3f}]"


def history_json(runs: Sequence[StoredRun], series: Sequence[Series]) -> str:
    """Return every point, change and break; seconds are of one message."""
    told = {
        "runs": [{"run": run.name, "datetime": run.datetime, "commit": run.commit} for run in runs],
        "series": history_dicts(series),
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def history_dicts(series: Sequence[Series]) -> list[dict[str, Any]]:
    """Return the series as plain values."""
    return [
        {
            "cell": each.name,
            "machine": each.machine,
            "stretches": [_stretch(stretch) for stretch in each.stretches],
            "breaks": [_break(one) for one in each.breaks],
        }
        for each in series
    ]


def _break(one: Break) -> dict[str, Any]:
    return {
        "after": one.before.name,
        "from": one.after.name,
        "facts": {each.fact: {"before": each.base, "after": each.head} for each in one.differences},
    }


def _stretch(stretch: Stretch) -> dict[str, Any]:
    return {
        "runs": [point.run.name for point in stretch.points],
        "slowed_by": stretch.slowed_by,
        "seconds": [math.exp(point.log) for point in stretch.points],
        "relative_errors": [point.error for point in stretch.points],
        "judged_seconds": [math.exp(log) for log in stretch.logs],
        "changes": [
            {
                "after": stretch.points[change.index - 1].run.name,
                "from": stretch.points[change.index].run.name,
                **_ratios(stretch, change),
                "verdict": direction(stretch, change),
                "confidence": change.confidence,
            }
            for change in stretch.changes
        ],
    }


def _ratios(stretch: Stretch, change: Change) -> dict[str, float | None]:
    """Return the ratio as measured; the interval is of the adjusted one where that found the change."""
    found = {"ratio": math.exp(change.size), "low": math.exp(change.low), "high": math.exp(change.high)}
    if not stretch.heeds_loop:
        return dict(found)
    adjusted: dict[str, float | None] = {f"adjusted_{name}": value for name, value in found.items()}
    return {"ratio": math.exp(stretch.measured(change)), "low": None, "high": None, **adjusted}


def _rounded_down(confidence: float) -> float:
    """Return per cent that are never rounded up to certainty."""
    return min(99.99, 100 * confidence)
