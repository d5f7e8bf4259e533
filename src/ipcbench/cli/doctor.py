"""`ipcbench doctor`: is this machine fit for measuring?"""

from __future__ import annotations

import json

import click


@click.command()
@click.option("--format", "style", type=click.Choice(["text", "json"]), default="text", help="[text]")
@click.option("--no-probe", is_flag=True, help="Leave out the jitter probe, which takes up to two seconds.")
def doctor(style: str, no_probe: bool) -> int:
    """Say what on this machine will disturb measuring, and what to do about it.

    The exit status is 0 for a machine that is fit, 3 for a doubtful one, 4 for one that is unfit.
    """
    from ipcbench.doctor.examine import examine
    from ipcbench.doctor.finding import overall
    from ipcbench.doctor.kernel import Kernel

    findings = examine(Kernel(), with_probe=not no_probe)
    verdict = overall(findings)
    if style == "json":
        rows = [
            {"name": row.name, "found": row.found, "verdict": row.verdict.word, "advice": row.advice}
            for row in findings
        ]
        click.echo(json.dumps({"verdict": verdict.word, "findings": rows}, indent=2, ensure_ascii=False))
        return verdict.value
    width = max(len(finding.name) for finding in findings)
    for finding in findings:
        click.echo(f"{finding.name:{width}}  {finding.verdict.word:8}  {finding.found}")
        if finding.advice:
            click.echo(f"{'':{width}}  {'':8}  -> {finding.advice}")
    click.echo(f"This machine is {verdict.word} for measuring.")
    return verdict.value
