"""`recommend`: a ranking of channels for this machine, from a stored run where one answers, else measured."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ipcbench.analysis.environment import is_of
from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.analysis.recommendation import (
    PRIORITIES,
    Answer,
    Priority,
    Ranking,
    Recommendation,
    crossovers,
    rank,
)
from ipcbench.analysis.tuning import TuningResult, tuning_of
from ipcbench.commands.promises import Needs, refusal, traps
from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import plan_run, run
from ipcbench.errors import CaseError, DocumentError, UsageError
from ipcbench.launch.catalogue import channel_traits, every_channel, workload_traits
from ipcbench.launch.interpreter import Interpreter
from ipcbench.machine.facts import host_facts
from ipcbench.measure.run.progress import Progress
from ipcbench.plan import defaults
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import BY_NAME, COORDINATES, given
from ipcbench.record import tuning
from ipcbench.record.reading import RUN, kind_of
from ipcbench.record.run import RunDocument, read_run
from ipcbench.record.schema import CaseRow
from ipcbench.record.store import Store
from ipcbench.words import INTERRUPTED

#: Records that are looked through for an answer, the newest first.
MOST_RECORDS = 100
#: How long is measured for each size, and what else is asked for several times, unless told otherwise.
SECONDS_A_QUESTION = 20.0


@dataclass(frozen=True, slots=True)
class Choice:
    """What is to be chosen: one of these channels, for each of the cases that are otherwise the same."""

    #: By ascending size of what is else alike.
    cases: Sequence[Case]
    interpreters: Sequence[Interpreter]
    #: What it is chosen for, a name of `PRIORITIES`.
    priority: str
    #: Why a channel is out of the question, by its name.
    refused: Mapping[str, str]

    @property
    def rule(self) -> Priority:
        """What ranks."""
        return PRIORITIES[self.priority]

    @property
    def rows(self) -> list[CaseRow]:
        """The cases as records have them."""
        return [CaseRow.of(case) for case in self.cases]

    @property
    def by_question(self) -> list[list[CaseRow]]:
        """The same, those together that only differ in their channel."""
        return _together(self.rows, ("channel",))


def ask(asked: Mapping[str, object], *, priority: str, needs: Needs | None = None) -> Choice:
    """Return the question; raise UsageError, with what is accepted, for one that has no answer here.

    Channels that do not promise what is needed are out of the question. Of several start methods, a channel
    answers for those that it serves.
    """
    needs = needs or Needs()
    if min(needs.senders, needs.receivers) < 1:
        raise UsageError(f"{needs.senders} senders, {needs.receivers} receivers; accepted: 1 of each or more")
    if priority not in PRIORITIES:
        raise UsageError(f"unknown priority {priority!r}; accepted: {', '.join(PRIORITIES)}")
    usual = {**defaults.RECOMMEND, "workload": defaults.PRIORITIES[priority]}
    wanted = {**usual, **given(asked)}
    names = every_channel(BY_NAME["channel"].values(wanted["channel"]))
    refused = {name: why for name in names if (why := refusal(channel_traits(name), needs))}
    cases: list[Case] = []
    interpreters: Sequence[Interpreter] = []
    for name in (name for name in names if name not in refused):
        partly: dict[str, str] = {}
        try:
            found, interpreters = resolve({**wanted, "channel": name}, refused=partly)
        except UsageError as error:
            # What one channel cannot carry another may.
            refused[name] = str(error)
        else:
            cases += found
            refused |= partly
    if not cases:
        raise UsageError("; ".join(dict.fromkeys(f"{name}: {why}" for name, why in refused.items())))
    _check(cases, priority)
    alike = _together(sorted(cases, key=lambda case: case.payload_bytes), ("channel", "size"))
    return Choice([case for each in alike for case in each], interpreters, priority, refused)


def _together(cases: Iterable[Any], but: Sequence[str]) -> list[list[Any]]:
    """Return cases, or their records, in groups of those that only differ in these coordinates."""
    found: dict[tuple[object, ...], list[Any]] = {}
    for case in cases:
        key = tuple(each.of(case) for each in COORDINATES if each.name not in but)
        found.setdefault(key, []).append(case)
    return list(found.values())


def _check(cases: Sequence[Case], priority: str) -> None:
    """Raise UsageError where a workload does not answer the question."""
    for workload in dict.fromkeys(case.workload for case in cases):
        if PRIORITIES[priority].times_each and not workload_traits(workload).times_each:
            raise UsageError(
                f"{workload} times no single messages; accepted: {defaults.PRIORITIES[priority]}, for one"
            )


def recommend(
    choice: Choice,
    store: Store,
    *,
    fresh: bool = False,
    max_time_s: float | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Recommendation:
    """Rank the channels by the newest stored run of this machine that has them all, or by measuring them.

    With `fresh`, no stored run is asked. Raises CaseError where nothing could be measured.
    """
    found = None if fresh else _stored(choice, store)
    path, document, groups = found or _measured(choice, store, max_time_s, seed, progress)
    answers = list(_answers(choice, groups))
    assert document.ipcbench is not None, "read_run sees to it"
    failures = document.ipcbench.failures
    if not answers:
        raise CaseError("; ".join(failures.values()) or f"{path}: nothing could be measured")
    traits = {case.channel: channel_traits(case.channel) for case in choice.cases}
    return Recommendation(
        choice.priority,
        answers,
        {**choice.refused, **_failed(choice, failures)},
        {name: f"{each.transport}, {each.wait}" for name, each in traits.items()},
        {name: list(traps(each)) for name, each in traits.items()},
        _tunings([ranking for each in answers for ranking in each.rankings], store),
        path,
        document.datetime,
        found is None,
        interrupted=not found and document.ipcbench.stopped_by == INTERRUPTED,
        failed=not found and bool(failures),
    )


def _answers(choice: Choice, groups: Sequence[GroupResult | None]) -> Iterator[Answer]:
    """Yield the rankings of each size, and where they change, of what differs in more than its size."""
    found = [
        (ranking.case, group, ranking)
        for group, cases in zip(groups, choice.by_question, strict=True)
        if group and (ranking := rank(group, cases, choice.rule))
    ]
    for rows in _together([case for case, _, _ in found], ("channel", "size")):
        alike = [(group, ranking) for case, group, ranking in found if case in rows]
        rankings = [ranking for _, ranking in alike]
        passes = crossovers([group for group, _ in alike], rankings, choice.rows, choice.rule)
        yield Answer(rankings, passes)


#: A run that answers, and its groups, one for each question.
_Answer = tuple[Path, RunDocument, list[GroupResult | None]]


def _stored(choice: Choice, store: Store) -> _Answer | None:
    """Return the newest run of this machine in which all were measured in turns; None without one."""
    host = host_facts()
    for path in reversed(store.records()[-MOST_RECORDS:]):
        if kind_of(path) != RUN:
            continue
        try:
            document = read_run(path)
        except DocumentError:
            # One bad file is no answer, and stands in nobody's way.
            continue
        if is_of(document, host) and all(groups := _groups(choice, document, all_cases=True)):
            return path, document, groups
    return None


def _groups(choice: Choice, document: RunDocument, *, all_cases: bool) -> list[GroupResult | None]:
    """Return, for each question, the group that has all cases, or any of them: others have failed."""

    enough = all if all_cases else any
    measured = [
        (group, {result.case for result in group.cases.values() if not result.record.failure})
        for group in read_groups(document)
    ]
    return [
        next((group for group, rows in measured if enough(row in rows for row in wanted)), None)
        for wanted in choice.by_question
    ]


def _measured(
    choice: Choice, store: Store, max_time_s: float | None, seed: int | None, progress: Progress | None
) -> _Answer:
    """Measure all channels in turns, and nothing beside them."""
    if max_time_s is None:
        max_time_s = SECONDS_A_QUESTION * len(choice.by_question)
    plan = plan_run(choice.cases, seed=seed, max_time_s=max_time_s).without(lambda _case: True)
    path = run(plan, choice.interpreters, store, progress=progress).path
    document = read_run(path)
    return path, document, _groups(choice, document, all_cases=False)


def _failed(choice: Choice, failures: Mapping[str, str]) -> dict[str, str]:
    """Return why channels failed, by their names."""
    names = {case.name: case.channel for case in choice.cases}
    return {names[case]: why for case, why in failures.items() if case in names}


def _tunings(rankings: Sequence[Ranking], store: Store) -> dict[int, TuningResult]:
    """Return the newest stored tuning of each ranking's best case, by the ranking's place."""
    wanted = {Case.of_record(ranking.case): place for place, ranking in enumerate(rankings)}
    found: dict[int, TuningResult] = {}
    for path in reversed(store.records()[-MOST_RECORDS:]):
        if kind_of(path) == tuning.KIND:
            try:
                each = tuning_of(tuning.read_tuning(path))
            except DocumentError:
                continue
            if each.case in wanted:
                found.setdefault(wanted[each.case], each)
    return found
