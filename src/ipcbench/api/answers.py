"""What was found of single cases, and of a machine, as objects: as text, as plain values, drawn."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from ipcbench.analysis.counts import CaseCounts, counts_of
from ipcbench.analysis.counts_comparison import CountsComparison
from ipcbench.analysis.explanation import Explanation
from ipcbench.analysis.recommendation import Recommendation
from ipcbench.analysis.tuning import TuningResult
from ipcbench.api.shown import Displayed, Picture, Rows
from ipcbench.record.counts import CountsDocument
from ipcbench.record.self_test_cache import SelfTest

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ipcbench.report.tables.layout import Part


@dataclass(frozen=True)
class Explanations(Displayed, Rows):
    """Where the time of messages goes, of one case or of several interpreters one after the other."""

    explanations: Sequence[Explanation]

    def table(self) -> str:
        """Return stages, ladder and how both agree, as text."""
        from ipcbench.report.tables.explanation import explanation_text

        return "\n\n".join(map(explanation_text, self.explanations))

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return one object an explanation; times are in seconds, with their intervals."""
        from ipcbench.report.tables.explanation import explanation_dict

        return [explanation_dict(each) for each in self.explanations]

    def plot(self, number: int = 0) -> Picture:
        """Return the way of a message and the ladder, drawn."""
        from ipcbench.report.charts.waterfall import draw

        return Picture.of(draw(self.explanations[number]))

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.tables.explanation import explanation_parts

        return [part for each in self.explanations for part in explanation_parts(each)]

    def _figure(self) -> Figure | None:
        from ipcbench.report.charts.waterfall import draw

        return draw(self.explanations[0]) if self.explanations else None


@dataclass(frozen=True)
class Counts(Displayed, Rows):
    """What one message takes from the kernel."""

    document: CountsDocument

    @property
    def counts(self) -> list[CaseCounts]:
        """The counts of each case."""
        return counts_of(self.document)

    def table(self) -> str:
        """Return a row for each case, then where interpreters differ."""
        from ipcbench.report.tables.counts import counts_text

        return counts_text(self.counts, self.document.ipcbench)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each case; each count with its lowest and highest value."""
        from ipcbench.report.tables.counts import counts_dicts

        return counts_dicts(self.counts)

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.tables.counts import counts_parts

        return counts_parts(self.counts, self.document.ipcbench)


@dataclass(frozen=True)
class CountsCompared(Displayed, Rows):
    """What two records of counts differ in."""

    compared: CountsComparison

    @property
    def exit_status(self) -> int:
        """0: nothing more than before; 1: a message takes more of something; 4: a case is missing."""
        return self.compared.exit_status

    def table(self) -> str:
        """Return a row for each count that changed, then what is the same."""
        from ipcbench.report.tables.counts_comparison import counts_comparison_text

        return counts_comparison_text(self.compared)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each count that changed: what it was and is."""
        from ipcbench.report.tables.counts_comparison import counts_comparison_dicts

        return counts_comparison_dicts(self.compared)

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.tables.counts_comparison import counts_comparison_parts

        return counts_comparison_parts(self.compared)


@dataclass(frozen=True)
class SelfTested(Displayed, Rows):
    """What a machine found of itself: how often it errs, and what it finds in which time."""

    found: SelfTest

    def table(self) -> str:
        """Return a row for each cell, then the false alarms."""
        from ipcbench.report.tables.self_test import self_test_text

        return self_test_text(self.found)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each cell."""
        rows: list[dict[str, Any]] = msgspec.to_builtins(self.found.cells)
        return rows

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.tables.self_test import self_test_parts

        return self_test_parts(self.found)


@dataclass(frozen=True)
class Tuning(Displayed, Rows):
    """What a message costs, and what makes it cheaper."""

    found: TuningResult

    @property
    def worth_it(self) -> list[str]:
        """The names of the knobs that are worth it, the largest gain first."""
        return [knob.row.name for knob in self.found.worth_it]

    def table(self) -> str:
        """Return each knob's ratio and finding, then the lines to paste, as text."""
        from ipcbench.report.tables.tuning import tuning_text

        return tuning_text(self.found)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each knob: its ratio with its interval, what became of it, what it is."""
        found: list[dict[str, Any]] = self.to_dict()["knobs"]
        return found

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values: seconds, bytes, ratios with their intervals."""
        from ipcbench.report.formats.tuning import tuning_dict

        return tuning_dict(self.found)

    def plot(self) -> Picture:
        """Return what each knob makes of a message's time, drawn."""
        return Picture.of(self._figure())

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.tables.tuning import tuning_parts

        return tuning_parts(self.found)

    def _figure(self) -> Figure:
        from ipcbench.report.charts.tuning import draw_tuning

        return draw_tuning(self.found)


@dataclass(frozen=True)
class Recommended(Displayed, Rows):
    """Which channel to choose, for each size."""

    found: Recommendation

    @property
    def best(self) -> dict[str, str]:
        """The first channel by size, and by what else was asked for several times: `{"64B": "pipe"}`."""
        from ipcbench.report.recommendation import asked_text

        return {asked_text(self.found, each): each.best.channel for each in self.found.rankings}

    def table(self) -> str:
        """Return the answer in words, then a table a size, as text."""
        from ipcbench.report.recommendation import recommendation_text

        return recommendation_text(self.found)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each question and channel, the best first: its time, its ratio to the first."""
        told = self.to_dict()["sizes"]
        return [
            {**{name: value for name, value in each.items() if name != "channels"}, **channel}
            for each in told
            for channel in each["channels"]
        ]

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values: rankings, ratios with their intervals, crossovers."""
        from ipcbench.report.recommendation import recommendation_dict

        return recommendation_dict(self.found)

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.recommendation import recommendation_parts

        return recommendation_parts(self.found)
