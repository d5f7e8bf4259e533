"""Charts as text, and cases moved to other coordinates, for tests of charts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.dom import minidom

import msgspec
import numpy as np
from matplotlib.axes import Axes

from ipcbench.record.run import Benchmark, RunDocument
from ipcbench.record.schema import CaseRecord, CaseRow
from ipcbench.report.charts import draw_named
from ipcbench.report.charts.canvas import svg


def drawn(run: RunDocument, folder: Path) -> dict[str, str]:
    """Return the text of each SVG by its name; each is well-formed, and written into the folder."""
    texts = {}
    for name, figure in draw_named(run, ""):
        path = folder / f"{name}.svg"
        path.write_bytes(svg(figure))
        minidom.parse(str(path))
        texts[name] = path.read_text(encoding="utf-8")
    return texts


def edited(benchmark: Benchmark, edit: Callable[[CaseRecord], CaseRecord]) -> Benchmark:
    record = benchmark.extra_info.ipcbench
    assert record is not None
    info = msgspec.structs.replace(benchmark.extra_info, ipcbench=edit(record))
    return msgspec.structs.replace(benchmark, extra_info=info)


def moved(benchmark: Benchmark, **coordinates: str) -> Benchmark:
    """Return the case at other coordinates."""

    def move(record: CaseRecord) -> CaseRecord:
        row: CaseRow = msgspec.structs.replace(record.case, **coordinates)
        return msgspec.structs.replace(record, case=row)

    return edited(benchmark, move)


def without_histograms(record: CaseRecord) -> CaseRecord:
    launches = [msgspec.structs.replace(launch, round_trips_hdr=None) for launch in record.launches]
    return msgspec.structs.replace(record, launches=launches)


def with_facts(run: RunDocument, **facts: Any) -> RunDocument:
    """Return the run with these facts of its interpreter."""
    assert run.ipcbench is not None
    record = msgspec.structs.replace(run.ipcbench, targets={"3.11.7": facts})
    return msgspec.structs.replace(run, ipcbench=record)


def dots(axis: Axes, row: int) -> list[float]:
    """Return where the dots of a row stand on the axis below, in the order in which they were drawn."""
    lines = [(np.asarray(line.get_xdata()), np.asarray(line.get_ydata())) for line in axis.lines]
    return [float(at) for values, rows in lines for at in values[rows == row]]
