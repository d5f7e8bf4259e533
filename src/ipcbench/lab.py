"""For notebooks and scripts: measure from Python, get values, tables and pictures back.

from ipcbench import lab

found = lab.measure(channel="pipe,queue", workload="stream", size="64,1MiB", seconds=20)
print(found.table())
found.picture("ratio")                      # the chart, where a notebook shows it
found.ratios("queue", size="1MiB")          # Estimates (value, low, high) by what differs
"""

from __future__ import annotations

import io
import platform
import random
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from ipcbench.analysis.claims import Claim, share, verdict
from ipcbench.analysis.counts import CaseCounts
from ipcbench.analysis.estimates import Estimate, independent_ratio, paired_ratio
from ipcbench.analysis.explanation import Explanation
from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.analysis.results import CaseResult
from ipcbench.errors import CaseError, UsageError
from ipcbench.plan.coordinates import COORDINATES, require_known
from ipcbench.plan.units import parse_rate
from ipcbench.record.schema import RunDocument

if TYPE_CHECKING:
    from matplotlib.figure import Figure

__all__ = [
    "Claim",
    "Measured",
    "Picture",
    "count",
    "explain",
    "here",
    "independent_ratio",
    "measure",
    "paired_ratio",
    "share",
    "test",
]

#: What groups may differ in, as people write it.
_COORDINATES = [each for each in COORDINATES if not each.is_compared or each.name != "channel"]
#: Dots an inch of pictures in notebooks, which are stored with them.
PICTURE_DPI = 72


@dataclass(frozen=True)
class Picture:
    """A chart that a notebook shows."""

    png: bytes = field(repr=False)

    @classmethod
    def of(cls, figure: Figure) -> Picture:
        stream = io.BytesIO()
        figure.savefig(stream, format="png", dpi=PICTURE_DPI, bbox_inches="tight", pad_inches=0.15)
        return cls(stream.getvalue())

    def _repr_png_(self) -> bytes:
        return self.png


@dataclass(frozen=True)
class Measured:
    """A run's figures."""

    document: RunDocument

    @property
    def groups(self) -> list[GroupResult]:
        return read_groups(self.document)

    def table(self) -> str:
        """Return the run's tables as text."""
        from ipcbench.report.table import run_table

        return run_table(self.groups)

    def cases(self, channel: str, **coordinates: str) -> dict[str, CaseResult]:
        """Return a channel's cases by what differs between them: size, workload, placement, Python.

        `coordinates` narrow them: `size="1MiB"`, `workload="stream"`, `placement="same"`.
        """
        return {name: group.cases[channel] for name, group in self._groups(coordinates).items()}

    def ratios(self, channel: str, to: str = "pipe", **coordinates: str) -> dict[str, Estimate]:
        """Return one channel's seconds a message to another's, of the same blocks, by what differs."""
        found = {}
        for name, group in self._groups(coordinates).items():
            if channel not in group.cases or to not in group.cases:
                raise UsageError(
                    f"{channel} and {to} are not both measured; accepted: {', '.join(group.cases)}"
                )
            ratio = group.cases[channel].ratio_to(group.cases[to])
            if ratio is not None:
                found[name] = ratio
        return found

    def picture(self, name: str) -> Picture:
        """Return the run's chart of this name, as `ratio` or `durations-burst`."""
        from ipcbench.report.charts import draw_named

        drawn = dict(draw_named(self.document, name))
        if len(drawn) != 1:
            raise UsageError(f"{len(drawn)} charts are named {name!r}; accepted: the name of one")
        return Picture.of(next(iter(drawn.values())))

    def _groups(self, coordinates: Mapping[str, str]) -> dict[str, GroupResult]:
        """Return the groups at these coordinates, by what differs between them."""
        require_known(list(coordinates))
        at = [
            (group, {each.name: each.text(each.of(group.reference.case)) for each in _COORDINATES})
            for group in self.groups
        ]
        found = [(group, place) for group, place in at if coordinates.items() <= place.items()]
        told = [each.name for each in _COORDINATES if len({place[each.name] for _, place in found}) > 1]
        return {" ".join(place[name] for name in told) or place["size"]: group for group, place in found}

    @property
    def conditions(self) -> str:
        """Where, with what and when it was measured."""
        from ipcbench.report.charts.canvas import Conditions

        return Conditions.of(self.document, *([group] for group in self.groups)).text


def measure(
    *, seconds: float = 10.0, precision: float | None = None, seed: int | None = None, **asked: str | None
) -> Measured:
    """Measure as `ipcbench run` does, for so many seconds at most; nothing is left on the disk.

    `asked` are coordinates as its options take them: channel, workload (here usually stream), size and so on.

    Raises UsageError for what is not understood, CaseError where a case fails.
    """
    from ipcbench.measure.progress import Silent
    from ipcbench.measure.request import plan_cases, resolve
    from ipcbench.measure.session import measure_and_store
    from ipcbench.record.store import Store, read_document

    cases, interpreters = resolve({"workload": "stream", **asked})
    plan = plan_cases(cases, seed=seed, max_time_s=seconds, precision=precision)
    with tempfile.TemporaryDirectory(prefix="ipcbench-lab-") as folder:
        result = measure_and_store(
            plan, interpreters, Store(Path(folder)), progress=Silent(), import_path=[str(Path.cwd())]
        )
        if result.failures:
            raise CaseError("; ".join(result.failures.values()))
        return Measured(read_document(result.path))


def count(*, channel: str, size: str, python: str | None = None) -> Sequence[CaseCounts]:
    """Return what one message takes from the kernel, as `ipcbench count` does. Linux."""
    from ipcbench.analysis.counts import counts_of
    from ipcbench.measure.counts import count_and_store
    from ipcbench.measure.request import resolve
    from ipcbench.record.counts import read_counts
    from ipcbench.record.store import Store

    cases, interpreters = resolve({"channel": channel, "workload": "stream", "size": size, "python": python})
    with tempfile.TemporaryDirectory(prefix="ipcbench-lab-") as folder:
        return counts_of(read_counts(count_and_store(interpreters, cases, Store(Path(folder)))))


def explain(
    *, channel: str = "queue", size: str = "1KiB", rate: str = "1000/s", launches: int = 8
) -> Explanation:
    """Take the way of a message apart, as `ipcbench explain` does."""
    from functools import partial

    from ipcbench.analysis.explanation import explanations_of
    from ipcbench.launch.launcher import Launcher
    from ipcbench.measure.explain import Pace, explain_and_store
    from ipcbench.measure.request import resolve
    from ipcbench.record.explanation import read_explanation
    from ipcbench.record.store import Store

    cases, (interpreter,) = resolve({"channel": channel, "workload": "stream", "size": size})
    make, pace = partial(Launcher, interpreter), Pace(1 / parse_rate(rate))
    with tempfile.TemporaryDirectory(prefix="ipcbench-lab-") as folder:
        store = Store(Path(folder))
        stored = explain_and_store(cases, [make], pace, random.Random(), store, launches=launches)
        (found,) = explanations_of(read_explanation(stored))
    return found


def test(claim: Claim, found: Mapping[str, Estimate], conditions: str, *, figures: str) -> Picture:
    """Print the verdict on a claim, and return its picture; `figures` says what they are."""
    from ipcbench.report.charts.claims import draw, written

    print(f"“{claim.text}”: {verdict(claim, found)}")
    for condition, estimate in found.items():
        print(f"  {condition}: {written(claim, estimate)}")
    return Picture.of(draw(claim, found, conditions, figures))


def here() -> str:
    """Return this machine and Python in a line, for what is measured without `measure`."""
    from ipcbench.measure.environment import host_line

    return f"Python {platform.python_version()} · {host_line()}"
