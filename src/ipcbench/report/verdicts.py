"""The verdicts of a comparison, for people and programs: text, Markdown, JSON, GitHub, JUnit XML."""

from __future__ import annotations

import json
import math
import secrets
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from xml.etree import ElementTree as Xml

from ipcbench.analysis.decision import LOOKS, Decision, Rule, Verdict
from ipcbench.plan.case import Case
from ipcbench.report import wording
from ipcbench.report.table import as_text, new_table


@dataclass(frozen=True, slots=True)
class Row:
    """One cell compared for one arm; without a decision there is a failure."""

    cell: str
    arm: str
    decision: Decision | None
    seconds: float
    failure: str | None = None
    #: Each launch's log of the ratio.
    logs: Sequence[float] = ()
    #: There is nothing to compare on one side, which is the failure.
    missing: bool = False
    #: The cell's coordinates, where a chart is to place it.
    case: Case | None = None

    @property
    def word(self) -> str:
        return self.decision.verdict.value if self.decision else "missing" if self.missing else "failed"


@dataclass(frozen=True, slots=True)
class Comparisons:
    """All rows of one command, with what was asked."""

    rows: Sequence[Row]
    rule: Rule
    #: The arms by label, the base first.
    arms: Sequence[tuple[str, str]]
    conditions: str
    #: The command that shows why a cell is slower.
    why: str = ""
    metric: str = "time a message"
    interrupted: bool = False
    #: What has to be known before any figure, and what is said after them.
    warnings: Sequence[str] = ()
    notes: Sequence[str] = ()

    def count(self, verdict: Verdict) -> int:
        return sum(row.decision is not None and row.decision.verdict is verdict for row in self.rows)

    @property
    def failed(self) -> int:
        """The rows without a decision, for whatever reason."""
        return sum(row.decision is None for row in self.rows)

    @property
    def exit_status(self) -> int:
        """0: no regression; 1: regression; 4: something could not be measured; 3: undecided."""
        if self.count(Verdict.REGRESSED):
            return 1
        if self.failed or self.interrupted or not self.rows:
            return 4
        return 3 if self.count(Verdict.INCONCLUSIVE) else 0


def ratio_text(decision: Decision) -> str:
    """Return `1.05x [1.02, 1.08]`; an end that is not known is left open."""
    if math.isnan(decision.ratio):
        return wording.NOT_AVAILABLE
    if math.isinf(decision.high):
        return f"{decision.ratio:.3f}×"
    return f"{decision.ratio:.3f}× [{decision.low:.3f}, {decision.high:.3f}]"


def summary(found: Comparisons) -> str:
    """Return the counts of each verdict in one line."""
    parts = [f"{count} {verdict.value}" for verdict in Verdict if (count := found.count(verdict))]
    lacking = Counter(row.word for row in found.rows if row.decision is None)
    parts += [f"{count} {word}" for word, count in lacking.items()]
    counts = ", ".join(parts) or "nothing was compared"
    return f"{counts}; interrupted" if found.interrupted else counts


def _remark(row: Row) -> str:
    if row.failure:
        return " ".join(row.failure.split())
    wanted = row.decision.wanted if row.decision else None
    if wanted and row.decision and row.decision.launches:
        seconds = row.seconds / row.decision.launches * wanted
        beyond = "" if wanted <= LOOKS[-1] else f", more than the {LOOKS[-1]} of the last look"
        return f"about {wanted} launches ({seconds:.0f} s) would decide{beyond}"
    return ""


def guarantee(rule: Rule) -> str:
    """Return what the rule promises of a whole command, not of one cell."""
    alpha, threshold = f"{100 * rule.alpha:.3g} %", f"{100 * rule.threshold:.3g} %"
    return (
        f"with no change, at most {alpha} of such commands call any of the {rule.comparisons} "
        f"comparisons regressed; a slowdown of {threshold} or more passes in at most {alpha}"
    )


def verdicts_text(found: Comparisons) -> str:
    """Return the table, what it promises, and the counts."""
    arms = "".join(f"{label}: {text}\n" for label, text in found.arms)
    several, timed = len(found.arms) > 2, any(row.seconds for row in found.rows)
    columns = [
        "cell",
        *(["arm"] if several else []),
        f"{found.metric} to {found.arms[0][0]}'s",
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
            ratio_text(row.decision) if row.decision else wording.NOT_AVAILABLE,
            row.word,
            str(row.decision.launches) if row.decision else "",
            *([f"{row.seconds:.1f}"] if timed else []),
            _remark(row),
        )
    heading = "".join(f"{line}\n" for line in found.warnings) + arms
    return "\n".join([f"{heading}{as_text([table])}{summary(found)}", *found.notes])


def verdicts_markdown(found: Comparisons) -> str:
    """Return a table for a pull request's comment."""
    lines = [f"**{summary(found)}**", "", *(f"- {_in_table(line)}" for line in found.warnings)]
    lines += [f"- {label}: `{_in_table(text)}`" for label, text in found.arms]
    lines += [
        "",
        f"| cell | arm | {found.metric} to {found.arms[0][0]}'s | verdict | launches | |",
        "|---|---|---|---|---|---|",
    ]
    for row in found.rows:
        ratio = ratio_text(row.decision) if row.decision else wording.NOT_AVAILABLE
        launches = row.decision.launches if row.decision else ""
        cells = (row.cell, row.arm, ratio, row.word, launches, _remark(row))
        lines.append("| " + " | ".join(_in_table(str(cell)) for cell in cells) + " |")
    return "\n\n".join(["\n".join(lines), *map(_in_table, [found.conditions, *found.notes])])


def _in_table(text: str) -> str:
    """Return a text that stays in its column and is no HTML, whatever a channel's error says."""
    return " ".join(text.split()).replace("|", "\\|").replace("<", "&lt;")


def verdicts_json(found: Comparisons) -> str:
    """Return everything; ratios are of times, b's to a's, and an open end is null."""
    rows = [
        {
            "cell": row.cell,
            "arm": row.arm,
            "verdict": row.word,
            "ratio": _finite(row.decision.ratio) if row.decision else None,
            "low": _finite(row.decision.low) if row.decision else None,
            "high": _finite(row.decision.high) if row.decision else None,
            "launches": row.decision.launches if row.decision else 0,
            "wanted_launches": row.decision.wanted if row.decision else None,
            "seconds": row.seconds,
            "failure": row.failure,
            "log_ratios": list(row.logs),
        }
        for row in found.rows
    ]
    told = {
        "arms": dict(found.arms),
        "conditions": found.conditions,
        "metric": found.metric,
        "threshold": found.rule.threshold,
        "alpha": found.rule.alpha,
        "exit_status": found.exit_status,
        "warnings": list(found.warnings),
        "notes": list(found.notes),
        "comparisons": rows,
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


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
        *found.arms,
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
        parts.append(f"{found.metric} {ratio_text(row.decision)} after {row.decision.launches} launches")
    parts += [_remark(row)] if _remark(row) else []
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
