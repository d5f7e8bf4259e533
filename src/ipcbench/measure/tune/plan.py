"""What a tuning is to measure: one case, and what it tries of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ipcbench.launch.interpreter import Interpreter
from ipcbench.machine.facts import host_line
from ipcbench.measure.tune.knobs.contract import Knob
from ipcbench.plan.case import Case


@dataclass(frozen=True)
class TunePlan:
    """A case, its interpreter, and the knobs: all of them are tried that show a symptom, or were named."""

    case: Case
    interpreter: Interpreter
    knobs: Sequence[Knob]
    #: Those that a user named, which are tried whether a symptom shows or not.
    named: Sequence[str]
    #: A gain of so much is worth it.
    threshold: float
    #: How often the whole command may err.
    alpha: float
    seed: int
    max_time_s: float

    @property
    def conditions(self) -> str:
        """The machine and the Python."""
        return f"Python {self.interpreter.label}, {host_line()}"
