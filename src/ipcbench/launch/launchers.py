"""The launchers of one pass: one for each target, started at once, known by its error where it did not start.

Every pass of a run and of an `ab` has launchers of its own. What is forked from one launcher shares its luck
(its layout, its hash seed): with one for all passes, that luck would be in every launch and in no interval.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from typing import Generic, TypeVar

from ipcbench.errors import CaseError, IpcbenchError
from ipcbench.launch.launcher import Launcher

Key = TypeVar("Key", bound=Hashable)


class Launchers(Generic[Key]):
    """Use it as a context manager: leaving it ends and reaps all that was started."""

    def __init__(self, makers: Mapping[Key, Callable[[], Launcher]]) -> None:
        self._makers = makers
        self._stack = ExitStack()
        self._running: dict[Key, Launcher] = {}
        self._failed: dict[Key, str] = {}

    def __enter__(self) -> Launchers[Key]:
        """Start all at once: most of a start is waiting for the interpreter."""
        try:
            with ThreadPoolExecutor(len(self._makers)) as starters:
                starts = {key: starters.submit(self._start, make) for key, make in self._makers.items()}
            for key, start in starts.items():
                if isinstance(started := start.result(), Launcher):
                    self._running[key] = started
                else:
                    self._failed[key] = started
        except BaseException:
            self._stack.close()
            raise
        return self

    def _start(self, make: Callable[[], Launcher]) -> Launcher | str:
        try:
            launcher = make().__enter__()
        except IpcbenchError as error:
            return str(error)
        self._stack.push(launcher)
        return launcher

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of(self, key: Key) -> Launcher:
        """Return a target's launcher; raise CaseError where there is none."""
        if key in self._failed:
            raise CaseError(self._failed[key])
        return self._running[key]


class RenewedLaunchers(Generic[Key]):
    """The launchers of the current pass, started when the pass begins and ended when it is over."""

    def __init__(self, makers: Mapping[Key, Callable[[], Launcher]]) -> None:
        self._makers = makers
        self._stack = ExitStack()
        self._pass: int | None = None

    def __enter__(self) -> RenewedLaunchers[Key]:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def of_pass(self, number: int) -> Launchers[Key]:
        """Return this pass's launchers; those of the one before are ended."""
        if number != self._pass:
            self._stack.close()
            self._current = self._stack.enter_context(Launchers(self._makers))
            self._pass = number
        return self._current
