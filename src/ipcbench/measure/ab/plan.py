"""What a comparison is to measure: arms, cells, and by which rule it decides."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

from ipcbench.machine.facts import host_line
from ipcbench.measure.ab.arm_targets import ArmTarget
from ipcbench.measure.ab.metric import Metric
from ipcbench.plan.case import Case
from ipcbench.plan.coordinates import COORDINATES
from ipcbench.statistics.decision import Rule


@dataclass(frozen=True)
class AbPlan:
    """Every cell is measured with every arm; the first arm is what the others are compared with."""

    targets: Sequence[ArmTarget]
    cells: Sequence[Case]
    #: As asked for one comparison; `shared_rule` is what holds for all of them.
    rule: Rule
    metric: Metric
    seed: int
    max_time_s: float
    #: Why cells that were asked for are not among them, by their names.
    left_out: Mapping[str, str] = field(default_factory=dict)

    @property
    def comparisons(self) -> int:
        """How many verdicts there will be: each arm but the first in each cell."""
        return len(self.cells) * (len(self.targets) - 1)

    @property
    def shared_rule(self) -> Rule:
        """The rule with the number of comparisons that its error rate is shared out among."""
        return replace(self.rule, comparisons=self.comparisons)

    @property
    def conditions(self) -> str:
        """The machine, and the Pythons where the arms do not name them."""
        pythons = ", ".join(dict.fromkeys(target.interpreter.label for target in self.targets))
        return f"Python {pythons}, {host_line()}"

    def name(self, cell: Case) -> str:
        """Return a cell's name, without what differs between its arms."""
        cases = [target.case(cell) for target in self.targets]
        told = [{each.in_name(case) for case in cases} for each in COORDINATES if each.name != "python"]
        return " ".join(text for texts in told if len(texts) == 1 for text in texts if text)
