"""`ipcbench compare`: what two stored runs, or two records of counts, can tell about each other."""

from __future__ import annotations

from pathlib import Path

import click

from ipcbench.cli.completion import records_begun
from ipcbench.cli.options import (
    alpha_option,
    output_option,
    parse_share,
    print_verdicts,
    results_option,
    threshold_option,
    verdict_format_option,
    write_measured,
)
from ipcbench.errors import UsageError


@click.command()
@click.argument("base", default="latest~1", shell_complete=records_begun)
@click.argument("head", default="latest", shell_complete=records_begun)
@threshold_option
@alpha_option
@verdict_format_option
@output_option
@results_option
def compare(
    base: str, head: str, threshold: str, alpha: str, style: str, output: str | None, results: str
) -> int:
    """Compare the stored runs BASE and HEAD: numbers, files, git revisions, `latest`, `latest~1`.

    Runs were not measured side by side, so the intervals hold what changes from session to session without
    any change of yours; most small changes are undecided then, and `ipcbench ab` decides them. Two records
    of `ipcbench count` are compared, too, as text or JSON: which counts changed is a fact.

    The exit status is 0 without a regression, 1 with one (a message takes more of something), 2 for wrong
    usage, 3 where something is undecided, 4 where a cell is missing.
    """
    from ipcbench.analysis.counts_comparison import CountsComparison
    from ipcbench.commands.compare import compare as compare_records
    from ipcbench.record.store import Store
    from ipcbench.report.tables.counts_comparison import FORMATS as OF_COUNTS
    from ipcbench.statistics.decision import Rule

    rule = Rule(parse_share("threshold", threshold), parse_share("alpha", alpha))
    found = compare_records(Store(Path(results)), base, head, rule)
    if isinstance(found, CountsComparison):
        if style not in OF_COUNTS:
            raise UsageError(
                f"format {style!r} is none of two records of counts; accepted: {', '.join(OF_COUNTS)}"
            )
        write_measured(OF_COUNTS[style](found), output)
        return found.exit_status
    return print_verdicts(found, style, output)
