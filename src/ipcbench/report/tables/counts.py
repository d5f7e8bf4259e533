"""The table of exact counts, and the facts below it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from ipcbench.analysis.counts import CaseCounts, Count, CountDifference, differences
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import BY_NAME, name_parts
from ipcbench.record.counts import CountsRecord
from ipcbench.report.cautions import by_slowdown, slowed_text, unmeasured
from ipcbench.report.tables.layout import Part, as_text, new_table
from ipcbench.words import ROLES

#: Names of the system calls that the columns of reads and writes stand for.
_COLUMNS = {"read", "write"}


def counts_text(counted: Sequence[CaseCounts], record: CountsRecord | None = None) -> str:
    """Return a row for each case, where interpreters differ, and what of the record has no row."""
    return as_text(counts_parts(counted, record))


def counts_parts(counted: Sequence[CaseCounts], record: CountsRecord | None = None) -> list[Part]:
    """Return the same as tables and lines."""
    tables = []
    for title in dict.fromkeys(map(_title, counted)):
        table = new_table(
            f"{title}: what one message takes; a-b: varies from message to message",
            [
                "size", "channel", "python", "writes", "bytes written", "reads", "bytes read",
                "other calls of the sender", "of the receiver",
            ],
            left=("channel", "python", "other calls of the sender", "of the receiver"),
        )  # fmt: skip
        for each in counted:
            if _title(each) == title:
                table.add_row(*_cells(each))
        tables.append(table)
    return [*tables, *_facts(counted), *(unmeasured(record) if record else [])]


def counts_json(counted: Sequence[CaseCounts], record: CountsRecord | None = None) -> str:
    """Return the same for programs: each count with its lowest and highest value."""
    facts = [_flat(each) for each in differences(counted)]
    told = {"failures": record.failures, "left_out": record.left_out} if record else {}
    return json.dumps({"cases": counts_dicts(counted), "differences": facts, **told}, indent=2)


def counts_dicts(counted: Sequence[CaseCounts]) -> list[dict[str, Any]]:
    """Return a row for each case, as plain values."""
    return [_flat(each) for each in counted]


def _flat(row: CaseCounts | CountDifference) -> dict[str, Any]:
    fields = asdict(row)
    return {**fields.pop("case"), **fields}


def _title(counted: CaseCounts) -> str:
    return ", ".join(name_parts(counted.case, leave_out=("channel", "workload", "size", "python")))


def _name(case: Case) -> str:
    return f"{case.channel}, {BY_NAME['size'].text(case.payload_bytes)}"


def _cells(counted: CaseCounts) -> list[str]:
    sender, receiver = (counted.counts[end] for end in ROLES)
    return [
        *(BY_NAME[name].text(BY_NAME[name].of(counted.case)) for name in ("size", "channel", "python")),
        str(sender["writes"]),
        str(sender["bytes written"]),
        str(receiver["reads"]),
        str(receiver["bytes read"]),
        *(_others(counted, end) for end in ROLES),
    ]


def _others(case: CaseCounts, end: str) -> str:
    if case.calls is None:
        return "n/a"
    return ", ".join(_call(name, count) for name, count in case.calls[end].items() if name not in _COLUMNS)


def _call(name: str, count: Count) -> str:
    return name if count == Count(1, 1) else f"{name} ×{count}"


def _facts(counted: Sequence[CaseCounts]) -> list[str]:
    slowed = by_slowdown((f"{_name(each.case)}, {each.case.python}", each.slowdowns) for each in counted)
    told = slowed_text(slowed, len(counted), every="every case")
    if len({each.case.python for each in counted}) < 2:
        return told
    return told + [_fact(each) for each in differences(counted)] or [
        "All interpreters take the same of the kernel."
    ]


def _fact(difference: CountDifference) -> str:
    pythons = ", ".join(f"{count} on {python}" for python, count in difference.by_python.items())
    return f"{_name(difference.case)}: {difference.what} of the {difference.end}: {pythons}"
