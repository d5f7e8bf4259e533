"""The sides of an `ab`, and one launch of a cell: a live pair of processes for each side."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, replace
from importlib.machinery import PathFinder

import numpy as np

from ipcbench.errors import CaseError, IpcbenchError, UsageError
from ipcbench.measure import sizing
from ipcbench.measure.catalogue import channel_spec
from ipcbench.measure.group import READY_DEADLINE_S, VERIFY_DEADLINE_S, Arm, verification_messages
from ipcbench.measure.interpreter import Interpreter
from ipcbench.measure.launcher import Launcher
from ipcbench.measure.setting import case_setting
from ipcbench.plan import arms
from ipcbench.plan.case import Case
from ipcbench.probe.workloads import load_workload

#: What a side's launcher is told apart by.
Key = tuple[object, ...]


@dataclass(frozen=True)
class Side:
    """An arm with the interpreter that runs it."""

    arm: arms.Arm
    interpreter: Interpreter
    #: Sides that are the same but for this are not forked from one launcher.
    apart: str = ""

    @property
    def label(self) -> str:
        return self.arm.label

    @property
    def key(self) -> Key:
        """Sides with equal keys are forked from one launcher."""
        return (self.interpreter, self.arm.path, self.arm.environment, self.apart)

    def case(self, cell: Case) -> Case:
        """Return the cell as this side runs it."""
        return replace(
            cell,
            channel=self.arm.channel or cell.channel,
            start_method=self.arm.start_method or cell.start_method,
            python=self.interpreter.label,
        )

    def launcher(self, import_path: Sequence[str]) -> Launcher:
        return Launcher(
            self.interpreter,
            import_path,
            first_path=[self.arm.path] if self.arm.path else [],
            environment=dict(self.arm.environment),
        )


class Launchers:
    """A launcher for each target of the sides; one that does not start is known by its error."""

    def __init__(self, sides: Sequence[Side], import_path: Sequence[str]) -> None:
        self._sides, self._import_path = sides, import_path
        self._stack = ExitStack()
        self._running: dict[Key, Launcher] = {}
        self._failed: dict[Key, str] = {}

    def __enter__(self) -> Launchers:
        """Start all at once: most of a start is waiting for the interpreter."""
        first = {side.key: side for side in self._sides}
        try:
            with ThreadPoolExecutor(len(first)) as starters:
                starts = {key: starters.submit(self._start, side) for key, side in first.items()}
            for key, start in starts.items():
                if isinstance(started := start.result(), Launcher):
                    self._running[key] = started
                else:
                    self._failed[key] = started
        except BaseException:
            self._stack.close()
            raise
        return self

    def _start(self, side: Side) -> Launcher | str:
        try:
            launcher = side.launcher(self._import_path).__enter__()
        except IpcbenchError as error:
            return str(error)
        self._stack.push(launcher)
        return launcher

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of(self, side: Side) -> Launcher:
        """Return a side's launcher; raise CaseError where there is none."""
        if side.key in self._failed:
            raise CaseError(self._failed[side.key])
        return self._running[side.key]


class LivePairs:
    """One launch of one cell; ends and reaps everything on leaving."""

    def __init__(self, cell: Case, launchers: Launchers, rng: random.Random) -> None:
        self._cell, self._launchers, self._rng = cell, launchers, rng
        self._stack = ExitStack()
        self._arms: dict[str, Arm] = {}
        self._each_ns: dict[str, list[bytes]] = {}
        #: Why a side has left, by its label.
        self.failures: dict[str, str] = {}

    def __enter__(self) -> LivePairs:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def measure(
        self, sides: Sequence[Side], rough_s: dict[tuple[Case, str], float], fewest_messages: int = 1
    ) -> None:
        """Launch in this order, verify, calibrate, warm up and run blocks, of so many messages or more.

        `rough_s` remembers from launch to launch how long a message takes. A side that fails leaves; there is
        nothing to compare once fewer than two are left.
        """
        again = all((self._cell, side.label) in rough_s for side in sides)
        for side in sides:
            self._noting(side.label, lambda side=side: self._start(side))  # type: ignore[misc]
        self._each(lambda _, arm: arm.probe.await_ready(READY_DEADLINE_S))
        self._each(lambda _, arm: _verify(arm, again=again))
        self._each(lambda label, arm: self._calibrate(label, arm, rough_s))
        if len(self._arms) > 1:
            blocks = self._size(fewest_messages)
            self._warm_up()
            for _ in range(blocks):
                if len(self._arms) > 1:
                    self._each(self._trial, shuffled=True)

    def seconds(self, label: str) -> np.ndarray:
        """Return a side's seconds a message, by block."""
        return np.array(self._arms[label].data)

    def each_ns(self, label: str) -> np.ndarray:
        """Return the times of a side's single messages, in nanoseconds."""
        return np.frombuffer(b"".join(self._each_ns[label]), dtype=np.int64)

    def _start(self, side: Side) -> None:
        launcher, case = self._launchers.of(side), side.case(self._cell)
        require_own(case.channel, side.arm)
        try:
            setting = case_setting(case, launcher, seed=self._rng.getrandbits(32))
        except UsageError as error:
            raise CaseError(str(error)) from error
        probe = launcher.launch(replace(setting, switch_interval_s=side.arm.switch_interval_s))
        self._stack.callback(launcher.end, [probe])
        self._arms[side.label], self._each_ns[side.label] = Arm(case, probe), []

    def _calibrate(self, label: str, arm: Arm, rough_s: dict[tuple[Case, str], float]) -> None:
        key = (self._cell, label)
        if key not in rough_s:
            rough_s[key] = arm.learn_rough_s()
        arm.seconds_per_message = rough_s[key]

    def _size(self, fewest_messages: int) -> int:
        """Give all arms one number of messages a trial; return the number of blocks."""
        slowest_s = max(arm.seconds_per_message for arm in self._arms.values())
        overlapping = load_workload(self._cell.workload).overlapping
        messages = sizing.brief_trial_messages(slowest_s, self._cell.payload_bytes, overlapping=overlapping)
        for arm in self._arms.values():
            arm.messages = messages
        return sizing.brief_blocks(messages, slowest_s, fewest_messages)

    def _warm_up(self) -> None:
        took_s: dict[str, list[float]] = {label: [] for label in self._arms}

        def warm(label: str, arm: Arm) -> None:
            took_s[label].append(arm.run(arm.messages)[0]["took_s"])

        for _ in range(sizing.MOST_WARMUP_BLOCKS):
            self._each(warm)
            alive = {label: took_s[label] for label in self._arms}
            if not alive or sizing.is_warm(alive, next(iter(self._arms.values())).case.start_method):
                return

    def _trial(self, label: str, arm: Arm) -> None:
        answer, each_ns = arm.run(arm.messages)
        arm.data.append(answer["elapsed_ns"] / 1e9 / arm.messages)
        self._each_ns[label].append(each_ns)

    def _each(self, action: Callable[[str, Arm], object], *, shuffled: bool = False) -> None:
        """Do it with every side; one that fails leaves, the others go on."""
        order = list(self._arms.items())
        if shuffled:
            self._rng.shuffle(order)
        for label, arm in order:
            self._noting(label, lambda label=label, arm=arm: action(label, arm))  # type: ignore[misc]
        self._arms = {label: arm for label, arm in self._arms.items() if label not in self.failures}

    def _noting(self, label: str, action: Callable[[], object]) -> None:
        try:
            action()
        except IpcbenchError as error:
            # A launcher that ended is its side's failure, too.
            self.failures[label] = str(error)


def require_own(channel: str, arm: arms.Arm) -> None:
    """Raise CaseError where an arm's path has no say in what is measured: it would pass unseen."""
    if arm.path is None:
        return
    module, own, _ = channel_spec(channel).partition(":")
    package = module.partition(".")[0] if own else "multiprocessing"
    found = PathFinder.find_spec(package, [arm.path])
    # A folder without __init__.py is given way to by any package elsewhere on the path.
    if found is None or found.origin is None:
        raise CaseError(
            f"arm {arm.label}: no {package} in {arm.path_name or arm.path}; "
            "accepted: a path with the package of --channel package.module:Class"
        )


def _verify(arm: Arm, *, again: bool) -> None:
    arm.probe.ask("verify", verification_messages(arm.case, again=again), VERIFY_DEADLINE_S)
    arm.probe.answer(VERIFY_DEADLINE_S)
