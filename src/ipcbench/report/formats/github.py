"""Verdicts as commands for GitHub's workflows."""

from __future__ import annotations

import secrets

from ipcbench.report.formats.markdown import verdicts_markdown
from ipcbench.report.verdicts import Comparisons, sentence

#: How GitHub marks what is not as it should be.
_LEVELS = {"regressed": "error", "failed": "error", "missing": "error", "inconclusive": "warning"}


def verdicts_github(comparisons: Comparisons) -> str:
    """Return workflow commands that mark what is not as it should be, below them the Markdown table.

    What differs between environments comes before any figure. The table's words may come from a document:
    until the token GitHub takes none of them for a command.
    """
    token = secrets.token_hex(16)
    commands = [f"::warning title=ipcbench::{_escaped(line)}" for line in comparisons.warnings]
    commands += [
        f"::{_LEVELS[row.word]} title={_escaped(f'ipcbench: {row.word}', property_too=True)}::"
        + _escaped(sentence(row, comparisons))
        for row in comparisons.rows
        if row.word in _LEVELS
    ]
    table = verdicts_markdown(comparisons)
    return "\n".join([*commands, f"::stop-commands::{token}", table, f"::{token}::"])


def _escaped(text: str, *, property_too: bool = False) -> str:
    """Escape as GitHub's workflow commands ask for."""
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if property_too else text
