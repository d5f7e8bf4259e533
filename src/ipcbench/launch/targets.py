"""What cases are forked from: one launcher for each interpreter and environment that they ask for."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.plan.case import Case
from ipcbench.probe.settings import environment_of

Makers = dict["Target", Callable[[], Launcher]]


@dataclass(frozen=True)
class Target:
    """What a launcher is told apart by."""

    #: The interpreter's version label.
    python: str
    environment: tuple[tuple[str, str], ...] = ()

    @classmethod
    def of(cls, case: Case) -> Target:
        """Return what a case is forked from."""
        return cls(case.python, tuple(environment_of(case.settings).items()))


def makers_of(cases: Iterable[Case], interpreters: Iterable[Interpreter]) -> Makers:
    """Return what makes the launchers of these cases, by target, in the order of the interpreters."""
    by_label = {each.label: each for each in interpreters}
    targets = dict.fromkeys(map(Target.of, cases))
    return {
        target: partial(Launcher, by_label[label], environment=dict(target.environment))
        for label in by_label
        for target in targets
        if target.python == label
    }
