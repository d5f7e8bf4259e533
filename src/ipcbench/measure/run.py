"""A run: passes over all groups, each launch journaled, until the plan or the time is done."""

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
from ipcbench.measure.progress import Progress, Silent
from ipcbench.measure.setting import case_setting
from ipcbench.measure.steal import StealMeter
from ipcbench.plan.case import Case, Group
from ipcbench.plan.matrix import Plan
from ipcbench.probe.workloads import load_workload
from ipcbench.record.journal import Journal
from ipcbench.record.latency import empty_histogram, encode, record_all


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
        self._budget = Budget([group.name for group in plan.groups], plan.passes, plan.max_time_s)

    def measure(self) -> None:
        """Run all passes; on Ctrl-C, journal how far it came."""
        self._start_s = self._clock()
        self._describe()
        stopped_by = "interrupted"
        try:
            stopped_by = self._passes()
        except KeyboardInterrupt:
            pass
        finally:
            self._progress.finished(self._elapsed_s)
            self._journal.append("end", stopped_by=stopped_by, elapsed_s=self._elapsed_s)

    def _passes(self) -> str:
        total, done = self._plan.passes * len(self._plan.groups), 0
        for number in range(self._plan.passes):
            for group in self._plan.pass_order(number):
                # The first pass is always whole: no case goes unmeasured.
                if number and self._elapsed_s >= self._plan.max_time_s:
                    return "time"
                self._progress.launching(number, done, total, group, self._elapsed_s)
                self._launch(group, number)
                done += 1
        return "planned passes done"

    def _launch(self, group: Group, pass_number: int) -> None:
        cases = [case for case in group.cases if case not in self._failed]
        if not any(case in group.asked for case in cases):
            return
        self._journal.append("group", name=group.name, pass_number=pass_number)
        launcher = self._launchers[group.cases[0].python]
        launched_s = self._clock()
        steal, warmup_blocks, steady = StealMeter(), 0, False
        with LiveGroup(launcher, group, self._plan.rng(group.name, pass_number)) as live:
            try:
                live.launch(cases, self._settings)
                live.verify(verification_messages(group.cases[0]))
                live.calibrate(self._rough_s)
                live.size(self._trial_s)
                warmup_blocks, steady = live.warm_up()
                fixed_s = self._clock() - launched_s
                block_s = live.block()
                for _ in range(self._budget.blocks(group.name, fixed_s, block_s, self._elapsed_s) - 1):
                    live.block()
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
            "trials": len(arm.data),
            "messages": arm.messages,
            "warmup_blocks": warmup_blocks,
            "steady": steady,
            "steal": steal,
            "also_s": arm.also_s,
        }
        if arm.round_trips_ns:
            histogram = empty_histogram()
            record_all(histogram, bytes(arm.round_trips_ns))
            row["round_trips_hdr"] = encode(histogram)
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
            targets={label: launcher.facts for label, launcher in self._launchers.items()},
            host=host_facts(),
            machine_info=machine_info(),
            commit_info=commit_info(),
            datetime=datetime.now(UTC).isoformat(),
            version=version("pytest-benchmark"),
        )
        for group in self._plan.groups:
            for case in group.cases:
                self._journal.append(
                    "case",
                    name=case.name,
                    case=case.as_record(),
                    group=group.name,
                    asked=case in group.asked,
                    unit=load_workload(case.workload).unit,
                    floor=channel_class(case.channel).traits.floor,
                )

    @property
    def _elapsed_s(self) -> float:
        return self._clock() - self._start_s
