"""All collected cases as one run: measured when the first test needs its samples, replayed by each test."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from typing import Any

import pytest
from _pytest.skipping import evaluate_skip_marks, evaluate_xfail_marks

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import LOSSY, GroupResult, read_groups
from ipcbench.commands.resolve import resolve
from ipcbench.commands.run import RunResult, plan_run, run
from ipcbench.errors import IpcbenchError, UsageError, with_notes
from ipcbench.launch.interpreter import Interpreter, find_interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.live import verified_case
from ipcbench.launch.targets import Target, makers_of
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import BY_NAME, COORDINATES
from ipcbench.plan.defaults import results_folder
from ipcbench.plan.units import parse_precision, parse_seconds
from ipcbench.progress.display import progress_on
from ipcbench.pytest_plugin.baseline import Baseline
from ipcbench.pytest_plugin.clock import ReplayClock
from ipcbench.record.privacy import with_short_paths
from ipcbench.record.run import read_run
from ipcbench.record.store import Store
from ipcbench.report import wording

Replay = Callable[[], CaseResult | None]
_clock_key = pytest.StashKey[ReplayClock]()
_interpreters: dict[str, Interpreter] = {}


def cases_of(marker: pytest.Mark | None, where: str) -> tuple[list[Case], dict[str, str]]:
    """Return the cases that a test's marker declares, and why others of them cannot be, by their names.

    Raises UsageError, as pytest's, for a wrong marker, and where none of its cases can be.
    """
    if marker is None or marker.args or not set(marker.kwargs) <= set(BY_NAME):
        raise pytest.UsageError(
            f"{where}: the ipcbench fixture needs @pytest.mark.ipcbench(...) with keywords among "
            + ", ".join(BY_NAME)
        )
    try:
        refused: dict[str, str] = {}
        cases, interpreters = resolve(marker.kwargs, refused=refused)
    except UsageError as error:
        raise pytest.UsageError(f"{where}: {error}") from None
    _interpreters.update({interpreter.label: interpreter for interpreter in interpreters})
    return cases, refused


def case_ids(cases: Sequence[Case]) -> list[str]:
    """Name each case by the coordinates in which the cases of one test differ, channel and size always."""
    always = (BY_NAME["channel"], BY_NAME["size"])
    varying = [
        each for each in COORDINATES if each not in always and len({each.of(case) for case in cases}) > 1
    ]
    return ["-".join(each.text(each.of(case)) for each in (*always, *varying)) for case in cases]


def _will_run(item: pytest.Item) -> bool:
    """Whether none of the test's marks keeps it from being run: skip, skipif, xfail(run=False)."""
    try:
        if evaluate_skip_marks(item):
            return False
        expected = evaluate_xfail_marks(item)
    except Exception:
        # A condition that cannot be evaluated is the test's own error, which pytest tells.
        return False
    return expected is None or expected.run or item.config.option.runxfail


def _case_of(item: pytest.Item) -> Case:
    assert isinstance(item, pytest.Function)
    case = item.callspec.params["_ipcbench_case"]
    assert isinstance(case, Case)
    return case


class Suite:
    """The run behind one pytest session."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config
        self._result: RunResult | None = None
        self._error: str | None = None
        self._groups: list[GroupResult] = []
        self._results: dict[str, CaseResult] = {}
        self._launchers: dict[Target, Launcher] = {}
        self._stack = ExitStack()
        self._results_folder = results_folder(config.getoption("--ipcbench-results"), config.rootpath)
        self._max_time_s = self._option("--ipcbench-max-time", parse_seconds)
        self._precision = self._option("--ipcbench-precision", parse_precision)
        baseline = config.getoption("--ipcbench-baseline")
        if baseline and self._disabled:
            raise pytest.UsageError(
                "--ipcbench-baseline: nothing is measured under --benchmark-disable or xdist; "
                "accepted: without these"
            )
        self._baseline = Baseline(Store(self._results_folder), baseline) if baseline else None

    def _option(self, name: str, parse: Callable[[str], float]) -> float | None:
        text = self._config.getoption(name)
        try:
            return parse(text) if text else None
        except UsageError as error:
            raise pytest.UsageError(f"{name}: {error}") from None

    def give_clock(self, item: pytest.Item) -> None:
        """Let a test's benchmark be timed by the samples that will be replayed."""
        if self._has_other_clock:
            return
        clock = item.stash[_clock_key] = ReplayClock()
        own = item.get_closest_marker("benchmark")
        options = {**(own.kwargs if own else {}), "timer": clock}
        item.add_marker(pytest.mark.benchmark(**options), append=False)

    def measure_before(self, item: pytest.Item) -> None:
        """Measure all collected cases if this is the first test that needs them."""
        needed = _clock_key in item.stash and _will_run(item)
        if needed and not self._disabled and self._result is None and self._error is None:
            self._measure(item.session)

    @property
    def _has_other_clock(self) -> bool:
        """Whether another plugin times the tests, with a `benchmark` of its own that replays nothing."""
        return bool(self._config.getoption("codspeed", False))

    @property
    def _disabled(self) -> bool:
        """Whether pytest-benchmark will time nothing: by its own rules, or because another plugin does."""
        if self._has_other_clock:
            return True
        option = self._config.getoption
        distributed = option("dist", "no") != "no" or "PYTEST_XDIST_WORKER" in os.environ
        return (
            bool(option("benchmark_disable", True) and not option("benchmark_enable", False)) or distributed
        )

    def replay(self, item: pytest.Item, case: Case, benchmark: Any) -> Replay:
        """Return what a test's `ipcbench()` does."""
        if self._disabled or benchmark.disabled:
            return lambda: self._smoke(case)

        def replay_samples() -> CaseResult:
            result, record = self._case_result(case)
            benchmark.group = benchmark.group or case.group_name
            if result.is_lossy:
                # Its rate is of what came: pytest-benchmark's table has no other place to say so.
                benchmark.name += f" {LOSSY}, {wording.lost(result.lost)}"
            benchmark.params = {**case.as_record(), "size": BY_NAME["size"].text(case.payload_bytes)}
            benchmark.extra_info["ipcbench"] = record
            samples = [seconds for launch in result.by_pass.values() for seconds in launch.tolist()]
            item.stash[_clock_key].replay(benchmark, samples)
            if self._baseline and (why := self._baseline.regression(with_short_paths(case.name))):
                pytest.fail(why, pytrace=False)
            return result

        return replay_samples

    def _case_result(self, case: Case) -> tuple[CaseResult, dict[str, Any]]:
        if self._result is None:
            pytest.fail(self._error or "the run was cut off", pytrace=False)
        name = with_short_paths(case.name)
        if why := self._result.failures.get(name):
            pytest.fail(why, pytrace=False)
        records = {row["name"]: row["extra_info"]["ipcbench"] for row in self._result.document["benchmarks"]}
        return self._results[name], records[name]

    def _measure(self, session: pytest.Session) -> None:
        cases = [
            _case_of(item) for item in session.items if item.stash.get(_clock_key, None) and _will_run(item)
        ]
        plan = plan_run(
            cases,
            seed=self._config.getoption("--ipcbench-seed"),
            max_time_s=self._max_time_s,
            precision=self._precision,
        )
        pythons = dict.fromkeys(case.python for case in cases)
        try:
            with self._uncaptured():
                self._result = run(
                    plan,
                    [_interpreters[label] for label in pythons],
                    Store(self._results_folder),
                    progress=progress_on(sys.stdout),
                )
        except IpcbenchError as error:
            self._error = with_notes(error)
            return
        except BaseException as error:
            # Whatever ended it: the next test must not begin the run anew.
            self._error = f"the run ended with {type(error).__name__}: {with_notes(error)}"
            raise
        self._groups = read_groups(read_run(self._result.path))
        self._results = {case.name: case for group in self._groups for case in group.cases.values()}
        if self._result.interrupted:
            raise KeyboardInterrupt
        if self._baseline:
            self._baseline.judge(self._result.path)

    def _smoke(self, case: Case) -> None:
        try:
            target = Target.of(case)
            if target not in self._launchers:
                interpreter = _interpreters.get(case.python) or find_interpreter(None)
                ((_, make),) = makers_of([case], [interpreter]).items()
                self._launchers[target] = self._stack.enter_context(make())
            with verified_case(case, self._launchers[target]):
                pass  # It works here: nothing else is asked.
        except IpcbenchError as error:
            pytest.fail(f"{case.name}: {error}", pytrace=False)

    def _uncaptured(self) -> Any:
        sys.stdout.flush()
        capture = self._config.pluginmanager.getplugin("capturemanager")
        stack = ExitStack()
        if capture is not None:
            stack.enter_context(capture.global_and_fixture_disabled())
        print()
        return stack

    @property
    def run_record(self) -> dict[str, Any] | None:
        """What pytest-benchmark's own files carry besides, so that they are run documents too."""
        return self._result.document["ipcbench"] if self._result else None

    def summarise(self, reporter: pytest.TerminalReporter) -> None:
        """Add our table: rates, latencies, ratios and loops, each with how far it may be off."""
        if self._result is None:
            return
        from ipcbench.report.tables.run import run_table

        reporter.ensure_newline()
        reporter.section("ipcbench", sep="-", blue=True)
        document = read_run(self._result.path)
        reporter.write_line(run_table(self._groups, document.ipcbench))
        if self._baseline:
            reporter.write_line(self._baseline.summary)
        reporter.write_line(f"stored: {self._result.path}")
        reporter.write_line(f"charts: ipcbench plot {self._result.path}")

    def close(self) -> None:
        """End the launchers of a smoke test."""
        self._stack.close()
