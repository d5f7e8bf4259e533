"""The verdicts of a comparison as text, Markdown, JSON, commands for GitHub and JUnit XML."""

from __future__ import annotations

import json
import math
import secrets
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree as Xml

from ipcbench.analysis.decision import Verdict
from ipcbench.report.table import as_text, new_table
from ipcbench.report.verdicts import ADJUSTED, Comparisons, Row, remark, summary


def verdicts_text(found: Comparisons) -> str:
    """Return the table, what it promises, and the counts."""
    arms = "".join(f"{label}: {text}\n" for label, text in found.told_arms)
    several, timed = len(found.arms) > 2, any(row.seconds for row in found.rows)
    columns = [
        "cell",
        *(["arm"] if several else []),
        f"{found.metric} to {found.arms[0][0]}'s",
        *([ADJUSTED] if found.has_adjusted else []),
        "verdict",
        "launches",
        *(["s"] if timed else []),
        "",
    ]
    table = new_table(found.conditions, columns, left=("cell", "arm", "verdict", ""))
    for row in found.rows:
        table.add_row(
            row.cell,
            *([row.arm] if several else []),
            row.measured,
            *([row.adjusted] if found.has_adjusted else []),
            row.word,
            str(row.decision.launches) if row.decision else "",
            *([f"{row.seconds:.1f}"] if timed else []),
            remark(row),
        )
    heading = "".join(f"{line}\n" for line in found.warnings) + arms
    return "\n".join([f"{heading}{as_text([table])}{summary(found)}", *found.notes])


def verdicts_markdown(found: Comparisons) -> str:
    """Return a table for a pull request's comment."""
    lines = [f"**{summary(found)}**", "", *(f"- {_in_table(line)}" for line in found.warnings)]
    lines += [f"- {label}: `{_in_table(text)}`" for label, text in found.told_arms]
    adjusted = f"{ADJUSTED} | " if found.has_adjusted else ""
    lines += [
        "",
        f"| cell | arm | {found.metric} to {found.arms[0][0]}'s | {adjusted}verdict | launches | |",
        "|---" * (7 if adjusted else 6) + "|",
    ]
    for row in found.rows:
        launches = row.decision.launches if row.decision else ""
        ratios = (row.measured, row.adjusted) if adjusted else (row.measured,)
        cells = (row.cell, row.arm, *ratios, row.word, launches, remark(row))
        lines.append("| " + " | ".join(_in_table(str(cell)) for cell in cells) + " |")
    return "\n\n".join(["\n".join(lines), *map(_in_table, [found.conditions, *found.notes])])


def _in_table(text: str) -> str:
    """Return a text that stays in its column and is no HTML, whatever a channel's error says."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def verdicts_json(found: Comparisons) -> str:
    """Return everything; ratios are of times, b's to a's, and an open end is null.

    Where an adjusted ratio decided, the interval is that one's.
    """
    told = {
        "arms": dict(found.told_arms),
        "conditions": found.conditions,
        "metric": found.metric,
        "threshold": found.rule.threshold,
        "alpha": found.rule.alpha,
        "exit_status": found.exit_status,
        "warnings": list(found.warnings),
        "notes": list(found.notes),
        "comparisons": verdict_dicts(found),
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def verdict_dicts(found: Comparisons) -> list[dict[str, Any]]:
    """Return a row for each comparison, as plain values."""
    return [
        {
            "cell": row.cell,
            "arm": row.arm,
            "verdict": row.word,
            **_ratios(row),
            "launches": row.decision.launches if row.decision else 0,
            "wanted_launches": row.decision.wanted if row.decision else None,
            "seconds": row.seconds,
            "failure": row.failure,
            "log_ratios": list(row.logs),
        }
        for row in found.rows
    ]


def _ratios(row: Row) -> dict[str, float | None]:
    """Return the ratio as measured with its interval, and the same of the adjusted one where that decided."""
    ends: list[float | None] = [None, None, None]
    if row.decision:
        ends = [_finite(end) for end in (row.decision.ratio, row.decision.low, row.decision.high)]
    if row.raw is None:
        return dict(zip(("ratio", "low", "high"), ends, strict=True))
    adjusted = dict(zip(("adjusted_ratio", "adjusted_low", "adjusted_high"), ends, strict=True))
    return {"ratio": row.raw, "low": None, "high": None, **adjusted}


def _finite(value: float) -> float | None:
    return value if math.isfinite(value) else None


#: How GitHub marks what is not as it should be.
_LEVELS = {"regressed": "error", "failed": "error", "missing": "error", "inconclusive": "warning"}


def verdicts_github(found: Comparisons) -> str:
    """Return workflow commands that mark what is not as it should be, below them the Markdown table.

    What differs between environments comes before any figure. The table's words may come from a document:
    until the token GitHub takes none of them for a command.
    """
    token = secrets.token_hex(16)
    commands = [f"::warning title=ipcbench::{_escaped(line)}" for line in found.warnings]
    commands += [
        f"::{_LEVELS[row.word]} title={_escaped(f'ipcbench: {row.word}', property_too=True)}::"
        + _escaped(_sentence(row, found))
        for row in found.rows
        if row.word in _LEVELS
    ]
    table = verdicts_markdown(found)
    return "\n".join([*commands, f"::stop-commands::{token}", table, f"::{token}::"])


def _escaped(text: str, *, property_too: bool = False) -> str:
    """Escape as GitHub's workflow commands ask for."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_too else text


def verdicts_junit(found: Comparisons) -> str:
    """Return JUnit XML: a test case for each comparison; a regression is a failure, the undecided skipped."""
    suite = Xml.Element(
        "testsuite",
        name="ipcbench",
        tests=str(len(found.rows)),
        failures=str(found.count(Verdict.REGRESSED)),
        errors=str(found.failed),
        skipped=str(found.count(Verdict.INCONCLUSIVE)),
        time=f"{sum(row.seconds for row in found.rows):.3f}",
    )
    told = Xml.SubElement(suite, "properties")
    for name, text in (
        *(("differs", line) for line in found.warnings),
        *found.told_arms,
        ("conditions", found.conditions),
    ):
        Xml.SubElement(told, "property", name=name, value=_printable(text))
    kinds = {"regressed": "failure", "failed": "error", "missing": "error", "inconclusive": "skipped"}
    for row in found.rows:
        case = Xml.SubElement(
            suite,
            "testcase",
            classname=f"ipcbench.{row.arm}",
            name=_printable(row.cell),
            time=f"{row.seconds:.3f}",
        )
        if row.word in kinds:
            Xml.SubElement(case, kinds[row.word], message=_printable(_sentence(row, found)))
    return Xml.tostring(suite, encoding="unicode", xml_declaration=True)


def _sentence(row: Row, found: Comparisons) -> str:
    """Return what a reader of one line has to know."""
    parts = [f"{row.cell}, arm {row.arm}: {row.word}"]
    if row.decision:
        adjusted = f", {ADJUSTED} {row.adjusted}," if row.adjusted else ""
        parts.append(f"{found.metric} {row.measured}{adjusted} after {row.decision.launches} launches")
    parts += [remark(row)] if remark(row) else []
    if found.why and row.word == "regressed":
        parts.append(f"why: {found.why}")
    return "; ".join(parts)


def _printable(text: str) -> str:
    """Leave out what no XML can hold."""
    return "".join(sign if sign.isprintable() else "\ufffd" for sign in text)


FORMATS: dict[str, Callable[[Comparisons], str]] = {
    "text": verdicts_text,
    "json": verdicts_json,
    "markdown": verdicts_markdown,
    "github": verdicts_github,
    "junit": verdicts_junit,
}
