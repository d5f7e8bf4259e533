"""The verdicts of a comparison as a table."""

from __future__ import annotations

from rich.table import Table

from ipcbench.report import wording
from ipcbench.report.tables.layout import Part, as_text, new_table
from ipcbench.report.verdicts import ADJUSTED, Comparisons, remark, summary


def verdicts_text(comparisons: Comparisons) -> str:
    """Return the table, what it promises, and the counts."""
    return as_text(verdicts_parts(comparisons))


def verdicts_parts(comparisons: Comparisons) -> list[Part]:
    """Return what is to be known first, the table, what it promises, and the counts."""
    arms = [f"{label}: {text}" for label, text in comparisons.told_arms]
    return [*comparisons.warnings, *arms, _table(comparisons), summary(comparisons), *comparisons.notes]


def _table(comparisons: Comparisons) -> Table:
    several, timed = len(comparisons.arms) > 2, any(row.seconds for row in comparisons.rows)
    with_faults = any(row.faults for row in comparisons.rows)
    columns = [
        "cell",
        *(["arm"] if several else []),
        f"{comparisons.metric} to {comparisons.arms[0][0]}'s",
        *([ADJUSTED] if comparisons.has_adjusted else []),
        "verdict",
        *([wording.FAULTS_HEADING] if with_faults else []),
        "launches",
        *(["s"] if timed else []),
        "",
    ]
    table = new_table(comparisons.conditions, columns, left=("cell", "arm", "verdict", ""))
    for row in comparisons.rows:
        table.add_row(
            row.cell,
            *([row.arm] if several else []),
            row.measured,
            *([row.adjusted] if comparisons.has_adjusted else []),
            row.word,
            *([wording.faults(row.faults)] if with_faults else []),
            str(row.decision.launches) if row.decision else "",
            *([f"{row.seconds:.1f}"] if timed else []),
            remark(row),
        )
    return table
