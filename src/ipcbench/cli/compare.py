"""`ipcbench compare`: what two stored runs can tell about each other."""

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
)


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

    They were not measured side by side, so the intervals hold what changes from session to session without
    any change of yours; most small changes are undecided then, and `ipcbench ab` decides them.

    The exit status is 0 without a regression, 1 with one, 2 for wrong usage, 3 where something is undecided,
    4 where a cell is missing.
    """
    from ipcbench.commands.compare import compare as compare_runs
    from ipcbench.record.store import Store
    from ipcbench.statistics.decision import Rule

    rule = Rule(parse_share("threshold", threshold), parse_share("alpha", alpha))
    found = compare_runs(Store(Path(results)), base, head, rule)
    return print_verdicts(found, style, output)
