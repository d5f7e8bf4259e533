"""`report`: records as one page."""

from __future__ import annotations

from collections.abc import Sequence

from ipcbench.commands.find import find_all
from ipcbench.record.kinds import read_record
from ipcbench.record.store import Store
from ipcbench.report.kinds import ALL
from ipcbench.report.pages import report_page


def report(store: Store, names: Sequence[str], *, static: bool = False) -> str:
    """Return the page of these records (`latest` of any kind without any); a static one has pictures.

    Raises UsageError, with what is accepted, DocumentError for a record that is damaged.
    """
    read = {path: read_record(path) for path in find_all(store, names, ALL)}
    documents = {path: document for path, (_, document) in read.items()}
    return report_page(documents, {path: kind for path, (kind, _) in read.items()}, static=static)
