"""The result of one case of a stored run: everything that stands beside its name in tables and charts."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from ipcbench.analysis.costs import (
    MessageCosts,
    cpu_of,
    faults_of,
    page_faults,
    read_costs,
    sleeps_of,
    spent,
)
from ipcbench.analysis.latency import PERCENTILES, RoundTripTimes
from ipcbench.errors import DocumentError
from ipcbench.record.schema import CaseRecord, CaseRow, WorkloadRow
from ipcbench.statistics.between_runs import figure_of_run, percentile_of_run, ratio_of_run
from ipcbench.statistics.estimates import (
    FEWEST_LAUNCHES,
    Estimate,
    batch_means,
    case_estimate,
    median_of_launches,
    paired_ratio,
)
from ipcbench.statistics.median import median
from ipcbench.statistics.modes import Modes, two_modes
from ipcbench.statistics.regimes import Regime, regimes
from ipcbench.statistics.sustained import Lengths, Sustained, length_effect

#: How often a run may call any of its cases dependent on the trials' length, or in two modes, wrongly.
ALPHA = 0.01
#: Standard deviation of launches (of their log medians) above which a case is called unstable: the next
#: launch is then within a third of this one 19 times in 20.
UNSTABLE_SPREAD = 0.15


@dataclass(frozen=True)
class CaseResult:
    """One case of a run."""

    name: str
    record: CaseRecord
    #: Seconds per message of every trial, by pass.
    by_pass: dict[int, np.ndarray] = field(repr=False)
    #: What it is called among those of its group: the channel, and the heap where that is not the group's.
    label: str = ""
    #: How many cases the run has, which share its error rate.
    cases: int = 1

    @property
    def case(self) -> CaseRow:
        """Its coordinates."""
        return self.record.case

    @property
    def workload(self) -> WorkloadRow:
        """The traits of its workload."""
        return self.record.workload

    @property
    def workload_name(self) -> str:
        """What its workload is called without the parameter: `burst` of `burst:400`."""
        parameter = self.workload.parameter
        return self.case.workload.removesuffix(f":{parameter}") if parameter else self.case.workload

    @property
    def delivers(self) -> bool:
        """Whether its channel hands anything over, so that there are volumes to speak of."""
        return self.record.delivers

    @property
    def is_lossy(self) -> bool:
        """Whether messages get lost on their way, so that its rate is none of what loses none.

        Where one message alone is on its way there is room for it.
        """
        return self.record.lossy and self.workload.overlapping

    @cached_property
    def lost(self) -> float:
        """Which share of the messages that were sent never came."""
        launches = self.record.launches
        sent = sum((row.trials + row.blank_trials) * row.messages for row in launches)
        lost = sum(row.lost + row.blank_trials * row.messages for row in launches)
        return lost / sent if sent else 0.0

    @property
    def loss(self) -> float | None:
        """The same beside each of its figures; None where no message is lost by what its channel promises."""
        return self.lost if self.is_lossy else None

    @property
    def is_comparable(self) -> bool:
        """Whether its figures stand for what its channel does: no launch failed, and nothing may get lost."""
        return not self.is_lossy and not self.record.failure

    @cached_property
    def means_by_pass(self) -> dict[int, np.ndarray]:
        """Seconds per message by pass: of each trial, or of batches of trials that have few messages.

        Where no payloads follow one another, each stands for itself.
        """
        if not self.workload.payloads_moved:
            return self.by_pass
        return {
            number: batch_means(data, row.messages)
            for row, (number, data) in zip(self.record.launches, self.by_pass.items(), strict=True)
        }

    @cached_property
    def seconds(self) -> Estimate | None:
        """Seconds per message (round trip, handoff); the sustained ones where trials have a fixed part."""
        return figure_of_run(case_estimate(list(self.sustained_by_pass.values()), self._at_s))

    @cached_property
    def sustained(self) -> Sustained | None:
        """What every trial takes once and what each message takes; None where the length does not matter."""
        rows = zip(self.record.launches, self.means_by_pass.values(), strict=True)
        lengths = [Lengths(row.messages, data, tuple(row.longer)) for row, data in rows if len(data)]
        return length_effect(lengths, ALPHA / self.cases)

    @cached_property
    def modes(self) -> Modes | None:
        """The two speeds that the trials of the launches have, if they have two."""
        return two_modes(list(self.means_by_pass.values()), ALPHA / self.cases)

    @cached_property
    def regimes(self) -> list[Regime]:
        """What the launches fall into by their page faults, where it makes a difference to the time."""
        rows = zip(self.record.launches, self.means_by_pass.values(), strict=True)
        known = [
            (faults, median(data))
            for row, data in rows
            if len(data) and (faults := page_faults(row)) is not None
        ]
        return regimes([f for f, _ in known], [s for _, s in known], self.case.payload_bytes)

    @property
    def sustained_by_pass(self) -> Mapping[int, np.ndarray]:
        """Seconds per message by pass: as measured, or sustained ones where trials have a fixed part."""
        if self.sustained is None:
            return self.means_by_pass
        numbers = [number for number, data in self.by_pass.items() if len(data)]
        return {
            number: np.array([seconds])
            for number, seconds in zip(numbers, self.sustained.by_launch, strict=True)
        }

    @cached_property
    def slowdowns(self) -> list[str]:
        """What slowed every message of some launch: a trace hook, for instance."""
        return list(dict.fromkeys(what for row in self.record.launches for what in row.slowdowns))

    @property
    def _at_s(self) -> list[float | None]:
        """When the launches were, in seconds of the run."""
        return [row.at_s for row in self.record.launches]

    @cached_property
    def rate(self) -> Estimate | None:
        """Messages per second."""
        return self.seconds.inverted() if self.seconds else None

    @cached_property
    def megabytes_per_s(self) -> Estimate | None:
        """Payload delivered, in 10^6 bytes a second; of a ping-pong, what goes and comes back.

        None for workloads that do not send as fast as they can.
        """
        moved = self.case.payload_bytes * self.workload.payloads_moved
        return self.rate.times(moved / 1e6) if self.rate and moved else None

    @property
    def copied_megabytes_per_s(self) -> Estimate | None:
        """What is copied for the delivered messages, each byte as often as the channel copies it."""
        copies = self.record.copies
        return self.megabytes_per_s.times(copies) if self.megabytes_per_s and copies else None

    @cached_property
    def round_trips(self) -> dict[float, Estimate]:
        """Seconds by percentile of single round trips; a percentile too far out is missing."""
        return self.percentiles(PERCENTILES)

    def percentiles(self, which: Sequence[float]) -> dict[float, Estimate]:
        """Return the same of these percentiles."""
        found = self._round_trip_times.percentiles(which)
        return {percentile: percentile_of_run(of, percentile) for percentile, of in found.items()}

    @cached_property
    def longest_round_trip_s(self) -> float | None:
        """The longest single message of all launches; None where none were timed."""
        return self._round_trip_times.longest()

    @cached_property
    def after_pause(self) -> Estimate | None:
        """Seconds of the first message after a pause, in which other cases ran; None where not recorded."""
        launches = [np.array(row.after_pause_s) for row in self.record.launches]
        return figure_of_run(case_estimate(launches, self._at_s))

    @cached_property
    def round_trips_count(self) -> int:
        """How many single messages were timed, in all launches."""
        return self._round_trip_times.count()

    def distribution(self) -> tuple[np.ndarray, np.ndarray]:
        """Return all round trips of the run: values in seconds, and the share of messages up to each."""
        return self._round_trip_times.distribution()

    @cached_property
    def _round_trip_times(self) -> RoundTripTimes:
        rows = [(row.round_trips_hdr, row.at_s) for row in self.record.launches if row.round_trips_hdr]
        try:
            return RoundTripTimes([text for text, _ in rows], [at_s for _, at_s in rows])
        except ValueError as error:
            raise DocumentError(f"{self.name}: {error}") from error

    def also(self, name: str) -> Estimate | None:
        """Return one of the further durations, in seconds per message; None where it was not recorded."""
        launches = [np.array(row.also_s.get(name, ())) for row in self.record.launches]
        medians = [median(data) for data in launches if len(data)]
        if medians and min(medians) <= 0:
            # What was over before the other thing began took no time, which has no logarithm.
            return figure_of_run(median_of_launches(medians))
        return figure_of_run(case_estimate(launches, self._at_s))

    @property
    def also_names(self) -> list[str]:
        """The names of its further durations."""
        return list(dict.fromkeys(name for row in self.record.launches for name in row.also_s))

    @cached_property
    def accepted(self) -> Estimate | None:
        """Messages per second at which `send` returned: above the rate where the channel buffers."""
        seconds = self.also("accepted")
        return seconds.inverted() if seconds else None

    @property
    def largest_backlog(self) -> int | None:
        """The most messages that were accepted and not yet received at one time."""
        return max((row.backlog for row in self.record.launches if row.backlog is not None), default=None)

    @cached_property
    def costs(self) -> dict[str, MessageCosts]:
        """What a message costs each end, by role; empty where that was not recorded."""
        return read_costs(self.record.launches)

    def cpu(self, end: str | None = None) -> Estimate | None:
        """Seconds of CPU time a message, of one end or both together; None where that was not recorded."""
        return figure_of_run(spent(self.record.launches, cpu_of, end))

    def sleeps(self, end: str | None = None) -> Estimate | None:
        """How often an end, or either, goes to sleep for a message; None where that was not recorded."""
        return figure_of_run(spent(self.record.launches, sleeps_of, end))

    def faults(self, end: str | None = None) -> Estimate | None:
        """Page faults a message, of one end or both together; None where that was not recorded."""
        return figure_of_run(spent(self.record.launches, faults_of, end))

    @property
    def waits(self) -> float | None:
        """How often either end goes to sleep for a message, in sum; None where that was not recorded."""
        return sum(costs.voluntary_switches for costs in self.costs.values()) if self.costs else None

    @cached_property
    def is_unstable(self) -> bool:
        """Whether the next launch may well differ by a third, or most launches never became steady."""
        medians = [math.log(median(data)) for data in self.means_by_pass.values() if len(data)]
        scattered = len(medians) >= FEWEST_LAUNCHES and float(np.std(medians, ddof=1)) > UNSTABLE_SPREAD
        unsteady = sum(not row.steady for row in self.record.launches)
        return scattered or 2 * unsteady > len(self.record.launches)

    def ratio_to(self, base: CaseResult) -> Estimate | None:
        """Seconds per message against another case of the same group, block by block."""
        # Tables, charts and rankings ask for the same; the base is kept, so that its id stays its own.
        if id(base) not in self._ratios:
            self._ratios[id(base)] = (base, self._ratio_to(base))
        return self._ratios[id(base)][1]

    @cached_property
    def _ratios(self) -> dict[int, tuple[CaseResult, Estimate | None]]:
        return {}

    def _ratio_to(self, base: CaseResult) -> Estimate | None:
        ours, theirs = self.means_by_pass, base.means_by_pass
        if self.sustained or base.sustained:
            ours, theirs = self._one_a_launch(), base._one_a_launch()
        passes = [number for number in ours if number in theirs]
        return ratio_of_run(paired_ratio([ours[n] for n in passes], [theirs[n] for n in passes]))

    def _one_a_launch(self) -> dict[int, np.ndarray]:
        """Return one figure a launch, for ratios to a case that has no other."""
        return {n: np.array([median(data)]) for n, data in self.sustained_by_pass.items() if len(data)}
