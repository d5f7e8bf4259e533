"""A tuning as a table, with what there is to paste."""

from __future__ import annotations

from rich.table import Table

from ipcbench.analysis.tuning import Tried, TuningResult
from ipcbench.record.tuning import AS_IT_IS
from ipcbench.report.tables.layout import Part, as_text, new_table
from ipcbench.report.tuning import (
    as_it_is,
    cautions,
    cells,
    estimate_text,
    headings,
    headline,
    memory_text,
    not_tried,
    promise,
    remark,
    to_paste,
)


def tuning_text(tuning: TuningResult) -> str:
    """Return what was found, what each knob came to, what gains on top, and the lines to paste."""
    return as_text(tuning_parts(tuning))


def tuning_parts(tuning: TuningResult) -> list[Part]:
    """Return the same as lines and tables."""
    parts: list[Part] = [headline(tuning), *cautions(tuning), *as_it_is(tuning), "", _knobs(tuning)]
    if tuning.on_top:
        parts += ["", _on_top(tuning)]
    parts += not_tried(tuning)
    parts += ["", promise(tuning)] if tuning.knobs else ["", "no knob shows a symptom; --knob NAME tries one"]
    if tuning.interrupted:
        parts.append("interrupted")
    for knob in tuning.advised:
        parts += ["", f"{knob.row.name}:", *(f"    {line}" for line in to_paste(knob))]
    return parts


def _knobs(tuning: TuningResult) -> Table:
    columns = [*headings(tuning), "why it was tried", " "]
    table = new_table(tuning.conditions, columns, left=("knob", "", "which end", "why it was tried", " "))
    table.add_row(AS_IT_IS, "1", "", "", "", "", memory_text(tuning, AS_IT_IS), "", "")
    if tuning.confirmed:
        _add(table, tuning, tuning.confirmed, "", "together, on fresh launches")
    for knob, tried in tuning.in_order():
        _add(table, tuning, tried, knob.ends, knob.row.symptom)
    return table


def _add(table: Table, tuning: TuningResult, tried: Tried, ends: str, why: str) -> None:
    table.add_row(*cells(tuning, tried, ends), why, remark(tuning, tried))


def _on_top(tuning: TuningResult) -> Table:
    table = new_table("", ["on top", "time to", "", "launches", " "], left=("on top", "", " "))
    for tried in tuning.on_top:
        table.add_row(
            tried.name,
            f"{estimate_text(tried)} of {tried.base}",
            tried.finding.value,
            str(len(tried.logs)),
            remark(tuning, tried),
        )
    return table
