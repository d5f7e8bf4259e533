"""What was measured, as objects: figures as values and numpy arrays, tables as text, charts as pictures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ipcbench.analysis.case_result import CaseResult
from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.analysis.history import RunHistory
from ipcbench.api.shown import Displayed, Picture, Rows
from ipcbench.errors import UsageError
from ipcbench.plan.coordinates import COORDINATES, at
from ipcbench.plan.defaults import REFERENCE
from ipcbench.record.run import RunDocument
from ipcbench.statistics.estimates import Estimate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

    from ipcbench.report.tables.layout import Part
    from ipcbench.report.verdicts import Comparisons

#: What groups may differ in, as people write it.
_BETWEEN_GROUPS = [each for each in COORDINATES if each.name != "channel"]


@dataclass(frozen=True)
class Run(Displayed, Rows):
    """A run's figures."""

    document: RunDocument

    @property
    def groups(self) -> list[GroupResult]:
        """The groups of cases that were measured interleaved; each case has its samples as numpy arrays."""
        return read_groups(self.document)

    def table(self) -> str:
        """Return the run's tables as text."""
        from ipcbench.report.tables.run import run_table

        return run_table(self.groups, self.document.ipcbench)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each case asked for: coordinates as text, seconds and ratio with intervals."""
        from ipcbench.report.formats.run import run_rows

        return run_rows(self.groups)

    def cases(self, channel: str, **coordinates: str) -> dict[str, CaseResult]:
        """Return a channel's cases by what differs between them: size, workload, placement, Python.

        `coordinates` narrow them: `size="1MiB"`, `workload="stream"`, `placement="same"`.
        """
        found = {}
        for name, group in self._groups(coordinates).items():
            if (case := group.find(channel)) is None:
                raise UsageError(f"{channel} is not measured; accepted: {', '.join(group.cases)}")
            found[name] = case
        return found

    def ratios(self, channel: str, to: str = REFERENCE, **coordinates: str) -> dict[str, Estimate]:
        """Return one channel's seconds a message to another's, of the same blocks, by what differs."""
        found = {}
        for name, group in self._groups(coordinates).items():
            one, other = group.find(channel), group.find(to)
            if one is None or other is None:
                raise UsageError(
                    f"{channel} and {to} are not both measured; accepted: {', '.join(group.cases)}"
                )
            # What failed midway, or may lose messages, is compared with nothing, as in the table.
            ratio = one.ratio_to(other) if one.is_comparable and other.is_comparable else None
            if ratio is not None:
                found[name] = ratio
        return found

    def plot(self, name: str) -> Picture:
        """Return the run's chart of this name, as `ratio` or `durations-close`."""
        from ipcbench.report.charts import draw_named

        drawn = dict(draw_named(self.document, name))
        if len(drawn) != 1:
            raise UsageError(f"{len(drawn)} charts are named {name!r}; accepted: the name of one")
        return Picture.of(next(iter(drawn.values())))

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.tables.run import run_parts

        return run_parts(self.groups, self.document.ipcbench)

    def _figure(self) -> Figure | None:
        from ipcbench.report.charts import draw_named

        return next((figure for _, figure in draw_named(self.document, "")), None)

    def _groups(self, coordinates: Mapping[str, str]) -> dict[str, GroupResult]:
        """Return the groups at these coordinates, by what differs between them."""
        is_wanted = at(coordinates)
        found = [
            (group, {each.name: each.text(each.of(group.reference.case)) for each in _BETWEEN_GROUPS})
            for group in self.groups
            if is_wanted(group.reference.case)
        ]
        told = [each.name for each in _BETWEEN_GROUPS if len({place[each.name] for _, place in found}) > 1]
        return {" ".join(place[name] for name in told) or place["size"]: group for group, place in found}

    @property
    def conditions(self) -> str:
        """Where, with what and when it was measured."""
        from ipcbench.report.charts.canvas import Conditions

        return Conditions.of(self.document, *([group] for group in self.groups)).text


@dataclass(frozen=True)
class Comparison(Displayed, Rows):
    """Verdicts: of arms that were measured live, or of two stored runs."""

    verdicts: Comparisons

    @property
    def exit_status(self) -> int:
        """0: no regression; 1: regression; 3: something is undecided; 4: something could not be measured."""
        return self.verdicts.exit_status

    def table(self) -> str:
        """Return the verdicts as text."""
        from ipcbench.report.tables.verdicts import verdicts_text

        return verdicts_text(self.verdicts)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each cell and arm: verdict, ratio, interval, every launch's log ratio."""
        from ipcbench.report.formats.json import verdict_dicts

        return verdict_dicts(self.verdicts)

    def plot(self) -> Picture:
        """Return the heat map."""
        return Picture.of(self._figure())

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.tables.verdicts import verdicts_parts

        return verdicts_parts(self.verdicts)

    def _figure(self) -> Figure:
        from ipcbench.report.charts.heat_map import draw_verdicts

        return draw_verdicts(self.verdicts)


@dataclass(frozen=True)
class History(Displayed, Rows, RunHistory):
    """Stored runs, and the series of figures that they make."""

    def table(self) -> str:
        """Return after which run which figure stayed at another level."""
        from ipcbench.report.tables.history import history_text

        return history_text(self.runs, self.series)

    def to_dicts(self) -> list[dict[str, Any]]:
        """Return a row for each series: points, breaks and changes."""
        from ipcbench.report.tables.history import history_dicts

        return history_dicts(self.series)

    def plot(self, number: int = 0) -> Picture:
        """Return one of the charts: one for each workload, placement, Python and machine."""
        from ipcbench.report.charts.history import draw_history

        drawn = [figure for _, figure in draw_history(self.series)]
        if not 0 <= number < len(drawn):
            raise UsageError(f"there is no chart {number}; accepted: 0 to {len(drawn) - 1}")
        return Picture.of(drawn[number])

    def _parts(self) -> Iterable[Part]:
        from ipcbench.report.tables.history import history_parts

        return history_parts(self.runs, self.series)
