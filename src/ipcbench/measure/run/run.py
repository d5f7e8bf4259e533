"""A run: launches of all groups, each journaled, until they are precise or the time is up.

Each pass has launchers of its own, so that a group's launches are forked from different ones.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

import msgspec

from ipcbench.launch import sizing
from ipcbench.launch.catalogue import channel_traits, workload_traits
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.launchers import Launchers, RenewedLaunchers
from ipcbench.launch.live import LiveSet, trial_messages
from ipcbench.launch.live_case import LiveCase
from ipcbench.launch.possible import may_lose
from ipcbench.launch.spec import probe_spec
from ipcbench.launch.targets import Makers, Target
from ipcbench.machine.kernel import Kernel, steal_share
from ipcbench.measure.head import head
from ipcbench.measure.run.budget import Budget
from ipcbench.measure.run.precision import Precision
from ipcbench.measure.run.progress import Progress, RunStatus, Silent
from ipcbench.measure.run.schedule import launches
from ipcbench.plan.case import Case, Group
from ipcbench.plan.coordinates import USUAL_HEAP
from ipcbench.plan.matrix import Plan
from ipcbench.probe.protocol.spec import ProbeSpec
from ipcbench.record.head import End, FailureEntry
from ipcbench.record.histogram import RoundTrips
from ipcbench.record.journal import Journal
from ipcbench.record.privacy import with_short_names, without_private
from ipcbench.record.run import CaseEntry, GroupEntry, LaunchEntry, RunHead
from ipcbench.record.schema import CaseRow, LaunchRow, ModuleRow, UsageRow, WorkloadRow
from ipcbench.words import ALL_FAILED, INTERRUPTED, MOST_LAUNCHED, OUT_OF_TIME, PRECISE, RUN_STOPPED_BY


class LiveRun:
    """Measures a plan with launchers of its targets, which `makers` makes."""

    def __init__(
        self,
        plan: Plan,
        makers: Makers,
        journal: Journal,
        progress: Progress | None = None,
        clock: Callable[[], float] = time.monotonic,
        trial_s: float = sizing.TRIAL_S,
    ) -> None:
        self._plan, self._makers, self._journal = plan, makers, journal
        self._progress, self._clock, self._trial_s = progress or Silent(), clock, trial_s
        self._rough_s: dict[Case, float] = {}
        self._failed: set[Case] = set()
        #: Those whose processes take time from others that are timed.
        self._restless: set[Case] = set()
        self._passes = 0
        self._precision = Precision(plan.precision)
        self._budget = Budget([group.name for group in plan.groups], plan.passes, plan.max_time_s)

    def measure(self) -> None:
        """Launch groups until all are precise or the time is up; on Ctrl-C, journal how far it came.

        Raises UsageError, before anything is measured, for a case that this machine cannot run.
        """
        with RenewedLaunchers(self._makers) as launchers:
            self._measure(launchers)

    def _measure(self, launchers: RenewedLaunchers[Target]) -> None:
        first = launchers.of_pass(0)
        self._plan = self._plan.without(lambda case: self._has_no_such_heap(case, first))
        self._specs = {
            case: probe_spec(case, first.of(Target.of(case)), self._plan.seed)
            for group in self._plan.groups
            for case in group.cases
        }
        self._start_s = self._clock()
        self._describe(first)
        interrupted = True
        try:
            self._launch_all(launchers)
            interrupted = False
        except KeyboardInterrupt:
            pass
        finally:
            self._progress.finished(self._elapsed_s())
            stopped = {group.name: self._why_stopped(group, interrupted) for group in self._plan.groups}
            stopped_by = INTERRUPTED if interrupted else min(stopped.values(), key=RUN_STOPPED_BY.index)
            self._journal.append(End(stopped_by=stopped_by, stopped=stopped, elapsed_s=self._elapsed_s()))

    def _launch_all(self, launchers: RenewedLaunchers[Target]) -> None:
        planned = launches(
            self._plan, self._budget, self._elapsed_s, self._is_lost, self._is_narrow, self._is_precise
        )
        for done, (number, group) in enumerate(planned):
            uncompared = self._uncompared(group)
            self._progress.launching(
                RunStatus(
                    group=group,
                    pass_number=number,
                    launches=done,
                    elapsed_s=self._elapsed_s(),
                    max_time_s=self._plan.max_time_s,
                    precise=sum(map(self._is_narrow, self._plan.groups)),
                    groups=len(self._plan.groups),
                    precision=self._plan.precision,
                    estimates=self._precision.estimates(group, uncompared),
                    reference=self._precision.reference(group, uncompared),
                    lossy=[case for case in group.asked if may_lose(case)],
                )
            )
            self._launch(group, number, launchers.of_pass(number))
            self._passes = number + 1

    def _has_no_such_heap(self, case: Case, launchers: Launchers[Target]) -> bool:
        return case.heap != USUAL_HEAP and not launchers.of(Target.of(case)).facts["heap_managed"]

    def _is_lost(self, group: Group) -> bool:
        return group.asked <= self._failed

    def _is_narrow(self, group: Group) -> bool:
        return self._precision.is_narrow(group, self._uncompared(group))

    def _is_precise(self, group: Group) -> bool:
        return self._precision.reached(group, self._uncompared(group))

    def _uncompared(self, group: Group) -> set[Case]:
        """Return what nothing is compared with: what failed, and what may lose messages unless all may."""
        lossy = {case for case in group.asked if may_lose(case)}
        return self._failed | lossy if group.asked - self._failed - lossy else self._failed

    def _why_stopped(self, group: Group, interrupted: bool) -> str:
        if self._is_lost(group):
            return ALL_FAILED
        if self._is_narrow(group):
            return PRECISE
        if interrupted:
            return INTERRUPTED
        return MOST_LAUNCHED if self._passes == self._plan.most_passes else OUT_OF_TIME

    def _launch(self, group: Group, pass_number: int, launchers: Launchers[Target]) -> None:
        # What stands beside needs no more precision than the first passes give, and costs as much.
        is_first = pass_number < self._plan.passes
        wanted = group.cases if is_first else [c for c in group.cases if c in group.asked]
        cases = [case for case in wanted if case not in self._failed]
        self._journal.append(GroupEntry(name=group.name, pass_number=pass_number))
        quiet = [case for case in cases if case not in self._restless]
        if quiet:
            self._launch_live(group, quiet, pass_number, launchers)
        for case in cases:
            if case in self._restless:
                began_s = self._clock()
                self._launch_live(group, [case], pass_number, launchers)
                self._budget.took_besides(group.name, self._clock() - began_s)

    def _launch_live(
        self, group: Group, cases: Sequence[Case], pass_number: int, launchers: Launchers[Target]
    ) -> None:
        """Measure these cases of a group side by side; who takes time from the others leaves before."""
        is_first = pass_number < self._plan.passes
        launched_s = self._clock()
        kernel, warmup_blocks, steady = Kernel(), 0, False
        ticks = kernel.cpu_ticks()
        rng = self._plan.rng(group.name, pass_number)
        seed = rng.getrandbits(32)
        with LiveSet[Case](rng, left_s=lambda: self._plan.max_time_s - self._elapsed_s()) as live:
            try:
                # In random order: the one that is created first has its own luck.
                for case in rng.sample(cases, len(cases)):
                    self._start(live, case, launchers, seed, compared=case in group.asked)
                live.make_ready(again=pass_number > 0)
                live.calibrate(self._rough_s)
                live.size(partial(trial_messages, trial_s=self._trial_s))
                warmup_blocks, steady = live.warm_up()
                if not pass_number:
                    self._send_restless_away(live)
                live.take_costs()
                block_s = live.block()
                if is_first or pass_number % sizing.LONGER_EVERY == 0:
                    live.longer_block(sizing.LONGER_BY[pass_number % len(sizing.LONGER_BY)])
                fixed_s = self._clock() - launched_s - block_s
                for _ in range(self._budget.blocks(group.name, fixed_s, block_s, self._elapsed_s()) - 1):
                    live.block()
                live.take_costs()
                if is_first:
                    live.take_backlogs()
            finally:
                # Also on Ctrl-C: nothing measured is lost.
                steal = steal_share(ticks, kernel.cpu_ticks())
                for each in live.started.values():
                    self._write(each, pass_number, warmup_blocks, steady=steady, steal=steal)
                self._note_failures(live.failures)

    def _send_restless_away(self, live: LiveSet[Case]) -> None:
        """Let those that work while nobody asks them be measured alone, in the first pass and all others."""
        restless = live.look_idle()
        if len(live.started) > 1:
            self._restless.update(restless)
            for case in restless:
                live.dismiss(case)

    def _start(
        self, live: LiveSet[Case], case: Case, launchers: Launchers[Target], seed: int, *, compared: bool
    ) -> None:
        def launcher() -> tuple[Launcher, ProbeSpec]:
            return launchers.of(Target.of(case)), replace(self._specs[case], seed=seed)

        live.launch(case, launcher, case, RoundTrips(), compared=compared)

    def _write(
        self, live: LiveCase, pass_number: int, warmup_blocks: int, *, steady: bool, steal: float | None
    ) -> None:
        if not live.data:
            return
        assert isinstance(live.each, RoundTrips)
        at_s = self._elapsed_s()
        row = LaunchRow(
            pass_number=pass_number,
            at_s=at_s,
            trials=len(live.data),
            messages=live.messages,
            untimed=live.untimed,
            warmup_blocks=warmup_blocks,
            steady=steady,
            steal=steal,
            slowdowns=live.slowdowns,
            also_s=live.also_s,
            after_pause_s=live.after_pause_s,
            longer=live.longer,
            round_trips_hdr=live.each.encoded(),
            costs=msgspec.convert(live.costs, dict[str, UsageRow]),
            backlog=live.backlog,
            lost=live.lost,
            blank_trials=live.blank_trials,
            idle_share=live.idle_share,
            alone=live.case in self._restless,
        )
        self._precision.take(live.case, pass_number, at_s, live.means_s)
        modules = msgspec.convert(live.modules, dict[str, ModuleRow])
        self._journal.append(LaunchEntry(name=live.case.name, row=row, data=live.data, modules=modules))

    def _note_failures(self, failures: Mapping[Case, str]) -> None:
        for case, reason in failures.items():
            why = f"{case.name}: {reason}"
            self._failed.add(case)
            self._journal.append(FailureEntry(name=case.name, why=why))
            self._progress.failed(why)

    def _facts(self, launchers: Launchers[Target]) -> dict[str, dict[str, Any]]:
        """Return the facts of each interpreter by its label, as it is in its plainest environment."""
        plainest_last = sorted(self._makers, key=lambda target: -len(target.environment))
        facts = {target.python: launchers.of(target).facts for target in plainest_last}
        return dict(without_private(facts))

    def _describe(self, launchers: Launchers[Target]) -> None:
        self._journal.append(
            RunHead(
                seed=self._plan.seed,
                passes=self._plan.passes,
                max_time_s=self._plan.max_time_s,
                precision=self._plan.precision,
                targets=self._facts(launchers),
                left_out=with_short_names(self._plan.left_out),
                **head(),
            )
        )
        for group in self._plan.groups:
            workload = WorkloadRow.of(workload_traits(group.cases[0].workload))
            for case in group.cases:
                traits = channel_traits(case.channel)
                self._journal.append(
                    CaseEntry(
                        name=case.name,
                        case=CaseRow.of(case),
                        group=group.name,
                        asked=case in group.asked,
                        workload=workload,
                        delivers=traits.delivers,
                        lossy=traits.is_lossy,
                        reference_loop=traits.reference_loop,
                        copies=traits.copies,
                    )
                )

    def _elapsed_s(self) -> float:
        return self._clock() - self._start_s
