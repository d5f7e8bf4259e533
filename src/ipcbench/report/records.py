"""What can be looked at of each kind of record: one entry a kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from ipcbench.analysis.counts import counts_of
from ipcbench.analysis.explanation import explanations_of
from ipcbench.analysis.groups import read_groups
from ipcbench.analysis.self_test import self_test_of
from ipcbench.analysis.tuning import tuning_of
from ipcbench.errors import UsageError
from ipcbench.plan.units import format_size
from ipcbench.record import comparison, counts, explanation, tuning
from ipcbench.record.comparison import ComparisonDocument
from ipcbench.record.counts import CountsDocument
from ipcbench.record.explanation import ExplanationDocument
from ipcbench.record.kinds import read_record
from ipcbench.record.reading import RUN
from ipcbench.record.run import RunDocument
from ipcbench.record.tuning import TuningDocument
from ipcbench.report.ab_verdicts import comparisons_of
from ipcbench.report.cautions import wrote
from ipcbench.report.file_names import file_name
from ipcbench.report.formats import FORMATS
from ipcbench.report.formats.run import run_json
from ipcbench.report.formats.tuning import tuning_json, tuning_markdown
from ipcbench.report.tables.counts import counts_json, counts_text
from ipcbench.report.tables.explanation import explanation_text, explanations_json
from ipcbench.report.tables.run import run_table
from ipcbench.report.tables.self_test import self_test_text
from ipcbench.report.tables.tuning import tuning_text
from ipcbench.report.verdicts import Comparisons


@dataclass(frozen=True, slots=True)
class Shown:
    """How a record of one kind is shown, drawn and listed; each takes the record's document."""

    #: By format, the record's text.
    formats: dict[str, Callable[[Any], str]]
    #: What it has, of what, and how long and when it was measured.
    describe: Callable[[Any], tuple[str, ...]]
    #: Draws its charts into a folder, their names beginning with a stem, and returns the files; of a run it
    #: can draw only the charts whose own names begin so. None: it has no charts.
    draw: Callable[..., list[Path]] | None = None


def show(path: Path, style: str) -> str:
    """Return a record's text in a format; raise UsageError for one that its kind has not."""
    kind, document = read_record(path)
    formats = KINDS[kind].formats
    if style not in formats:
        raise UsageError(f"format {style!r} is none of {path.name}'s; accepted: {', '.join(formats)}")
    return formats[style](document)


def draw(path: Path, folder: Path, stem: str, only: str = "") -> list[Path]:
    """Draw a record's charts, or those whose names begin so; return their files.

    Raises UsageError where its kind has none, or none of this name.
    """
    kind, document = read_record(path)
    drawn = KINDS[kind].draw
    if drawn is None:
        raise UsageError(f"{path.name}: it has no chart; accepted: ipcbench show")
    if isinstance(document, RunDocument):
        return drawn(document, folder, stem, only)
    if only:
        raise UsageError(f"{path.name}: it is no run, and has no chart named {only!r}; accepted: no name")
    return drawn(document, folder, stem)


def describe(path: Path) -> tuple[str, ...]:
    """Return what a list says of a record."""
    kind, document = read_record(path)
    return KINDS[kind].describe(document)


def _run_text(document: RunDocument) -> str:
    return run_table(read_groups(document), document.ipcbench)


def _run_json(document: RunDocument) -> str:
    return run_json(read_groups(document))


def _draw_run(document: RunDocument, folder: Path, stem: str, only: str) -> list[Path]:
    from ipcbench.report.charts import draw_charts

    return draw_charts(document, folder, stem, only)


def _describe_run(document: RunDocument) -> tuple[str, ...]:
    assert document.ipcbench is not None
    pythons = f"Python {', '.join(document.ipcbench.targets)}"
    return _line(f"{len(document.benchmarks)} cases", pythons, document.ipcbench.elapsed_s, document.datetime)


def _comparison_text(write: Callable[[Comparisons], str], document: ComparisonDocument) -> str:
    return write(comparisons_of(document))


def _draw_comparison(document: ComparisonDocument, folder: Path, stem: str) -> list[Path]:
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.heat_map import draw_verdicts

    return save(draw_verdicts(comparisons_of(document)), folder / stem)


def _describe_comparison(document: ComparisonDocument) -> tuple[str, ...]:
    record = document.ipcbench
    arms = " against ".join(arm.text for arm in record.arms)
    return _line(f"{len(record.rows)} comparisons", arms, record.elapsed_s, document.datetime)


def _draw_explanations(document: ExplanationDocument, folder: Path, stem: str) -> list[Path]:
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.waterfall import draw as waterfall

    rows = document.ipcbench.explained
    names = [stem if len(rows) == 1 else f"{stem}-{file_name(row.case.python)}" for row in rows]
    drawn = zip(names, explanations_of(document), strict=True)
    return [file for name, each in drawn for file in save(waterfall(each), folder / name)]


def _describe_explanations(document: ExplanationDocument) -> tuple[str, ...]:
    rows = document.ipcbench.explained
    told = ", ".join(f"{row.case.channel} ({row.case.python})" for row in rows)
    return (
        f"explanations of {told}",
        f"{sum(len(row.launches) for row in rows)} launches",
        document.datetime[:16],
    )


def _describe_self_test(document: ComparisonDocument) -> tuple[str, ...]:
    record = document.ipcbench
    pythons = dict.fromkeys(row.case.python for row in record.rows if row.case)
    python = f"Python {', '.join(pythons)}" if pythons else ""
    return _line(f"self-test of {len(record.rows)} cells", python, record.elapsed_s, document.datetime)


def _describe_counts(document: CountsDocument) -> tuple[str, ...]:
    pythons = dict.fromkeys(row.case.python for row in document.ipcbench.rows)
    return (
        f"counts of {len(document.ipcbench.rows)} cases",
        f"Python {', '.join(pythons)}",
        document.datetime[:16],
    )


def _draw_tuning(document: TuningDocument, folder: Path, stem: str) -> list[Path]:
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.tuning import draw_tuning

    return save(draw_tuning(tuning_of(document)), folder / stem)


def _describe_tuning(document: TuningDocument) -> tuple[str, ...]:
    record = document.ipcbench
    case = record.case
    of = f"{case.channel}, {format_size(case.payload_bytes)}, Python {case.python}"
    return _line(f"tuning, {len(record.knobs)} knobs", of, record.elapsed_s, document.datetime)


def _with_output(text: str, document: Any) -> str:
    """Return a text, and below it what was written by what was measured."""
    return "\n".join([text.rstrip("\n"), *wrote(document.ipcbench.output)])


def _line(what: str, of: str, seconds: float, date: str) -> tuple[str, ...]:
    return (what, of, f"{seconds:.0f} s", date[:16])


KINDS: dict[str, Shown] = {
    RUN: Shown({"text": _run_text, "json": _run_json}, _describe_run, _draw_run),
    comparison.KIND: Shown(
        {name: partial(_comparison_text, write) for name, write in FORMATS.items()},
        _describe_comparison,
        _draw_comparison,
    ),
    comparison.SELF_TEST: Shown(
        {
            "text": lambda document: _with_output(self_test_text(self_test_of(document)), document),
            "json": lambda document: msgspec.json.encode(self_test_of(document)).decode(),
        },
        _describe_self_test,
    ),
    counts.KIND: Shown(
        {
            "text": lambda document: _with_output(counts_text(counts_of(document)), document),
            "json": lambda document: counts_json(counts_of(document)),
        },
        _describe_counts,
    ),
    explanation.KIND: Shown(
        {
            "text": lambda document: _with_output(
                "\n\n".join(map(explanation_text, explanations_of(document))), document
            ),
            "json": lambda document: explanations_json(explanations_of(document)),
        },
        _describe_explanations,
        _draw_explanations,
    ),
    tuning.KIND: Shown(
        {
            "text": lambda document: tuning_text(tuning_of(document)),
            "json": lambda document: tuning_json(tuning_of(document)),
            "markdown": lambda document: tuning_markdown(tuning_of(document)),
        },
        _describe_tuning,
        _draw_tuning,
    ),
}
#: All kinds, for who takes the latest of any.
ALL: Sequence[str] = tuple(KINDS)
#: Those that have charts.
DRAWN: Sequence[str] = tuple(kind for kind, shown in KINDS.items() if shown.draw)
