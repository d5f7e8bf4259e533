"""`ipcbench ab`: is the one slower than the other?"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ipcbench.cli.completion import changes_begun
from ipcbench.cli.options import (
    Command,
    alpha_option,
    chart_option,
    coordinate_options,
    draw_chart,
    lacks,
    output_option,
    parse_share,
    prepare_output,
    print_verdicts,
    question_option,
    results_option,
    seed_option,
    tell_left_out,
    tell_passes,
    threshold_option,
    verdict_format_option,
)
from ipcbench.errors import UsageError
from ipcbench.exit_status import FAILED, REGRESSED
from ipcbench.plan import defaults
from ipcbench.plan.coordinates import BY_NAME, COORDINATES
from ipcbench.plan.units import is_percentile, parse_seconds

if TYPE_CHECKING:
    from ipcbench.measure.ab.plan import AbPlan
    from ipcbench.plan.arms import Arm
    from ipcbench.statistics.decision import Rule

#: An interpreter and how processes are started are an arm's.
OPTIONS = tuple(each.name for each in COORDINATES if each.name not in ("python", "start_method"))
_METRIC = re.compile(r"p(\d{1,2}(?:\.\d+)?)", re.ASCII)


def _arm(label: str, says: str) -> Callable[[Command], Command]:
    return click.option(
        f"--{label}", label, multiple=True, metavar="KEY=VALUE", help=says, shell_complete=changes_begun
    )


@click.command()
@_arm("a", "The first arm; may be given again.")
@_arm("b", "The arm that is compared with it.")
@_arm("c", "A third arm.")
@_arm("d", "A fourth arm.")
@coordinate_options(
    *OPTIONS,
    usually={
        **defaults.AB,
        "workload": f"{defaults.WORKLOADS}; for percentiles {defaults.WORKLOAD_OF_PERCENTILES}",
        "placement": "same,split",
    },
)
@threshold_option
@alpha_option
@question_option
@click.option("--metric", default="mean", help="mean, or a percentile of single messages: p99.  [mean]")
@click.option(
    "--max-time", metavar="TIME", help="At most so long.  [15 s a comparison, 5 min with --command]"
)
@seed_option
@results_option
@verdict_format_option
@output_option
@chart_option
@click.option("--command", "own_command", metavar="CMD", help="A program of your own: its wall time.")
@click.option("--git", "revisions", metavar="BASE..HEAD", help="Two revisions of the channel's project.")
@click.option("--build", metavar="CMD", help="Run in each revision's worktree before measuring.")
@click.option("--bisect", is_flag=True, help="Exit statuses as `git bisect run` understands them.")
def ab(
    a: tuple[str, ...],
    b: tuple[str, ...],
    c: tuple[str, ...],
    d: tuple[str, ...],
    threshold: str,
    alpha: str,
    question: str,
    style: str,
    output: str | None,
    chart: str | None,
    bisect: bool,  # noqa: ARG001  (read by `main`, which also knows of wrong usage)
    **measured: Any,
) -> int:
    """Measure two or more arms in turns, live at the same time, until it is decided which is slower.

    An arm is what differs: python=python3.13, path=../old/src (first on the probe's sys.path),
    channel=duplex-pipe, payload=package.module:Class, start-method=spawn, placement=same, heap=kept, holds=0,
    or a setting: switch-interval=0.0005, env:NAME=VALUE. With --git BASE..HEAD the arms are two revisions of
    the project in the current folder; BASE alone is compared with the working tree. --build CMD makes what
    git does not keep, as in --build 'pip install --no-deps --target . .'.

    With --command CMD, or command=CMD in each arm, programs of your own are run in turns, and an arm is a
    command= or env:NAME=VALUE: --command 'python load.py' --a env:X=1 --b env:X=2.

    The exit status is 0 without a regression, 1 with one, 2 for wrong usage, 3 where something is undecided,
    4 where nothing regressed and something could not be measured; with --bisect 0, 1, 128, 125 and 125.
    """
    from ipcbench.record.comparison import read_comparison
    from ipcbench.report.ab_verdicts import comparisons_of
    from ipcbench.statistics.decision import Question, Rule

    rule = Rule(parse_share("threshold", threshold), parse_share("alpha", alpha), question=Question(question))
    prepare_output(output)
    stored = _measure({"a": a, "b": b, "c": c, "d": d}, rule, **measured)
    if chart:
        draw_chart(stored, chart)
    found = read_comparison(stored)
    status = print_verdicts(comparisons_of(found), style, output)
    return FAILED if status != REGRESSED and lacks(found.ipcbench.left_out, measured) else status


def _measure(
    texts: Mapping[str, Sequence[str]],
    rule: Rule,
    *,
    own_command: str | None,
    revisions: str | None,
    build: str | None,
    metric: str,
    **measured: Any,
) -> Path:
    """Compare channels, or commands where some are given; return where the record is."""
    if own_command is None and not any(text.startswith("command=") for arm in texts.values() for text in arm):
        with _arms(texts, revisions, build) as arms:
            stored = _measure_channels(arms, rule, metric, **measured)
    elif revisions or build or metric != "mean":
        raise UsageError("--git, --build and --metric are for channels; accepted: none of them with commands")
    else:
        stored = _measure_commands(texts, own_command, rule, **measured)
    click.echo(f"stored: {stored}", err=True)
    return stored


@contextmanager
def _arms(
    texts: Mapping[str, Sequence[str]], revisions: str | None, build: str | None
) -> Iterator[Sequence[Arm]]:
    """Give the arms as they were written, or the revisions' checkouts while they are needed."""
    from ipcbench.measure.ab.worktrees import checkouts
    from ipcbench.plan.arms import of_checkouts, parse_arms

    if revisions is None:
        if build:
            raise UsageError("--build is for revisions; accepted: with --git")
        yield parse_arms(texts)
        return
    with checkouts(revisions, Path.cwd(), build) as found_at:
        yield of_checkouts(
            texts,
            [(list(map(str, each.paths)), each.name, str(each.origin or "")) for each in found_at],
        )


def _measure_channels(
    arms: Sequence[Arm],
    rule: Rule,
    metric: str,
    *,
    max_time: str | None,
    seed: int | None,
    results: str,
    **asked: object,
) -> Path:
    from ipcbench.commands.ab import ab as ab_and_store
    from ipcbench.commands.ab import plan_ab
    from ipcbench.record.store import Store

    plan = plan_ab(
        arms,
        asked,
        rule=rule,
        percentile=_percentile(metric),
        max_time_s=parse_seconds(max_time) if max_time else None,
        seed=seed,
    )
    tell_left_out(plan.left_out)
    click.echo(_outlook(plan), err=True)
    return ab_and_store(plan, Store(Path(results)), on_progress=tell_passes)


def _measure_commands(
    texts: Mapping[str, Sequence[str]],
    command: str | None,
    rule: Rule,
    *,
    max_time: str | None,
    seed: int | None,
    results: str,
    **asked: object,
) -> Path:
    from ipcbench.commands.ab_commands import ab_commands, plan_ab_commands
    from ipcbench.plan.command_arms import parse_command_arms
    from ipcbench.record.store import Store

    if given := [name for name, value in asked.items() if value is not None]:
        raise UsageError(f"{BY_NAME[given[0]].option} is for channels; accepted: none of them with commands")
    arms = parse_command_arms(texts, command)
    plan = plan_ab_commands(arms, rule, max_time_s=parse_seconds(max_time) if max_time else None, seed=seed)
    return ab_commands(plan, Store(Path(results)), on_progress=tell_passes)


def _outlook(plan: AbPlan) -> str:
    """Return what can be found in this time, as far as this machine's self-test tells."""
    from ipcbench.commands.self_test import machine_facts
    from ipcbench.errors import DocumentError
    from ipcbench.record.self_test_cache import path_for, read_self_test
    from ipcbench.report.tables.self_test import outlook

    try:
        found = read_self_test(path_for(machine := machine_facts()))
    except DocumentError as error:
        return str(error)
    if found is None or found.machine != machine:
        return (
            f"what can be found in {plan.max_time_s:.0f} s: `ipcbench doctor --self-test` learns that, once"
        )
    places = [target.case(cell) for cell in plan.cells for target in plan.targets[1:]]
    return outlook(found, places, plan.max_time_s, plan.shared_rule)


def _percentile(metric: str) -> float | None:
    match = _METRIC.fullmatch(metric)
    if metric == "mean":
        return None
    if match is None or not is_percentile(float(match[1])):
        raise UsageError(f"metric {metric!r} is not understood; accepted: mean, p50, p99, up to p99.99")
    return float(match[1])
