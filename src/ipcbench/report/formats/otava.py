"""Histories as files for Apache Otava."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Sequence
from pathlib import Path

from ipcbench.analysis.history import Series, Stretch
from ipcbench.report.file_names import file_name


def otava_files(series: Sequence[Series]) -> dict[str, str]:
    """Return files by name that Apache Otava reads: `otava.yaml`, and a CSV for each unbroken stretch.

    Otava takes no missing values, so that every stretch has a file of its own.
    """
    files: dict[str, str] = {}
    tests = []
    for each in series:
        for number, stretch in enumerate(each.stretches, 1):
            part = f"-{number}" if len(each.stretches) > 1 else ""
            name = file_name(f"{each.name.replace(' ', '-')}{part}", [Path(file).stem for file in files])
            files[f"{name}.csv"] = _csv(stretch)
            tests.append(
                f"  {name}:\n    type: csv\n    file: {name}.csv\n    time_column: time\n"
                "    attributes: [run, commit]\n    metrics:\n      seconds:\n        column: seconds\n"
                "        direction: -1\n"
            )
    files["otava.yaml"] = "tests:\n" + "".join(tests)
    return files


def _csv(stretch: Stretch) -> str:
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["time", "run", "commit", "seconds"])
    for point in stretch.points:
        row = (point.run.datetime, point.run.name, point.run.commit)
        # What a spreadsheet would take for a formula is none.
        writer.writerow(
            [*(text if text[:1] not in "=+-@" else f"'{text}" for text in row), repr(math.exp(point.log))]
        )
    return out.getvalue()
