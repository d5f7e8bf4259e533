"""The arms of an `ab` with what runs them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from ipcbench.launch.interpreter import Interpreter
from ipcbench.launch.launcher import Launcher
from ipcbench.launch.launchers import Launchers
from ipcbench.launch.targets import Target
from ipcbench.plan import arms
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import BY_NAME
from ipcbench.plan.settings import merge_settings
from ipcbench.probe.process import own_path

#: What an arm's launcher is told apart by.
Key = tuple[object, ...]


@dataclass(frozen=True)
class ArmTarget:
    """An arm with the interpreter that runs it."""

    arm: arms.Arm
    interpreter: Interpreter
    #: Keeps arms that are alike apart: those of different `apart` are forked from different launchers.
    apart: str = ""

    @property
    def label(self) -> arms.ArmLabel:
        """The arm's letter."""
        return self.arm.label

    def case(self, cell: Case) -> Case:
        """Return the cell as this arm runs it."""
        own: dict[str, Any] = {BY_NAME[name].field: value for name, value in self.arm.coordinates.items()}
        settings = merge_settings(cell.settings, self.arm.settings)
        return replace(cell, python=self.interpreter.label, settings=settings, **own)

    def target(self, cell: Case) -> Target:
        """Return the interpreter and the environment that this arm has in a cell."""
        return Target.of(self.case(cell))

    def runs_by(self, cell: Case) -> tuple[Interpreter, Target]:
        """Return what may slow this arm of a cell before its channel's code comes in."""
        return self.interpreter, self.target(cell)

    def key(self, cell: Case) -> Key:
        """Arms and cells with equal keys are forked from one launcher."""
        return (*self.runs_by(cell), self.arm.paths, self.apart)

    def launcher(self, cell: Case) -> Launcher:
        """Return what this arm's probes of a cell are forked from."""
        return Launcher(
            self.interpreter,
            first_path=self.arm.paths,
            environment={**dict(self.target(cell).environment), own_path.ORIGIN_VARIABLE: self.arm.origin},
        )


def launchers_of(targets: Sequence[ArmTarget], cells: Sequence[Case]) -> Launchers[Key]:
    """Return the launchers of one pass; arms with the same interpreter and surroundings share one."""
    return Launchers(
        {target.key(cell): partial(target.launcher, cell) for target in targets for cell in cells}
    )
