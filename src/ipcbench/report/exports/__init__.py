"""Records in the formats of other programs: one file a format, and one line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any

from ipcbench.errors import UsageError
from ipcbench.record import comparison, explanation
from ipcbench.record.reading import RUN


@dataclass(frozen=True, slots=True)
class Export:
    """One format: what it is for, what kinds of records it takes, and who writes it."""

    summary: str
    kinds: Sequence[str]
    #: Its module beside this one: `write(records, part)` returns a text, or texts by the names of files.
    module: str
    #: How its files end, where there are several.
    suffix: str = ""
    #: Whether it can put several records together.
    joins: bool = False
    #: Whether it has cases that failed midway, and says so of each.
    has_failed: bool = False

    def write(self, records: Mapping[Path, Any], part: str = "") -> str | Mapping[str, str]:
        """Return the text of these records' cases that `part` names, or a text for each file by its name.

        Raises UsageError where nothing is left to write, DocumentError where a record is damaged.
        """
        if len(records) > 1 and not self.joins:
            raise UsageError(f"{len(records)} records; accepted: one, for this format")
        written: str | Mapping[str, str] = import_module(f"{__name__}.{self.module}").write(records, part)
        return written


#: By the name that a user writes.
EXPORTS: dict[str, Export] = {
    "csv": Export(
        "a row a case and metric, with its interval: pandas, polars, a spreadsheet",
        (RUN, comparison.KIND, explanation.KIND),
        "tidy_csv",
        joins=True,
        has_failed=True,
    ),
    "pyperf": Export("a suite that `pyperf show` and `compare_to` read", (RUN,), "pyperf"),
    "bencher": Export("Bencher's metric format, with intervals", (RUN,), "bencher"),
    "github-action-benchmark": Export(
        "its customSmallerIsBetter, with intervals", (RUN,), "github_action_benchmark"
    ),
    "openmetrics": Export("OpenMetrics text, with the time of the run: Prometheus", (RUN,), "openmetrics"),
    "trace": Export("Trace Event JSON of `explain`: Perfetto, speedscope", (explanation.KIND,), "trace"),
    "hdr": Export(
        "percentile distributions of single messages, a file a case",
        (RUN,),
        "hdr",
        suffix=".hgrm",
        joins=True,
    ),
}
