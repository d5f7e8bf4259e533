"""What was found of single cases, and of a machine, as objects: as text, as plain values, drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from ipcbench.analysis.counts import CaseCounts
from ipcbench.analysis.explanation import Explanation
from ipcbench.analysis.recommendation import Recommendation
from ipcbench.analysis.tuning import TuningResult
from ipcbench.face.results import Picture
from ipcbench.plan.units import format_size
from ipcbench.record.self_test_cache import SelfTest


@dataclass(frozen=True)
class Explanations:
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


@dataclass(frozen=True)
class Counts:
    """What one message takes from the kernel."""

    counts: Sequence[CaseCounts]

    def table(self) -> str:
        """Return a row for each case, then where interpreters differ."""
        from ipcbench.report.tables.counts import counts_text

        return counts_text(self.counts)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each case; each count with its lowest and highest value."""
        from ipcbench.report.tables.counts import counts_dicts

        return counts_dicts(self.counts)


@dataclass(frozen=True)
class SelfTested:
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


@dataclass(frozen=True)
class Tuning:
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

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values: seconds, bytes, ratios with their intervals."""
        from ipcbench.report.formats.tuning import tuning_dict

        return tuning_dict(self.found)

    def plot(self) -> Picture:
        """Return what each knob makes of a message's time, drawn."""
        from ipcbench.report.charts.tuning import draw_tuning

        return Picture.of(draw_tuning(self.found))


@dataclass(frozen=True)
class Recommended:
    """Which channel to choose, for each size."""

    found: Recommendation

    @property
    def best(self) -> dict[str, str]:
        """The first channel by size: `{"64B": "pipe"}`."""
        rankings = self.found.rankings
        return {format_size(each.case.payload_bytes): each.best.channel for each in rankings}

    def table(self) -> str:
        """Return the answer in words, then a table a size, as text."""
        from ipcbench.report.recommendation import recommendation_text

        return recommendation_text(self.found)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as plain values: rankings, ratios with their intervals, crossovers."""
        from ipcbench.report.recommendation import recommendation_dict

        return recommendation_dict(self.found)
