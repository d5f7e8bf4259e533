"""Formats for other programs: one file each, and for verdicts one line here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipcbench.report.verdicts import Comparisons


def _written_by(place: str) -> Callable[[Comparisons], str]:
    """Return what writes verdicts, imported when it is called: options ask for the names only."""
    module, _, function = place.partition(":")

    def write(comparisons: Comparisons) -> str:
        text: str = getattr(import_module(module), function)(comparisons)
        return text

    return write


#: How verdicts are printed, by the name of the format.
FORMATS: dict[str, Callable[[Comparisons], str]] = {
    "text": _written_by("ipcbench.report.tables.verdicts:verdicts_text"),
    "json": _written_by("ipcbench.report.formats.json:verdicts_json"),
    "markdown": _written_by("ipcbench.report.formats.markdown:verdicts_markdown"),
    "github": _written_by("ipcbench.report.formats.github:verdicts_github"),
    "junit": _written_by("ipcbench.report.formats.junit:verdicts_junit"),
}
