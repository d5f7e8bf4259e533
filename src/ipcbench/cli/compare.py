"""`ipcbench compare`: what two stored runs can tell about each other."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from ipcbench.cli.options import (
    alpha_option,
    output_option,
    parse_share,
    print_verdicts,
    results_option,
    threshold_option,
    verdict_format_option,
)

if TYPE_CHECKING:
    from ipcbench.record.store import Store
    from ipcbench.report.verdicts import Comparisons


@click.command()
@click.argument("base", default="latest~1")
@click.argument("head", default="latest")
@threshold_option
@alpha_option
@verdict_format_option
@output_option
@results_option
def compare(
    base: str, head: str, threshold: str, alpha: str, style: str, output: str | None, results: str
) -> int:
    """Compare the stored runs BASE and HEAD: numbers, files, git revisions, `latest`, `latest~1`.

    They were not measured side by side, so the intervals hold what changes from session to session without
    any change of yours; most small changes are undecided then, and `ipcbench ab` decides them.

    The exit status is 0 without a regression, 1 with one, 2 for wrong usage, 3 where something is undecided,
    4 where a cell is missing.
    """
    from ipcbench.measure.find import find_run
    from ipcbench.record.store import Store

    store = Store(Path(results))
    paths = [find_run(store, name) for name in (base, head)]
    found = compare_stored(
        store, paths[0], paths[1], parse_share("threshold", threshold), parse_share("alpha", alpha)
    )
    return print_verdicts(found, style, output)


def compare_stored(store: Store, base: Path, head: Path, threshold: float, alpha: float) -> Comparisons:
    """Return the verdicts on two documents, with what has to be said of them."""
    from ipcbench.analysis.decision import Rule
    from ipcbench.analysis.run_comparison import compare_runs
    from ipcbench.record.store import read_document
    from ipcbench.report.compare_verdicts import run_verdicts

    documents = [read_document(path) for path in (base, head)]
    compared = compare_runs(
        documents[0], documents[1], Rule(threshold, alpha), (document for _, document in store.documents())
    )
    return run_verdicts(compared, documents[0], documents[1], (base.stem, head.stem))
