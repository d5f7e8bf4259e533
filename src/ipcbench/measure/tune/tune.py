"""A tuning: the baseline, each knob alone, one on top of another, the combination on fresh launches."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any

from ipcbench.errors import CaseError, IpcbenchError, UsageError
from ipcbench.launch.catalogue import channel_traits, payload_traits, workload_traits
from ipcbench.launch.possible import check_case
from ipcbench.machine.kernel import Kernel
from ipcbench.measure.ab.ab import Ab, OnProgress, Outcome
from ipcbench.measure.ab.arm_targets import ArmTarget
from ipcbench.measure.tune.baseline import measure_baseline
from ipcbench.measure.tune.burst import burst_messages, measure_burst
from ipcbench.measure.tune.knobs.buffers import largest_buffers
from ipcbench.measure.tune.knobs.contract import Knob, Seen
from ipcbench.measure.tune.plan import TunePlan
from ipcbench.measure.tune.stages import MOST_ARMS, Attempt, Shares, Stages, arm_of, case_of, keys
from ipcbench.probe.settings import AT
from ipcbench.record.head import End
from ipcbench.record.journal import Journal
from ipcbench.record.tuning import (
    ALONE,
    AS_IT_IS,
    AT_ONE_END,
    CONFIRMED,
    ON_TOP,
    BaselineEntry,
    BaselineLaunch,
    BurstEntry,
    KnobEntry,
    KnobRow,
)
from ipcbench.statistics.decision import Verdict, interval
from ipcbench.statistics.median import median
from ipcbench.words import DECIDED, INTERRUPTED, OUT_OF_TIME, ROLES

#: What each stage has of the time that is left when it begins. Where nothing gains, nothing comes after it.
ALONE_SHARE, ON_TOP_SHARE, CONFIRMED_SHARE, END_SHARE = (0.55, 0.95), (0.4, 0.4), (0.6, 0.95), (0.9, 0.9)
#: So long after the time is up memory is still looked at: three minutes are what a tuning may take in all.
BEYOND_S = 15.0
#: So often something is added on top of what is best so far.
MOST_ON_TOP = 3
_BASE = Attempt(AS_IT_IS)


@dataclass(frozen=True)
class Parts:
    """What a tuning measures with; tests have their own."""

    baseline: Callable[..., tuple[list[BaselineLaunch], Mapping[str, Any]]] = measure_baseline
    compare: Callable[..., Ab] = Ab
    burst: Callable[..., Mapping[str, Any]] = measure_burst
    now: Callable[[], float] = time.monotonic


class Tune:
    """One tuning; `run` journals all that it measures."""

    def __init__(
        self,
        plan: TunePlan,
        journal: Journal,
        *,
        on_progress: Callable[[str], OnProgress] | None = None,
        parts: Parts = Parts(),
    ) -> None:
        self._plan, self._journal, self._on_progress, self._parts = plan, journal, on_progress, parts
        self._rng = Random(plan.seed)

    def run(self) -> None:
        """Measure until all is decided or the time is up; on Ctrl-C with what there is."""
        self._stages = Stages(
            self._plan,
            self._journal,
            on_progress=self._on_progress,
            compare=self._parts.compare,
            now=self._parts.now,
        )
        is_open = True
        try:
            seen = self._baseline()
            attempts = self._tried(seen)
            alone = self._alone(attempts)
            worth = self._sorted(alone, attempts)
            combined = self._combined(worth, attempts, alone, seen)
            if combined:
                self._stage(CONFIRMED, _BASE, [combined], CONFIRMED_SHARE)
            self._at_one_end(worth)
            self._bursts([*worth, *([combined] if combined and combined not in worth else [])])
            is_open = any(_is_open(outcome) for outcome in alone.values())
        except KeyboardInterrupt:
            self._stages.interrupted = True
        stopped_by = INTERRUPTED if self._stages.interrupted else OUT_OF_TIME if is_open else DECIDED
        self._journal.append(End(stopped_by=stopped_by, elapsed_s=self._stages.elapsed_s))

    def _stage(
        self, purpose: str, base: Attempt, attempts: Sequence[Attempt], shares: Shares
    ) -> dict[str, Outcome]:
        found = self._stages.compare(purpose, base, attempts, shares)
        if self._stages.interrupted:
            raise KeyboardInterrupt
        return found

    def _baseline(self) -> Seen:
        case = self._plan.case
        make = ArmTarget(arm_of(case, "a", ()), self._plan.interpreter)
        launches, facts = self._parts.baseline(case, lambda: make.launcher(case), self._rng.getrandbits(32))
        self._journal.append(BaselineEntry(launches=launches))
        return Seen(
            case=case,
            channel=channel_traits(case.channel),
            workload=workload_traits(case.workload),
            payload=payload_traits(case.payload_kind),
            facts=facts,
            faults=median([sum(one.faults.values()) for one in launches]) if launches else 0.0,
            buffer_bytes=largest_buffers(Kernel()),
        )

    def _tried(self, seen: Seen) -> dict[Knob, Attempt]:
        """Return what is tried, by knob; journal that, and what is not, with why."""
        found: dict[Knob, Attempt] = {}
        for knob in self._plan.knobs:
            symptom = knob.symptom(seen)
            is_named = knob.name in self._plan.named
            if not is_named and (knob.opt_in or not symptom):
                continue
            changes, skipped = self._changes(knob, seen)
            if not skipped and len(found) == MOST_ARMS:
                skipped = f"more than {MOST_ARMS} at once; accepted: fewer by name"
            if not skipped:
                found[knob] = Attempt(knob.name, changes)
            self._journal.append(
                KnobEntry(row=_row(knob, seen, symptom or "named by the user", changes, skipped))
            )
        return found

    def _changes(self, knob: Knob, seen: Seen) -> tuple[tuple[str, ...], str]:
        """Return what differs, and why it cannot be tried: empty where it can."""
        try:
            changes = knob.changes(seen)
        except CaseError as error:
            return (), str(error)
        return changes, self._refusal(changes)

    def _refusal(self, changes: Sequence[str]) -> str:
        """Return why there is no such case, as of a list that is sent as bytes; empty where there is one."""
        try:
            check_case(case_of(self._plan.case, self._plan.interpreter, changes))
        except UsageError as error:
            return str(error)
        return ""

    def _alone(self, attempts: Mapping[Knob, Attempt]) -> dict[str, Outcome]:
        first = [attempt for knob, attempt in attempts.items() if not knob.above]
        return self._stage(ALONE, _BASE, first, ALONE_SHARE) if first else {}

    def _sorted(self, alone: Mapping[str, Outcome], attempts: Mapping[Knob, Attempt]) -> list[Attempt]:
        """Return those that are worth it, the largest gain first."""
        by_name = {attempt.name: attempt for attempt in attempts.values()}
        return [
            by_name[name]
            for name in sorted(alone, key=lambda name: _ratio(alone[name]))
            if _gains(alone[name])
        ]

    def _combined(
        self,
        worth: Sequence[Attempt],
        attempts: Mapping[Knob, Attempt],
        alone: Mapping[str, Outcome],
        seen: Seen,
    ) -> Attempt | None:
        """Return the best, with what still gains something on top of it; None where nothing is worth it.

        What gains nothing alone may gain on top: a larger buffer, once memory is kept.
        """
        if not worth:
            return None
        best, names = worth[0], [worth[0].name]
        for _ in range(MOST_ON_TOP):
            candidates = [
                Attempt(f"{best.name} + {attempt.name}", (*best.changes, *attempt.changes))
                for knob, attempt in attempts.items()
                if attempt.name not in names
                and not keys(attempt.changes) & keys(best.changes)
                and not self._refusal((*best.changes, *attempt.changes))
                and self._go_together([*names, attempt.name], attempts, seen)
                and (knob.above in names if knob.above else not _harms(alone[attempt.name]))
            ]
            # What is best so far has to be confirmed: no time is taken from that.
            needed_s = self._stages.needed_s(len(candidates)) + self._stages.needed_s(1)
            if not candidates or needed_s > self._stages.left_s:
                break
            found = self._stage(ON_TOP, best, candidates, ON_TOP_SHARE)
            gained = [each for each in candidates if _gains(found[each.name])]
            if not gained:
                break
            best = min(gained, key=lambda each: _ratio(found[each.name]))
            names = best.name.split(" + ")
        return best

    def _go_together(self, names: Sequence[str], attempts: Mapping[Knob, Attempt], seen: Seen) -> bool:
        """Whether each of these knobs can still be tried where the others have changed the case."""
        chosen = {knob: attempt for knob, attempt in attempts.items() if attempt.name in names}
        for knob in chosen:
            changes = [
                each for other, attempt in chosen.items() if other is not knob for each in attempt.changes
            ]
            case = case_of(seen.case, self._plan.interpreter, changes)
            if self._changes(knob, replace(seen, case=case))[1]:
                return False
        return True

    def _at_one_end(self, worth: Sequence[Attempt]) -> None:
        """Try what is worth it at either end alone, where that can be."""
        by_end = {knob.name for knob in self._plan.knobs if knob.by_end}
        for attempt in worth:
            if attempt.name in by_end:
                ends = [
                    Attempt(f"{attempt.name}, {role} alone", _at(role, attempt.changes)) for role in ROLES
                ]
                self._stage(AT_ONE_END, _BASE, ends, END_SHARE)

    def _bursts(self, attempts: Sequence[Attempt]) -> None:
        """Measure what a burst leaves in memory: as it is, and with each of these, some time being left."""
        case, messages = self._plan.case, burst_messages(self._plan.case)
        for attempt in (_BASE, *attempts):
            if self._stages.left_s < -BEYOND_S:
                break
            target = ArmTarget(arm_of(case, "a", attempt.changes), self._plan.interpreter)
            try:
                found = self._parts.burst(target, case, messages, self._rng.getrandbits(32))
            except IpcbenchError:
                # Times are what was asked for; a channel that has no room for a burst has none.
                continue
            if found:
                self._journal.append(BurstEntry(name=attempt.name, messages=messages, memory=dict(found)))


def _row(knob: Knob, seen: Seen, symptom: str, changes: Sequence[str], skipped: str) -> KnobRow:
    can = not skipped
    return KnobRow(
        name=knob.name,
        summary=knob.summary,
        symptom=symptom,
        changes=list(changes),
        python=knob.python(seen).splitlines() if can else [],
        environment=knob.environment(seen).splitlines() if can else [],
        inherited=knob.inherited,
        above=knob.above,
        skipped=skipped,
    )


def _at(role: str, changes: Sequence[str]) -> tuple[str, ...]:
    """Return these settings for one end alone."""
    told = (text.partition("=") for text in changes)
    return tuple(f"{name}{AT}{role}={value}" for name, _, value in told)


def _gains(outcome: Outcome) -> bool:
    return outcome.decision is not None and outcome.decision.verdict is Verdict.IMPROVED


def _harms(outcome: Outcome) -> bool:
    harmful = (Verdict.REGRESSED, Verdict.WITHIN)
    return outcome.decision is None or outcome.decision.verdict in harmful


def _is_open(outcome: Outcome) -> bool:
    return outcome.decision is not None and outcome.decision.verdict is Verdict.INCONCLUSIVE


def _ratio(outcome: Outcome) -> float:
    return interval(outcome.logs)[0] if outcome.decision else float("inf")
