"""How precise a run is so far, and whether a group is as precise as asked."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy as np

from ipcbench.plan.case import Case, Group
from ipcbench.statistics.between_runs import figure_of_run, ratio_of_run
from ipcbench.statistics.estimates import (
    FEWEST_LAUNCHES,
    Estimate,
    case_estimate,
    independent_parts,
    paired_ratio,
)

#: A run that stops as soon as an interval is narrow stops at the lucky moments: with one ratio and five
#: launches as the fewest, 92 % of nominal 95 % intervals cover; with eight, 94 % (`bench/coverage.py`).
FEWEST_TO_STOP = 8


class Precision:
    """Keeps all samples of a run and says what they amount to."""

    def __init__(self, wanted: float) -> None:
        #: Half-width of an interval, as a share.
        self.wanted = wanted
        self._samples: dict[Case, dict[int, np.ndarray]] = {}
        self._at_s: dict[Case, list[float]] = {}

    def take(self, case: Case, pass_number: int, at_s: float, means_s: Sequence[float] | np.ndarray) -> None:
        """Add what one launch of a case gave, in seconds a message, at this time of the run."""
        self._samples.setdefault(case, {})[pass_number] = np.asarray(means_s)
        self._at_s.setdefault(case, []).append(at_s)

    def estimates(self, group: Group, failed: Collection[Case] = ()) -> dict[Case, Estimate | None]:
        """Return each asked case's time against the reference's; of a case that is alone, its own time."""
        asked = [case for case in group.cases if case in group.asked and case not in failed]
        if len(asked) == 1:
            samples = list(self._samples.get(asked[0], {}).values())
            return {asked[0]: figure_of_run(case_estimate(samples, self._at_s.get(asked[0], [])))}
        reference = self.reference(group, failed)
        return {case: self._ratio(case, reference) for case in asked if reference and case != reference}

    def reference(self, group: Group, failed: Collection[Case] = ()) -> Case | None:
        """Return what times are compared with: the group's reference, or the first that did not fail."""
        asked = [case for case in group.cases if case in group.asked and case not in failed]
        return group.reference if group.reference in asked else next(iter(asked), None)

    def _ratio(self, case: Case, reference: Case) -> Estimate | None:
        ours, theirs = self._samples.get(case, {}), self._samples.get(reference, {})
        common = [number for number in ours if number in theirs]
        launches = ([side[number] for number in common] for side in (ours, theirs))
        return ratio_of_run(paired_ratio(*launches))

    def reached(self, group: Group, failed: Collection[Case] = ()) -> bool:
        """Whether every interval of the group is as narrow as asked, and every figure has one.

        The time of a single case has one when enough of its launches are seconds apart, which takes a run of
        few groups longer than its ratios do.
        """
        estimates = self.estimates(group, failed).values()
        apart = (independent_parts(self._at_s.get(case, [])) for case in group.asked.difference(failed))
        return (
            all(each is not None and each.launches >= FEWEST_TO_STOP for each in estimates)
            and all(len(parts) >= FEWEST_LAUNCHES for parts in apart)
            and self._are_narrow(estimates)
        )

    def is_narrow(self, group: Group, failed: Collection[Case] = ()) -> bool:
        """Whether every interval of the group is as narrow as asked, for now."""
        return self._are_narrow(self.estimates(group, failed).values())

    def _are_narrow(self, estimates: Iterable[Estimate | None]) -> bool:
        return all(
            each is not None and each.half_width is not None and each.half_width <= self.wanted
            for each in estimates
        )
