"""A run: launches of all groups, each journaled, until they are precise or the time is up."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib.metadata import version
from typing import Any

from ipcbench.measure import sizing
from ipcbench.measure.budget import Budget
from ipcbench.measure.catalogue import channel_class
from ipcbench.measure.environment import commit_info, host_facts, machine_info
from ipcbench.measure.group import Arm, LiveGroup, verification_messages
from ipcbench.measure.launcher import Launcher
from ipcbench.measure.precision import Precision
from ipcbench.measure.progress import Outlook, Progress, Silent
from ipcbench.measure.schedule import launches
from ipcbench.measure.setting import case_setting
from ipcbench.measure.steal import StealMeter
from ipcbench.plan.case import Case, Group
from ipcbench.plan.matrix import Plan
from ipcbench.probe.workloads import load_workload
from ipcbench.record.journal import Journal

#: What ends a group or a run, the gravest first.
STOPPED_BY = ("interrupted", "time", "precision", "failures")


class Run:
    """Measures a plan with the launchers of its targets."""

    def __init__(
        self,
        plan: Plan,
        launchers: dict[str, Launcher],
        journal: Journal,
        progress: Progress | None = None,
        clock: Callable[[], float] = time.monotonic,
        trial_s: float = sizing.TRIAL_S,
    ) -> None:
        self._plan, self._launchers, self._journal = plan, launchers, journal
        self._progress, self._clock, self._trial_s = progress or Silent(), clock, trial_s
        self._settings = {
            case: case_setting(case, launchers[case.python], plan.seed)
            for group in plan.groups
            for case in group.cases
        }
        self._rough_s: dict[Case, float] = {}
        self._failed: set[Case] = set()
        self._precision = Precision(plan.precision)
        self._budget = Budget([group.name for group in plan.groups], plan.passes, plan.max_time_s)

    def measure(self) -> None:
        """Launch groups until all are precise or the time is up; on Ctrl-C, journal how far it came."""
        self._start_s = self._clock()
        self._describe()
        interrupted = True
        try:
            self._launch_all()
            interrupted = False
        except KeyboardInterrupt:
            pass
        finally:
            self._progress.finished(self._elapsed_s())
            stopped = {group.name: self._why_stopped(group, interrupted) for group in self._plan.groups}
            stopped_by = "interrupted" if interrupted else min(stopped.values(), key=STOPPED_BY.index)
            self._journal.append("end", stopped_by=stopped_by, stopped=stopped, elapsed_s=self._elapsed_s())

    def _launch_all(self) -> None:
        planned = launches(
            self._plan, self._budget, self._elapsed_s, self._is_lost, self._is_narrow, self._is_precise
        )
        for done, (number, group) in enumerate(planned):
            self._progress.launching(
                Outlook(
                    group=group,
                    pass_number=number,
                    launches=done,
                    elapsed_s=self._elapsed_s(),
                    max_time_s=self._plan.max_time_s,
                    precise=sum(map(self._is_narrow, self._plan.groups)),
                    groups=len(self._plan.groups),
                    precision=self._plan.precision,
                    estimates=self._precision.estimates(group, self._failed),
                )
            )
            self._launch(group, number)

    def _is_lost(self, group: Group) -> bool:
        return group.asked <= self._failed

    def _is_narrow(self, group: Group) -> bool:
        return self._precision.is_narrow(group, self._failed)

    def _is_precise(self, group: Group) -> bool:
        return self._precision.reached(group, self._elapsed_s(), self._failed)

    def _why_stopped(self, group: Group, interrupted: bool) -> str:
        if self._is_lost(group):
            return "failures"
        if self._is_narrow(group):
            return "precision"
        return "interrupted" if interrupted else "time"

    def _launch(self, group: Group, pass_number: int) -> None:
        # Floors need no more precision than the first passes give them, and cost as much as what is asked.
        wanted = (
            group.cases if pass_number < self._plan.passes else [c for c in group.cases if c in group.asked]
        )
        cases = [case for case in wanted if case not in self._failed]
        self._journal.append("group", name=group.name, pass_number=pass_number)
        launched_s = self._clock()
        steal, warmup_blocks, steady = StealMeter(), 0, False
        rng = self._plan.rng(group.name, pass_number)
        with LiveGroup(self._launchers[group.cases[0].python], group, rng) as live:
            try:
                live.launch(cases, self._settings)
                live.verify(verification_messages(group.cases[0], again=pass_number > 0))
                live.calibrate(self._rough_s)
                live.size(self._trial_s)
                warmup_blocks, steady = live.warm_up()
                live.take_costs()
                fixed_s = self._clock() - launched_s
                block_s = live.block()
                for _ in range(self._budget.blocks(group.name, fixed_s, block_s, self._elapsed_s()) - 1):
                    live.block()
                live.take_costs()
                if pass_number < self._plan.passes:
                    live.take_backlogs()
            finally:
                # Also on Ctrl-C: nothing measured is lost.
                for arm in live.started:
                    self._write(arm, pass_number, warmup_blocks, steady=steady, steal=steal.share())
                self._note_failures(live.failures)

    def _write(
        self, arm: Arm, pass_number: int, warmup_blocks: int, *, steady: bool, steal: float | None
    ) -> None:
        if not arm.data:
            return
        row: dict[str, Any] = {
            "pass_number": pass_number,
            "at_s": self._elapsed_s(),
            "trials": len(arm.data),
            "messages": arm.messages,
            "warmup_blocks": warmup_blocks,
            "steady": steady,
            "steal": steal,
            "also_s": arm.also_s,
            "round_trips_hdr": arm.round_trips.encoded(),
            "costs": arm.costs,
            "backlog": arm.backlog,
        }
        self._precision.take(arm.case, pass_number, row["at_s"], arm.data)
        self._journal.append("launch", name=arm.case.name, row=row, data=arm.data)

    def _note_failures(self, failures: dict[Case, str]) -> None:
        for case, why in failures.items():
            self._failed.add(case)
            self._journal.append("failure", name=case.name, why=why)
            self._progress.failed(why)

    def _describe(self) -> None:
        self._journal.append(
            "run",
            seed=self._plan.seed,
            passes=self._plan.passes,
            max_time_s=self._plan.max_time_s,
            precision=self._plan.precision,
            targets={label: launcher.facts for label, launcher in self._launchers.items()},
            host=host_facts(),
            machine_info=machine_info(),
            commit_info=commit_info(),
            datetime=datetime.now(UTC).isoformat(),
            version=version("pytest-benchmark"),
        )
        for group in self._plan.groups:
            workload = load_workload(group.cases[0].workload)
            for case in group.cases:
                self._journal.append(
                    "case",
                    name=case.name,
                    case=case.as_record(),
                    group=group.name,
                    asked=case in group.asked,
                    unit=workload.unit,
                    parameter_name=workload.parameter_name,
                    floor=channel_class(case.channel).traits.floor,
                    copies=channel_class(case.channel).traits.copies,
                )

    def _elapsed_s(self) -> float:
        return self._clock() - self._start_s
