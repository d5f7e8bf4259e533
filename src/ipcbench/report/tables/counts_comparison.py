"""What two records of counts differ in, as text and for programs."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from ipcbench.analysis.counts_comparison import CountChange, CountsComparison
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import name_parts
from ipcbench.report.tables.layout import Part, as_text, new_table


def counts_comparison_text(compared: CountsComparison) -> str:
    """Return a row for each count that changed, then what is the same, what varies and what is missing."""
    return as_text(counts_comparison_parts(compared))


def counts_comparison_parts(compared: CountsComparison) -> list[Part]:
    """Return the same as tables and lines."""
    table = new_table(
        "what one message takes, where it changed",
        ["case", "end", "what", "before", "after", "verdict"],
        left=("case", "end", "what", "verdict"),
    )
    for each in compared.changes:
        table.add_row(
            _name(each.case), each.end, each.what, f"{each.before:,}", f"{each.after:,}", _verdict(each)
        )
    return [
        f"base: {compared.base}",
        f"head: {compared.head}",
        *([table] if compared.changes else []),
        f"{len(compared.changes)} counts changed, {compared.same} are the same",
        *_remarks(compared),
    ]


def counts_comparison_json(compared: CountsComparison) -> str:
    """Return the same for programs."""
    return json.dumps(
        {
            "base": compared.base,
            "head": compared.head,
            "changes": counts_comparison_dicts(compared),
            "same": compared.same,
            "varying": compared.varying,
            "unwatched": [case.name for case in compared.unwatched],
            "missing": {case.name: why for case, why in compared.missing.items()},
            "added": [case.name for case in compared.added],
        },
        indent=2,
    )


def counts_comparison_dicts(compared: CountsComparison) -> list[dict[str, Any]]:
    """Return a row for each count that changed, as plain values."""
    return [
        {
            "case": each.case.name,
            "end": each.end,
            "what": each.what,
            "before": each.before,
            "after": each.after,
            "verdict": _verdict(each),
        }
        for each in compared.changes
    ]


#: By name, as people ask for them.
FORMATS = {"text": counts_comparison_text, "json": counts_comparison_json}


def _verdict(change: CountChange) -> str:
    return "more" if change.is_more else "fewer"


def _name(case: Case) -> str:
    return " ".join(name_parts(case, leave_out=["python"]))


def _remarks(compared: CountsComparison) -> list[str]:
    told = []
    if compared.varying:
        told.append(
            f"{compared.varying} vary from message to message in one of the records: nothing is said of them"
        )
    told += [
        f"system calls are not compared, as one record has none: {each}"
        for each in _listed(compared.unwatched)
    ]
    told += [
        f"missing in the later record: {_name(case)}{f': {why}' if why else ''}"
        for case, why in compared.missing.items()
    ]
    return told + [f"only in the later record: {each}" for each in _listed(compared.added)]


def _listed(cases: Sequence[Case]) -> list[str]:
    """Return cases in one line; none without any."""
    return [", ".join(map(_name, cases))] if cases else []
