"""Verdicts as Markdown, for a comment."""

from __future__ import annotations

from ipcbench.report.verdicts import ADJUSTED, Comparisons, remark, summary

#: What begins something else in Markdown, and how it is itself. A bracket alone is none: intervals have some.
_SIGNS = {"|": "\\|", "<": "&lt;", "*": "\\*", "](": "]\\(", "]:": "]\\:", "~": "\\~"}


def verdicts_markdown(comparisons: Comparisons) -> str:
    """Return a table for a pull request's comment."""
    lines = [f"**{summary(comparisons)}**", "", *(f"- {in_table(line)}" for line in comparisons.warnings)]
    lines += [f"- {label}: `{as_code(text)}`" for label, text in comparisons.told_arms]
    adjusted = f"{ADJUSTED} | " if comparisons.has_adjusted else ""
    base = comparisons.arms[0][0]
    lines += [
        "",
        f"| cell | arm | {comparisons.metric} to {base}'s | {adjusted}verdict | launches | |",
        "|---" * (7 if adjusted else 6) + "|",
    ]
    for row in comparisons.rows:
        launches = row.decision.launches if row.decision else ""
        ratios = (row.measured, row.adjusted) if adjusted else (row.measured,)
        cells = (row.cell, row.arm, *ratios, row.word, launches, remark(row))
        lines.append("| " + " | ".join(in_table(str(cell)) for cell in cells) + " |")
    return "\n\n".join(["\n".join(lines), *map(in_table, [comparisons.conditions, *comparisons.notes])])


def in_table(text: str) -> str:
    """Return a text that stays in its column and is no HTML and no link, whatever a channel's error says."""
    text = " ".join(text.split()).replace("\\", "\\\\")
    for sign, shown in _SIGNS.items():
        text = text.replace(sign, shown)
    return text


def as_code(text: str, *, keep: bool = False) -> str:
    """Return a text that stays between its backticks, in one line; with its spaces where they are to keep."""
    return (text if keep else " ".join(text.split())).replace("`", "'")
