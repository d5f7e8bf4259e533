"""Families of groups: those that stand side by side in a chart, and how their files are told apart."""

from __future__ import annotations

from collections.abc import Sequence

from ipcbench.analysis.groups import GroupResult
from ipcbench.plan.coordinates import COORDINATES, Coordinate
from ipcbench.record.schema import CaseRow
from ipcbench.report.file_names import file_name

#: Groups that differ in size and parameter only, smallest first.
Family = list[GroupResult]

#: In what families of one workload may differ.
AXES = tuple(each for each in COORDINATES if each.name not in ("channel", "workload", "size"))


def slugs(families: Sequence[Family], axes: Sequence[Coordinate] = AXES) -> list[str]:
    """Return a short file name part for each family: its workload, and in what else those of one differ."""
    named = [(family[0].reference.workload_name, family[0].reference.case) for family in families]
    alike: dict[str, list[CaseRow]] = {}
    for name, case in named:
        alike.setdefault(name, []).append(case)
    told = {
        name: [axis for axis in axes if len(set(map(axis.of, cases))) > 1] for name, cases in alike.items()
    }
    found: list[str] = []
    for name, case in named:
        text = "-".join([name, *(axis.label(axis.of(case)) for axis in told[name])])
        found.append(file_name(text, found))
    return found
