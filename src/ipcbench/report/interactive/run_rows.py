"""A run's figures as the rows that charts in a browser filter: plain values with the words to show."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

import numpy as np

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import LOSSY, GroupResult
from ipcbench.plan.coordinates import BY_NAME, COORDINATES, Coordinate
from ipcbench.plan.units import format_size
from ipcbench.report import metrics, wording
from ipcbench.report.charts import sweep
from ipcbench.report.interactive.explorer import Filter, Quantity
from ipcbench.report.metrics import MetricRow, group_metrics
from ipcbench.statistics.estimates import Estimate

#: How values are written, by unit, and what stands after a scaled number on an axis.
WORDS = {
    metrics.SECONDS: (wording.seconds, "s"),
    metrics.A_SECOND: (lambda value: f"{wording.rate(value)}/s", "/s"),
    metrics.MEGABYTES: (lambda value: f"{wording.three_digits(value)} MB/s", " MB/s"),
    metrics.RATIO: (lambda value: f"{value:.3g}×", "×"),
    metrics.COUNT: (wording.count, ""),
    metrics.SHARE: (lambda value: f"{value:.2%}", ""),
}
#: How a figure is called where one is chosen; others are called by their names.
CALLED = {
    metrics.TIME.name: "time a message, or a round trip",
    metrics.RATE.name: "messages, or round trips, a second",
    metrics.THROUGHPUT.name: "payload delivered",
    metrics.TO_REFERENCE.name: "time to the reference's",
    metrics.OF_LOOP.name: "rate to that of its raw loop",
    metrics.AFTER_PAUSE.name: "first message after a pause",
    metrics.CPU.name: "CPU time",
    metrics.SWITCHES.name: "times that it goes to sleep, a message",
    metrics.FAULTS.name: "page faults a message",
    metrics.BACKLOG.name: "messages accepted and not yet received, at most",
    metrics.LOST.name: "messages lost, of those sent",
}
#: Percentiles that a distribution is drawn with: as many to each ninth of what is beyond them.
DEEPEST, A_DECADE = 5, 8
#: Lines of more are not told apart before some are chosen.
MOST_AT_FIRST = 8


@dataclass(frozen=True, slots=True)
class Swept:
    """A workload with one of the numbers or durations that it was measured with."""

    #: Without its parameter, which stands `at` so much on an axis.
    name: str
    at: float
    parameter: str


@dataclass(frozen=True)
class RunRows:
    """What is to be drawn, and what of it can be chosen."""

    figures: list[dict[str, Any]]
    distributions: list[dict[str, Any]]
    #: All that is compared, by name: whether it was asked for.
    series: dict[str, bool]
    #: Those that lines are drawn of at first: what was asked for, or the best of many.
    first: list[str]
    #: Those that rows have room for, many as they may be: what delivers, as it usually is.
    plain: list[str]
    filters: list[Filter]
    quantities: list[Quantity]
    #: Which of them are parts of what is timed.
    parts: list[str]
    #: Message sizes in bytes with their names, smallest first.
    sizes: dict[int, str]
    #: Of workloads that were measured with several numbers or durations, by their whole texts.
    swept: dict[str, Swept]

    @property
    def are_many(self) -> bool:
        """Whether lines of all that was asked for would not be told apart."""
        return sum(self.series.values()) > MOST_AT_FIRST


def rows_of_run(groups: Sequence[GroupResult]) -> RunRows:
    """Return the figures of a run; raise DocumentError where a histogram is damaged."""
    found = [row for row in group_metrics(groups) if math.isfinite(row.estimate.value)]
    cases = list({id(row.case): row.case for row in found}.values())
    filters = [
        Filter(each.name, each.key.replace("-", " "), texts)
        for each in COORDINATES
        if not each.is_compared and len(texts := _values(each, cases)) > 1
    ]
    measured = [case for group in groups for case in group.cases.values()]
    series: dict[str, bool] = {}
    for case in sorted(measured, key=lambda case: not case.record.asked):
        series.setdefault(_series(case.case, case.loss), case.record.asked)
    swept = _swept(groups)
    return RunRows(
        [_figure(row, filters, swept) for row in found],
        [row for case in measured for row in _distribution(case, filters)],
        series,
        _at_first(groups, series),
        list(dict.fromkeys(_series(case.case, case.loss) for case in _plain(groups))),
        filters,
        _quantities(found),
        list(dict.fromkeys(_key(row) for row in found if row.metric.help == metrics.ALSO)),
        {case.payload_bytes: format_size(case.payload_bytes) for case in sorted(cases, key=_bytes)},
        swept,
    )


def _swept(groups: Sequence[GroupResult]) -> dict[str, Swept]:
    found: dict[str, Swept] = {}
    places: dict[str, set[float | None]] = {}
    for case in (group.reference for group in groups):
        if parameter := case.workload.parameter:
            at = sweep.place(parameter)
            places.setdefault(case.workload_name, set()).add(at)
            found[case.case.workload] = Swept(case.workload_name, at or 0.0, parameter)
    lines = {name for name, each in places.items() if None not in each and len(each) > 1}
    return {text: each for text, each in found.items() if each.name in lines}


def _values(coordinate: Coordinate, cases: Sequence[Any]) -> list[str]:
    values = dict.fromkeys(coordinate.of(case) for case in cases)
    ordered = sorted(values) if all(isinstance(value, int) for value in values) else list(values)
    return [coordinate.text(value) for value in ordered]


def _bytes(case: Any) -> int:
    return int(case.payload_bytes)


def _series(case: Any, loss: float | None) -> str:
    parts = [each.in_name(case) for each in COORDINATES if each.is_compared]
    return " ".join(filter(None, [*parts, "" if loss is None else LOSSY]))


def _plain(groups: Sequence[GroupResult]) -> Iterator[CaseResult]:
    return (case for group in groups for case in group.plain if case.delivers)


def _at_first(groups: Sequence[GroupResult], series: Mapping[str, bool]) -> list[str]:
    """Return what is shown at first; of many, the reference and the fastest of each group."""
    asked = [name for name, was_asked in series.items() if was_asked]
    if len(asked) <= MOST_AT_FIRST:
        return asked or list(series)
    best: dict[str, None] = {}
    for group in groups:
        known = [(each.value, case) for case in group.comparable if (each := case.seconds)]
        fastest = [case for _, case in sorted(known, key=itemgetter(0))[:1]]
        best |= {_series(case.case, case.loss): None for case in (group.reference, *fastest)}
    return list(best)[:MOST_AT_FIRST]


def _place(case: Any, loss: float | None, filters: Sequence[Filter]) -> dict[str, Any]:
    """Return where a row belongs: what is compared, its size, and what one value is chosen of."""
    chosen = {each.name: BY_NAME[each.name].text(BY_NAME[each.name].of(case)) for each in filters}
    return {
        "series": _series(case, loss),
        "size_bytes": case.payload_bytes,
        "size": format_size(case.payload_bytes),
        **chosen,
    }


def _figure(row: MetricRow, filters: Sequence[Filter], swept: Mapping[str, Swept]) -> dict[str, Any]:
    estimate = row.estimate
    # Without an interval a line of no length is drawn.
    low, high = (
        estimate.value if edge is None or not math.isfinite(edge) else edge
        for edge in (estimate.low, estimate.high)
    )
    by_parameter = swept.get(row.case.workload)
    return {
        **_place(row.case, row.loss, filters),
        **({"swept": by_parameter.name, "parameter_at": by_parameter.at} if by_parameter else {}),
        "quantity": _key(row),
        "value": _short(estimate.value),
        "low": _short(low),
        "high": _short(high),
        "text": _words(row.metric.unit, estimate)
        + _known_of(None if row.metric == metrics.LOST else row.loss, row.failure),
    }


def _known_of(loss: float | None, failure: str | None) -> str:
    """Return what must stand behind a figure."""
    return wording.and_lost(loss) + (f", {wording.FAILED}" if failure else "")


def _short(value: float) -> float:
    """Leave out what no eye sees: a page has thousands of them."""
    return float(f"{value:.5g}")


def _key(row: MetricRow) -> str:
    return f"{row.metric.name} {row.part}".strip()


def _words(unit: str, estimate: Estimate) -> str:
    write, _ = WORDS[unit]
    return write(estimate.value) + _between(estimate, write)


def _between(estimate: Estimate | None, write: Callable[[float], str]) -> str:
    """Return an interval to stand behind its value; nothing where there is none."""
    if estimate is None or estimate.low is None or estimate.high is None:
        return ""
    return f" [{write(estimate.low)}, {write(estimate.high)}]"


def _quantities(found: Sequence[MetricRow]) -> list[Quantity]:
    by_key: dict[str, list[MetricRow]] = {}
    for row in found:
        by_key.setdefault(_key(row), []).append(row)
    return [
        Quantity(
            key, _called(rows[0]), WORDS[rows[0].metric.unit][1], all(row.estimate.value > 0 for row in rows)
        )
        for key, rows in by_key.items()
    ]


def _called(row: MetricRow) -> str:
    what = CALLED.get(row.metric.name, row.metric.name.replace("_", " "))
    if row.percentile is not None:
        what += " of single messages"
    return f"{what}, {row.part}" if row.part else what


def _distribution(case: CaseResult, filters: Sequence[Filter]) -> Iterator[dict[str, Any]]:
    """Yield the percentiles of single messages of all launches together, ever closer to the slowest."""
    values, shares = case.distribution()
    if not len(values):
        return
    place, known = _place(case.case, case.loss, filters), _known_of(case.loss, case.record.failure)
    # The slowest message stands at the share before it: its own percentile would be infinite.
    deepest = float(1 / (1 - shares[-2])) if len(shares) > 1 else 1.0
    steps = np.logspace(0, DEEPEST, DEEPEST * A_DECADE + 1)
    by_launch = case.percentiles([100 * (1 - 1 / beyond) for beyond in steps])
    for beyond in steps:
        if beyond > deepest:
            return
        share = 1 - 1 / beyond
        value = float(values[min(int(np.searchsorted(shares, share)), len(values) - 1)])
        told = wording.seconds(value) + _between(by_launch.get(100 * share), wording.seconds)
        yield {
            **place,
            "beyond": _short(beyond),
            "value": _short(value),
            "text": f"{share:.5%}: {told}{known}",
        }
