"""`recommend`: a ranking of channels for this machine, from stored runs where they answer, else measured."""

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
    Source,
    crossovers,
    rank,
)
from ipcbench.analysis.tuning import TuningResult, tuning_of
from ipcbench.commands.promises import Needs, refusal, traps
from ipcbench.commands.resolve import find_interpreters, resolve
from ipcbench.commands.run import plan_run, run
from ipcbench.errors import CaseError, DocumentError, UsageError
from ipcbench.launch.catalogue import channel_traits, every_channel, learn_missing, workload_traits
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
    names = every_channel(BY_NAME["channel"].values(wanted["channel"]), with_missing=True)
    refused = {name: why for name in names if (why := refusal(channel_traits(name), needs))}
    cases, interpreters = _resolve_each([name for name in names if name not in refused], wanted, refused)
    if not cases:
        raise UsageError("; ".join(dict.fromkeys(f"{name}: {why}" for name, why in refused.items())))
    _check(cases, priority)
    alike = _together(sorted(cases, key=lambda case: case.payload_bytes), ("channel", "size"))
    return Choice([case for each in alike for case in each], interpreters, priority, refused)


def _resolve_each(
    names: Sequence[str], wanted: Mapping[str, object], refused: dict[str, str]
) -> tuple[list[Case], Sequence[Interpreter]]:
    """Return the cases of these channels and what they run on; tell what cannot be in `refused`."""
    pythons = wanted.get("python")
    interpreters = find_interpreters(BY_NAME["python"].values(pythons) if pythons else None)
    # One launcher of an interpreter says of all what they lack; each channel by itself would start one.
    learn_missing(names, interpreters)
    cases: list[Case] = []
    for name in names:
        partly: dict[str, str] = {}
        try:
            found, _ = resolve({**wanted, "channel": name}, refused=partly)
        except UsageError as error:
            # What one channel cannot carry another may.
            refused[name] = str(error)
        else:
            cases += found
            refused |= partly
    return cases, interpreters


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


#: What answers each question: a group, and the run that has it; None where nothing does.
_Found = list[tuple[GroupResult, Source] | None]


@dataclass(frozen=True, slots=True)
class _Made:
    """What was measured for questions that no stored run answers."""

    path: Path
    found: _Found
    #: Why cases failed, by their names.
    failures: Mapping[str, str]
    interrupted: bool


def recommend(
    choice: Choice,
    store: Store,
    *,
    fresh: bool = False,
    max_time_s: float | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
) -> Recommendation:
    """Rank the channels for each question by the newest stored run of this machine that has them all.

    What none answers is measured, and nothing else; with `fresh`, no stored run is asked. Raises CaseError
    where there is no answer at all.
    """
    questions = choice.by_question
    found: _Found = [None] * len(questions) if fresh else _stored(questions, store)
    missing = [question for question, answer in zip(questions, found, strict=True) if answer is None]
    made = _measured(choice, missing, store, max_time_s, seed, progress) if missing else None
    later = iter(made.found if made else ())
    answers = list(_answers(choice, [answer or next(later) for answer in found]))
    failures = made.failures if made else {}
    if made and not answers:
        raise CaseError("; ".join(failures.values()) or f"{made.path}: nothing could be measured")
    traits = {case.channel: channel_traits(case.channel) for case in choice.cases}
    return Recommendation(
        choice.priority,
        answers,
        {**choice.refused, **_failed(choice, failures)},
        {name: f"{each.transport}, {each.wait}" for name, each in traits.items()},
        {name: list(traps(each)) for name, each in traits.items()},
        _tunings([ranking for each in answers for ranking in each.rankings], store),
        interrupted=made is not None and made.interrupted,
        failed=bool(failures),
    )


def _answers(choice: Choice, answered: _Found) -> Iterator[Answer]:
    """Yield the rankings of each size, and where they change, of what differs in more than its size."""
    found = [
        (ranking, *answer)
        for answer, cases in zip(answered, choice.by_question, strict=True)
        if answer and (ranking := rank(answer[0], cases, choice.rule))
    ]
    for rows in _together([ranking.case for ranking, _, _ in found], ("channel", "size")):
        rankings, groups, sources = zip(*(each for each in found if each[0].case in rows), strict=True)
        passes = crossovers(groups, rankings, choice.rows, choice.rule)
        yield Answer(rankings, sources, passes)


def _stored(questions: Sequence[Sequence[CaseRow]], store: Store) -> _Found:
    """Return, for each question, the newest run of this machine in which all were measured in turns."""
    host = host_facts()
    found: _Found = [None] * len(questions)
    for path in reversed(store.records()[-MOST_RECORDS:]):
        if all(found):
            break
        if kind_of(path) != RUN:
            continue
        try:
            document = read_run(path)
        except DocumentError:
            # One bad file is no answer, and stands in nobody's way.
            continue
        if document.ipcbench and is_of(document.ipcbench.host, host):
            source = Source(path, document.datetime, measured=False)
            groups = _groups(questions, document, source, all_cases=True)
            found = [answer or group for answer, group in zip(found, groups, strict=True)]
    return found


def _groups(
    questions: Sequence[Sequence[CaseRow]], document: RunDocument, source: Source, *, all_cases: bool
) -> _Found:
    """Return, for each question, the group that has all cases, or any of them: others have failed."""

    enough = all if all_cases else any
    measured = [
        (group, {result.case for result in group.cases.values() if not result.record.failure})
        for group in read_groups(document)
    ]
    return [
        next(((group, source) for group, rows in measured if enough(row in rows for row in wanted)), None)
        for wanted in questions
    ]


def _measured(
    choice: Choice,
    questions: Sequence[Sequence[CaseRow]],
    store: Store,
    max_time_s: float | None,
    seed: int | None,
    progress: Progress | None,
) -> _Made:
    """Measure all channels of these questions in turns, and nothing beside them."""
    if max_time_s is None:
        max_time_s = SECONDS_A_QUESTION * len(questions)
    wanted = {row for question in questions for row in question}
    cases = [case for case in choice.cases if CaseRow.of(case) in wanted]
    plan = plan_run(cases, seed=seed, max_time_s=max_time_s).without(lambda _case: True)
    made = run(plan, choice.interpreters, store, progress=progress)
    document = read_run(made.path)
    source = Source(made.path, document.datetime, measured=True)
    found = _groups(questions, document, source, all_cases=False)
    return _Made(made.path, found, made.failures, made.interrupted)


def _failed(choice: Choice, failures: Mapping[str, str]) -> dict[str, str]:
    """Return why channels failed, by their names."""
    names = {case.name: case.channel for case in choice.cases}
    return {names[case]: why for case, why in failures.items() if case in names}


def _tunings(rankings: Sequence[Ranking], store: Store) -> dict[int, TuningResult]:
    """Return the newest stored tuning on this machine of each ranking's best case, by the ranking's place."""
    wanted = {Case.of_record(ranking.case): place for place, ranking in enumerate(rankings)}
    found: dict[int, TuningResult] = {}
    host = host_facts()
    for path in reversed(store.records()[-MOST_RECORDS:]):
        if kind_of(path) == tuning.KIND:
            try:
                document = tuning.read_tuning(path)
            except DocumentError:
                continue
            each = tuning_of(document)
            if each.case in wanted and is_of(document.ipcbench.host, host):
                found.setdefault(wanted[each.case], each)
    return found
