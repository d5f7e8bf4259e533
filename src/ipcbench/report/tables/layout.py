"""What all tables look like, and what they call cases and sizes."""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator, Sequence

from rich.console import Console
from rich.table import Table

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.units import format_size

#: What a command says: lines, and tables between them.
Part = str | Table
#: Whoever reads more reads it by a program; each takes a hundredth of a second.
MOST_TABLES = 500
#: Characters; where a table is wider, figures would be cut short.
WIDEST = 1000


def as_text(parts: Iterable[Part]) -> str:
    """Return lines and tables as plain text, as wide as they need to be, without an end of the last line."""
    return "\n".join(part if isinstance(part, str) else _drawn(part) for part in at_most(parts))


def at_most(parts: Iterable[Part], tables: int = MOST_TABLES) -> Iterator[Part]:
    """Yield lines and up to so many tables, then a line that says how many more there are."""
    count = 0
    for part in parts:
        count += isinstance(part, Table)
        if count <= tables:
            yield part
    if count > tables:
        yield f"\n{count - tables:,} more tables are left out; `ipcbench show --format json` has all figures"


def _drawn(table: Table) -> str:
    # In a notebook rich would show the tables itself, and there would be no text. What stands in a table may
    # come from a channel's error or a document: it is no markup.
    console = Console(
        file=io.StringIO(), width=WIDEST, color_system=None, force_jupyter=False, markup=False, emoji=False
    )
    console.print(table)
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue().removesuffix("\n")


def new_table(title: str, columns: Sequence[str], *, left: Sequence[str] = ()) -> Table:
    """Return an empty table; columns stand to the right but for those of `left`."""
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column, justify="left" if column in left else "right", no_wrap=True)
    return table


def channel_label(case: CaseResult) -> str:
    """Return the case's name in its group, in brackets where it was measured for comparison only."""
    return case.label if case.record.asked else f"({case.label})"


def size_label(case: CaseResult) -> str:
    """Return the message size, and the workload's parameter where it has one."""
    return f"{format_size(case.case.payload_bytes)} {case.workload.parameter}".rstrip()


def size_heading(family: Sequence[GroupResult]) -> str:
    """Return what stands above `size_label`."""
    name = family[0].reference.workload.parameter_name
    return f"size, {name}" if name else "size"
