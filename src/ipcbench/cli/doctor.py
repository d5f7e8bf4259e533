"""`ipcbench doctor`: is this machine fit for measuring?"""

from __future__ import annotations

import json
from pathlib import Path

import click

from ipcbench.cli.options import (
    format_option,
    output_option,
    prepare_output,
    results_option,
    tell_passes,
    write_measured,
    writing,
)
from ipcbench.exit_status import FINE
from ipcbench.plan.units import parse_seconds


@click.command()
@format_option
@click.option("--no-probe", is_flag=True, help="Leave out the jitter probe, which takes up to two seconds.")
@click.option("--self-test", "self_test", is_flag=True, help="Compare channels with themselves instead.")
@click.option("--max-time", metavar="TIME", default="3min", help="How long the self-test takes.  [3min]")
@output_option
@results_option
def doctor(
    style: str, no_probe: bool, self_test: bool, max_time: str, output: str | None, results: str
) -> int:
    """Say what on this machine will disturb measuring, and what to do about it.

    The exit status is 0 for a machine that is fit, 3 for a doubtful one, 4 for one that is unfit. With
    --self-test: how often this machine calls a channel slower than itself, and how small a slowdown it can
    find in 10, 30 and 60 s; that is stored as a record, and kept besides: `ipcbench ab` tells from it what it
    will be able to find.
    """
    prepare_output(output)
    if self_test:
        return _run_self_test(style, parse_seconds(max_time), output, results)
    from ipcbench.doctor.examine import examine
    from ipcbench.doctor.finding import overall
    from ipcbench.machine.kernel import Kernel

    findings = examine(Kernel(), with_probe=not no_probe)
    verdict = overall(findings)
    if style == "json":
        rows = [
            {"name": row.name, "found": row.found, "verdict": row.verdict.word, "advice": row.advice}
            for row in findings
        ]
        told = json.dumps({"verdict": verdict.word, "findings": rows}, indent=2, ensure_ascii=False)
        write_measured(told, output)
        return verdict.value
    width = max(len(finding.name) for finding in findings)
    lines = []
    for finding in findings:
        lines += [f"{finding.name:{width}}  {finding.verdict.word:8}  {finding.found}"]
        lines += [f"{'':{width}}  {'':8}  -> {finding.advice}"] if finding.advice else []
    write_measured("\n".join([*lines, f"This machine is {verdict.word} for measuring."]), output)
    return verdict.value


def _run_self_test(style: str, max_time_s: float, output: str | None, results: str) -> int:
    from ipcbench.analysis.self_test import self_test_of
    from ipcbench.commands.self_test import SHORTEST_S
    from ipcbench.commands.self_test import self_test as self_test_and_store
    from ipcbench.errors import UsageError
    from ipcbench.record.comparison import SELF_TEST, read_comparison
    from ipcbench.record.self_test_cache import path_for, save_self_test
    from ipcbench.record.store import Store
    from ipcbench.report.kinds import show

    if max_time_s < SHORTEST_S:
        raise UsageError(
            f"--max-time {max_time_s:g}s: too short for all cells; accepted: {SHORTEST_S:g}s or more"
        )
    stored = self_test_and_store(Store(Path(results)), max_time_s, on_progress=tell_passes)
    found = self_test_of(read_comparison(stored, SELF_TEST))
    path = path_for(found.machine)
    write_measured(show(stored, style), output)
    click.echo(f"stored: {stored}", err=True)
    with writing(repr(str(path)), "a cache folder that can be written"):
        save_self_test(found, path)
    if style == "text":
        click.echo(f"kept: {path}")
    return FINE
