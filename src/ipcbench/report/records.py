"""What can be looked at of each kind of record: one entry a kind."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import msgspec

from ipcbench.analysis.counts import counts_of
from ipcbench.analysis.explanation import Explanation, explanations_of
from ipcbench.analysis.groups import read_groups
from ipcbench.analysis.self_test import self_test_of
from ipcbench.errors import DocumentError, UsageError
from ipcbench.record import comparison, counts, explanation
from ipcbench.record.self_test import SelfTest
from ipcbench.record.store import RUN, kind_of, read_document
from ipcbench.report.ab_verdicts import comparisons_of
from ipcbench.report.charts.families import file_name
from ipcbench.report.counts_table import counts_json, counts_text
from ipcbench.report.explanation import explanation_text, explanations_json
from ipcbench.report.self_test import self_test_text
from ipcbench.report.table import run_table
from ipcbench.report.verdict_formats import FORMATS
from ipcbench.report.verdicts import Comparisons


@dataclass(frozen=True, slots=True)
class Kind:
    """How a record of one kind is shown, drawn and listed."""

    #: By format, the record's text.
    formats: dict[str, Callable[[Path], str]]
    #: Draws its charts into a folder, named by a stem; returns their files.
    draw: Callable[[Path, Path, str], list[Path]]
    #: What it has, of what, and how long and when it was measured.
    describe: Callable[[Path], tuple[str, ...]]


def show(path: Path, style: str) -> str:
    """Return a record's text in a format; raise UsageError for one that its kind has not."""
    formats = _kind(path).formats
    if style not in formats:
        raise UsageError(f"format {style!r} is none of {path.name}'s; accepted: {', '.join(formats)}")
    return formats[style](path)


def draw(path: Path, folder: Path, stem: str) -> list[Path]:
    """Draw a record's charts; return their files."""
    return _kind(path).draw(path, folder, stem)


def describe(path: Path) -> tuple[str, ...]:
    """Return what a list says of a record."""
    return _kind(path).describe(path)


def _kind(path: Path) -> Kind:
    kind = kind_of(path)
    if kind not in KINDS:
        raise DocumentError(f"{path}: a record of a kind that this version does not know")
    return KINDS[kind]


def _run_text(path: Path) -> str:
    document = read_document(path)
    return run_table(read_groups(document), document.ipcbench)


def _draw_run(path: Path, folder: Path, stem: str) -> list[Path]:
    from ipcbench.report.charts import draw_charts

    return draw_charts(read_document(path), folder, stem)


def _describe_run(path: Path) -> tuple[str, ...]:
    document = read_document(path)
    assert document.ipcbench is not None
    pythons = f"Python {', '.join(document.ipcbench.targets)}"
    return _line(f"{len(document.benchmarks)} cases", pythons, document.ipcbench.elapsed_s, document.datetime)


def _comparison_text(write: Callable[[Comparisons], str], path: Path) -> str:
    return write(comparisons_of(comparison.read_comparison(path)))


def _draw_comparison(path: Path, folder: Path, stem: str) -> list[Path]:
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.verdicts import draw_verdicts

    return save(draw_verdicts(comparisons_of(comparison.read_comparison(path))), folder / stem)


def _describe_comparison(path: Path) -> tuple[str, ...]:
    document = comparison.read_comparison(path)
    record = document.ipcbench
    arms = " against ".join(arm.text for arm in record.arms)
    return _line(f"{len(record.rows)} comparisons", arms, record.elapsed_s, document.datetime)


def _explanations(path: Path) -> list[Explanation]:
    return explanations_of(explanation.read_explanation(path))


def _draw_explanations(path: Path, folder: Path, stem: str) -> list[Path]:
    from ipcbench.report.charts.canvas import save
    from ipcbench.report.charts.waterfall import draw as waterfall

    rows = explanation.read_explanation(path).ipcbench.explained
    names = [stem if len(rows) == 1 else f"{stem}-{file_name(row.case.python)}" for row in rows]
    drawn = zip(names, _explanations(path), strict=True)
    return [file for name, each in drawn for file in save(waterfall(each), folder / name)]


def _describe_explanations(path: Path) -> tuple[str, ...]:
    document = explanation.read_explanation(path)
    rows = document.ipcbench.explained
    told = ", ".join(f"{row.case.channel} ({row.case.python})" for row in rows)
    return (
        f"explanations of {told}",
        f"{sum(len(row.launches) for row in rows)} launches",
        document.datetime[:16],
    )


def _draw_nothing(path: Path, _folder: Path, _stem: str) -> list[Path]:
    raise UsageError(f"{path.name}: it has no chart; accepted: ipcbench show")


def _self_test(path: Path) -> SelfTest:
    return self_test_of(comparison.read_comparison(path, comparison.SELF_TEST))


def _describe_self_test(path: Path) -> tuple[str, ...]:
    document = comparison.read_comparison(path, comparison.SELF_TEST)
    record = document.ipcbench
    python = f"Python {record.rows[0].case.python}" if record.rows else ""
    return _line(f"self-test of {len(record.rows)} cells", python, record.elapsed_s, document.datetime)


def _describe_counts(path: Path) -> tuple[str, ...]:
    document = counts.read_counts(path)
    pythons = dict.fromkeys(row.case.python for row in document.ipcbench.rows)
    return (
        f"counts of {len(document.ipcbench.rows)} cases",
        f"Python {', '.join(pythons)}",
        document.datetime[:16],
    )


def _line(what: str, of: str, seconds: float, date: str) -> tuple[str, ...]:
    return (what, of, f"{seconds:.0f} s", date[:16])


KINDS: dict[str, Kind] = {
    RUN: Kind({"text": _run_text}, _draw_run, _describe_run),
    comparison.KIND: Kind(
        {name: partial(_comparison_text, write) for name, write in FORMATS.items()},
        _draw_comparison,
        _describe_comparison,
    ),
    comparison.SELF_TEST: Kind(
        {
            "text": lambda path: self_test_text(_self_test(path)),
            "json": lambda path: msgspec.json.encode(_self_test(path)).decode(),
        },
        _draw_nothing,
        _describe_self_test,
    ),
    counts.KIND: Kind(
        {
            "text": lambda path: counts_text(counts_of(counts.read_counts(path))),
            "json": lambda path: counts_json(counts_of(counts.read_counts(path))),
        },
        _draw_nothing,
        _describe_counts,
    ),
    explanation.KIND: Kind(
        {
            "text": lambda path: "\n\n".join(map(explanation_text, _explanations(path))),
            "json": lambda path: explanations_json(_explanations(path)),
        },
        _draw_explanations,
        _describe_explanations,
    ),
}
#: All kinds, for who takes the latest of any.
ALL: Sequence[str] = tuple(KINDS)
