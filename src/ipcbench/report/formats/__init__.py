"""Formats for other programs: one file each, and for verdicts one line here."""

from __future__ import annotations

from collections.abc import Callable

from ipcbench.report.formats.github import verdicts_github
from ipcbench.report.formats.json import verdicts_json
from ipcbench.report.formats.junit import verdicts_junit
from ipcbench.report.formats.markdown import verdicts_markdown
from ipcbench.report.tables.verdicts import verdicts_text
from ipcbench.report.verdicts import Comparisons

#: How verdicts are printed, by the name of the format.
FORMATS: dict[str, Callable[[Comparisons], str]] = {
    "text": verdicts_text,
    "json": verdicts_json,
    "markdown": verdicts_markdown,
    "github": verdicts_github,
    "junit": verdicts_junit,
}
