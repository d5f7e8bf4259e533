"""OpenMetrics text 1.0: gauges with the time of the run, for Prometheus and what understands it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from ipcbench.errors import DocumentError
from ipcbench.record.run import RunDocument
from ipcbench.report.metrics import (
    A_SECOND,
    COUNT,
    MEGABYTES,
    RATIO,
    SECONDS,
    SHARE,
    MetricRow,
    asked_metrics,
)
from ipcbench.visible import visible

#: By unit: what OpenMetrics calls it, which ends a family's name, and what a figure is multiplied with.
_UNITS = {
    SECONDS: ("seconds", 1.0),
    A_SECOND: ("per_second", 1.0),
    MEGABYTES: ("bytes_per_second", 1e6),
    RATIO: ("ratio", 1.0),
    COUNT: ("", 1.0),
    SHARE: ("ratio", 1.0),
}


@dataclass(frozen=True, slots=True)
class Family:
    """A family of gauges: what all its samples have in common."""

    name: str
    unit: str
    help: str


#: By metric; a metric that a record names itself is one of the durations.
_FAMILIES = {
    "seconds": "message",
    "messages_per_s": "messages",
    "megabytes_per_s": "payload",
    "ratio": "time_to_reference",
    "of_loop": "rate_to_loop",
    "after_pause": "message_after_pause",
    "cpu_s": "message_cpu",
    "voluntary_switches": "message_sleeps",
    "page_faults": "message_page_faults",
    "lost": "lost_messages",
}


def write(records: Mapping[Path, RunDocument], part: str = "") -> str:
    """Return the figures of the cases that were asked for; raise DocumentError for a time that is none."""
    ((path, document),) = records.items()
    families: dict[Family, list[MetricRow]] = {}
    for row in asked_metrics(records, part):
        families.setdefault(_family(row), []).append(row)
    at = _seconds(path, document.datetime)
    lines = [line for family, rows in families.items() for line in _lines(family, rows, at)]
    return "\n".join([*lines, "# EOF", ""])


def _family(row: MetricRow) -> Family:
    name = "message_quantile" if row.percentile is not None else _FAMILIES.get(row.metric.name, "duration")
    return Family(name, row.metric.unit, row.metric.help)


def _lines(family: Family, rows: Sequence[MetricRow], at: str) -> Iterator[str]:
    """Yield the family of the values, and those of the ends of their intervals where there are some."""
    unit, factor = _UNITS[family.unit]
    for end, said in (("value", ""), ("low", "Lower end: "), ("high", "Upper end: ")):
        name = "_".join(filter(None, ("ipcbench", family.name, end if said else "", unit)))
        known = [(row, getattr(row.estimate, end)) for row in rows]
        samples = [
            f"{name}{{{_labels(row)}}} {value * factor!r} {at}" for row, value in known if value is not None
        ]
        if samples:
            yield f"# TYPE {name} gauge"
            if unit:
                yield f"# UNIT {name} {unit}"
            yield f"# HELP {name} {said}{family.help}"
            yield from samples


def _labels(row: MetricRow) -> str:
    labels = {**row.coordinates, "end": row.part}
    if row.percentile is not None:
        labels["quantile"] = f"{row.percentile / 100:g}"
    elif row.metric.name not in _FAMILIES:
        labels["duration"] = row.metric.name
    return ",".join(f'{name}="{_escaped(text)}"' for name, text in labels.items() if text)


def _escaped(text: str) -> str:
    return visible(text.replace("\\", "\\\\").replace('"', '\\"'))


def _seconds(path: Path, text: str) -> str:
    """Return when a run was made, in seconds since 1970; times without a zone are UTC, as we write them."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise DocumentError(f"{path}: {visible(text)!r} is no time") from error
    return f"{(at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp():.3f}"
