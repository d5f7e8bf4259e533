"""What a run says while it goes on; silent while a trial is timed."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from ipcbench.plan.case import Case, Group
from ipcbench.statistics.estimates import Estimate


@dataclass(frozen=True, slots=True)
class RunStatus:
    """How far a run has come, when a group is about to be launched."""

    group: Group
    pass_number: int
    launches: int
    elapsed_s: float
    max_time_s: float
    #: How many groups are as precise as asked, of how many, and what was asked.
    precise: int
    groups: int
    precision: float
    #: Of the group's cases so far: time against the reference's; of a case that is alone, its own time.
    estimates: Mapping[Case, Estimate | None]
    #: What the times are against; None where nothing is left to compare.
    reference: Case | None = None
    #: Those that may lose messages: their times are of what came.
    lossy: Collection[Case] = ()

    @property
    def headline(self) -> str:
        """Pass, time used, and how much is as precise as asked."""
        return (
            f"pass {self.pass_number + 1}: {self.precise} of {self.groups} groups within "
            f"±{self.precision * 100:.3g}% after {self.launches} launches, "
            f"{self.elapsed_s:.0f} of {self.max_time_s:.0f} s"
        )


class Progress(Protocol):
    """Told between launches of groups, never during one."""

    def launching(self, status: RunStatus) -> None:
        """A group is about to be launched."""

    def failed(self, why: str) -> None:
        """A case failed; the others go on."""

    def finished(self, elapsed_s: float) -> None:
        """Nothing more will be launched."""


class Silent:
    """Says nothing."""

    def launching(self, status: RunStatus) -> None:
        pass

    def failed(self, why: str) -> None:
        pass

    def finished(self, elapsed_s: float) -> None:
        pass
