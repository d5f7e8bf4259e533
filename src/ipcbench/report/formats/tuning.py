"""A tuning as JSON and as Markdown."""

from __future__ import annotations

import json
import math
from typing import Any

import msgspec

from ipcbench.analysis.tuning import Tried, TuningResult
from ipcbench.report.formats.markdown import as_code, in_table
from ipcbench.report.tuning import (
    as_it_is,
    cautions,
    cells,
    headings,
    headline,
    not_tried,
    promise,
    remark,
    to_paste,
)
from ipcbench.words import ROLES


def tuning_dict(tuning: TuningResult) -> dict[str, Any]:
    """Return everything as plain values: seconds, bytes, and ratios of times to those as it is."""
    return {
        "case": msgspec.to_builtins(tuning.case),
        "conditions": tuning.conditions,
        "threshold": tuning.threshold,
        "alpha": tuning.alpha,
        "seconds_a_message": tuning.message_s,
        "ratio_to_loop": tuning.to_loop,
        "page_faults": {role: tuning.faults(role) for role in ROLES},
        "cpu_seconds": {role: tuning.cpu_s(role) for role in ROLES},
        "waits": {role: tuning.waits(role) for role in ROLES},
        "burst_messages": tuning.burst_messages,
        "bursts": msgspec.to_builtins(tuning.bursts),
        "combination": _tried_dict(tuning.confirmed) if tuning.confirmed else None,
        "knobs": [
            {
                **msgspec.to_builtins(knob.row),
                "which_end": knob.ends,
                **(_tried_dict(knob.tried) if knob.tried else {}),
            }
            for knob in tuning.knobs
        ],
        "on_top": [{**_tried_dict(tried), "base": tried.base} for tried in tuning.on_top],
        "warnings": cautions(tuning),
        "interrupted": tuning.interrupted,
    }


def tuning_json(tuning: TuningResult) -> str:
    """Return it as JSON."""
    return json.dumps(tuning_dict(tuning), indent=2, ensure_ascii=False)


def _tried_dict(tried: Tried) -> dict[str, Any]:
    decision = tried.decision
    found = [end if math.isfinite(end) else None for end in tried.estimate]
    return {
        "name": tried.name,
        "finding": tried.finding.value,
        **dict(zip(("ratio", "low", "high"), found, strict=True)),
        "launches": len(tried.logs),
        "decided_after": decision.launches if decision else None,
        "wanted_launches": decision.wanted if decision else None,
        "failure": tried.failure or None,
        "faults": [list(pair) for pair in tried.faults],
    }


def tuning_markdown(tuning: TuningResult) -> str:
    """Return it as Markdown, for a comment."""
    lines = [f"**{in_table(headline(tuning))}**", ""]
    lines += [f"- {in_table(line)}" for line in [*cautions(tuning), *as_it_is(tuning)]]
    columns = [*headings(tuning), ""]
    lines += ["", f"| {' | '.join(columns)} |", "|---" * len(columns) + "|"]
    rows = [("", tuning.confirmed)] if tuning.confirmed else []
    for ends, tried in [*rows, *((knob.ends, tried) for knob, tried in tuning.in_order())]:
        row = [*cells(tuning, tried, ends), remark(tuning, tried)]
        lines.append("| " + " | ".join(in_table(cell) for cell in row) + " |")
    parts = ["\n".join(lines), *map(in_table, [*not_tried(tuning), tuning.conditions, promise(tuning)])]
    for knob in tuning.advised:
        code = "\n".join(as_code(line, keep=True) for line in to_paste(knob))
        parts.append(f"{in_table(knob.row.name)}:\n\n```\n{code}\n```")
    return "\n\n".join(parts)
