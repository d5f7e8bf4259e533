"""The table of exact counts, and the facts below it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from ipcbench.analysis.counts import ENDS, CaseCounts, Count, Difference, differences
from ipcbench.plan.units import format_size
from ipcbench.report.cautions import by_slowdown, slowed_text
from ipcbench.report.table import as_text, new_table

#: Names of the system calls that the columns of reads and writes stand for.
_COLUMNS = {"read", "write"}


def counts_text(found: Sequence[CaseCounts]) -> str:
    """Return a row for each case, then where interpreters differ."""
    titles = dict.fromkeys((case.start_method, case.placement) for case in found)
    tables = []
    for start_method, placement in titles:
        table = new_table(
            f"{start_method}, {placement}: what one message takes; a-b: varies from message to message",
            [
                "size", "channel", "python", "writes", "bytes written", "reads", "bytes read",
                "other calls of the sender", "of the receiver",
            ],
            left=("channel", "python", "other calls of the sender", "of the receiver"),
        )  # fmt: skip
        for case in found:
            if (case.start_method, case.placement) == (start_method, placement):
                table.add_row(*_cells(case))
        tables.append(table)
    return as_text(tables) + "\n".join(_facts(found))


def counts_json(found: Sequence[CaseCounts]) -> str:
    """Return the same for programs: each count with its lowest and highest value."""
    facts = [asdict(each) for each in differences(found)]
    return json.dumps({"cases": [asdict(case) for case in found], "differences": facts}, indent=2)


def _cells(case: CaseCounts) -> list[str]:
    sender, receiver = (case.counts[end] for end in ENDS)
    return [
        format_size(case.payload_bytes),
        case.channel,
        case.python,
        str(sender["writes"]),
        str(sender["bytes written"]),
        str(receiver["reads"]),
        str(receiver["bytes read"]),
        *(_others(case, end) for end in ENDS),
    ]


def _others(case: CaseCounts, end: str) -> str:
    if case.calls is None:
        return "n/a"
    return ", ".join(_call(name, count) for name, count in case.calls[end].items() if name not in _COLUMNS)


def _call(name: str, count: Count) -> str:
    return name if count == Count(1, 1) else f"{name} ×{count}"


def _facts(found: Sequence[CaseCounts]) -> list[str]:
    slowed = by_slowdown(
        (f"{case.channel}, {format_size(case.payload_bytes)}, {case.python}", case.slowdowns)
        for case in found
    )
    told = slowed_text(slowed, len(found), every="every case")
    if len({case.python for case in found}) < 2:
        return told
    return told + [_fact(each) for each in differences(found)] or [
        "All interpreters take the same of the kernel."
    ]


def _fact(difference: Difference) -> str:
    pythons = ", ".join(f"{count} on {python}" for python, count in difference.by_python.items())
    case = f"{difference.channel}, {format_size(difference.payload_bytes)}"
    return f"{case}: {difference.what} of the {difference.end}: {pythons}"
