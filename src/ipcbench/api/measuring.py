"""The commands that measure, as functions: without `results`, nothing is left on the disk."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from string import ascii_lowercase

from ipcbench.analysis.explanation import explanations_of
from ipcbench.analysis.tuning import tuning_of
from ipcbench.api.answers import Counts, Explanations, Recommended, Tuning
from ipcbench.api.results import Comparison, Run
from ipcbench.api.rule import rule_of
from ipcbench.errors import CaseError, UsageError
from ipcbench.plan.defaults import (
    ALPHA,
    LAUNCHES,
    PRIORITIES,
    QUESTIONS,
    RATE,
    THRESHOLD,
    results_folder,
)
from ipcbench.plan.units import (
    check_launches,
    check_percentile,
    check_precision,
    check_seconds,
    parse_rate,
)
from ipcbench.record import comparison, counts, explanation, tuning
from ipcbench.record.run import read_run
from ipcbench.record.store import Store
from ipcbench.statistics.decision import Rule


def run(
    *,
    seconds: float | None = None,
    precision: float | None = None,
    seed: int | None = None,
    results: str | None = None,
    **asked: object,
) -> Run:
    """Measure as `ipcbench run` does, for so many seconds or until ratios are as narrow as `precision`.

    Raises UsageError for what is not understood, CaseError where a case fails.
    """
    from ipcbench.commands.resolve import resolve
    from ipcbench.commands.run import plan_run
    from ipcbench.commands.run import run as run_and_store

    left_out: dict[str, str] = {}
    cases, interpreters = resolve(asked, refused=left_out)
    plan = plan_run(
        cases,
        seed=seed,
        left_out=left_out,
        max_time_s=check_seconds(seconds),
        precision=check_precision(precision),
    )
    with _store(results) as store:
        found = run_and_store(plan, interpreters, store)
        if found.failures:
            raise CaseError("; ".join(found.failures.values()))
        return Run(read_run(found.path))


def ab(
    *arms: str | Sequence[str],
    threshold: float = THRESHOLD,
    alpha: float = ALPHA,
    question: str = QUESTIONS[0],
    command: str | None = None,
    percentile: float | None = None,
    seconds: float | None = None,
    seed: int | None = None,
    results: str | None = None,
    **asked: object,
) -> Comparison:
    """Measure arms in turns as `ipcbench ab` does: `ab("python=python3.12", "python=python3.13", size="64")`.

    An arm that is more than one thing is a list: `["python=python3.13", "start-method=spawn"]`. Compared are
    mean times, or a percentile of single messages. It goes on until an arm is shown to be `slower`, or that
    is excluded; or `faster`, or `different`. With a `command`, that is run in each arm's environment, and its
    wall time compared: `ab("env:X=1", "env:X=2", command="python load.py")`. Raises UsageError for what is
    not understood.
    """
    from ipcbench.commands.ab import ab as ab_and_store
    from ipcbench.commands.ab import plan_ab
    from ipcbench.plan.arms import parse_arms
    from ipcbench.report.ab_verdicts import comparisons_of

    texts = _by_label(arms)
    rule = rule_of(threshold, alpha, question)
    check_seconds(seconds)
    check_percentile(percentile)
    if command is not None:
        if asked or percentile:
            raise UsageError("coordinates and percentiles are for channels; accepted: none with a command")
        return _ab_commands(texts, command, rule, seconds, seed, results)
    plan = plan_ab(parse_arms(texts), asked, rule=rule, percentile=percentile, max_time_s=seconds, seed=seed)
    with _store(results) as store:
        return Comparison(comparisons_of(comparison.read_comparison(ab_and_store(plan, store))))


def _by_label(arms: Sequence[str | Sequence[str]]) -> dict[str, list[str]]:
    if len(arms) > len(ascii_lowercase):
        raise UsageError(f"{len(arms)} arms; accepted: 2 to {len(ascii_lowercase)}")
    labels = ascii_lowercase[: len(arms)]
    return {
        label: [arm] if isinstance(arm, str) else list(arm) for label, arm in zip(labels, arms, strict=True)
    }


def _ab_commands(
    texts: Mapping[str, Sequence[str]],
    command: str,
    rule: Rule,
    seconds: float | None,
    seed: int | None,
    results: str | None,
) -> Comparison:
    from ipcbench.commands.ab_commands import ab_commands, plan_ab_commands
    from ipcbench.plan.command_arms import parse_command_arms
    from ipcbench.report.ab_verdicts import comparisons_of

    plan = plan_ab_commands(parse_command_arms(texts, command), rule, max_time_s=seconds, seed=seed)
    with _store(results) as store:
        return Comparison(comparisons_of(comparison.read_comparison(ab_commands(plan, store))))


def explain(
    *,
    rate: str | None = RATE,
    launches: int = LAUNCHES,
    seed: int | None = None,
    results: str | None = None,
    **asked: object,
) -> Explanations:
    """Take the way of a message apart as `ipcbench explain` does; `rate=None` sends as fast as accepted."""
    from ipcbench.commands.explain import explain as explain_and_store
    from ipcbench.commands.explain import plan_explain

    interval_s = 1 / parse_rate(rate) if rate else 0.0
    plan = plan_explain(asked, interval_s=interval_s, launches=check_launches(launches), seed=seed)
    with _store(results) as store:
        stored = explain_and_store(plan, store)
        return Explanations(explanations_of(explanation.read_explanation(stored)))


def count(*, results: str | None = None, strace: bool = True, **asked: object) -> Counts:
    """Count what one message takes from the kernel as `ipcbench count` does. Linux."""
    from ipcbench.commands.count import count as count_and_store

    with _store(results) as store:
        document = counts.read_counts(count_and_store(asked, store, with_strace=strace))
        if document.ipcbench.failures:
            raise CaseError("; ".join(document.ipcbench.failures.values()))
        return Counts(document)


def tune(
    *knobs: str,
    threshold: float = THRESHOLD,
    alpha: float = ALPHA,
    seconds: float | None = None,
    seed: int | None = None,
    results: str | None = None,
    **asked: object,
) -> Tuning:
    """Try what would make messages of one case faster as `ipcbench tune` does; `knobs` are tried besides.

    Raises UsageError for what is not understood, CaseError where the case fails as it is.
    """
    from ipcbench.commands.tune import plan_tune
    from ipcbench.commands.tune import tune as tune_and_store

    plan = plan_tune(
        asked, knobs=knobs, rule=rule_of(threshold, alpha), max_time_s=check_seconds(seconds), seed=seed
    )
    with _store(results) as store:
        return Tuning(tuning_of(tuning.read_tuning(tune_and_store(plan, store))))


def recommend(
    *,
    priority: str = next(iter(PRIORITIES)),
    lossless: bool = False,
    ends: tuple[int, int] = (1, 1),
    fresh: bool = False,
    seconds: float | None = None,
    results: str | None = None,
    **asked: object,
) -> Recommended:
    """Rank channels for this machine as `ipcbench recommend` does; what has to be measured is stored.

    `ends` are how many processes send, and how many receive.

    Raises UsageError for what is not understood, or leaves no channel.
    """
    from ipcbench.commands.promises import Needs
    from ipcbench.commands.recommend import ask
    from ipcbench.commands.recommend import recommend as answer

    if (
        not isinstance(ends, (tuple, list))
        or len(ends) != 2
        or not all(isinstance(each, int) for each in ends)
    ):
        raise UsageError(f"ends {ends!r}; accepted: how many processes send, and how many receive, as (4, 1)")
    choice = ask(asked, priority=priority, needs=Needs(lossless, *ends))
    store = Store(results_folder(results))
    return Recommended(answer(choice, store, fresh=fresh, max_time_s=check_seconds(seconds)))


@contextmanager
def _store(results: str | None) -> Iterator[Store]:
    """Give the folder where a record goes: one that is removed afterwards where none is named."""
    if results is not None:
        yield Store(Path(results))
        return
    with tempfile.TemporaryDirectory(prefix="ipcbench-") as folder:
        yield Store(Path(folder))
