"""What a notebook shows of what was found: tables and a chart, escaped; frames where they are installed."""

from __future__ import annotations

import html.parser
import re
import subprocess
import sys
from pathlib import Path

import pytest
from tests.support.commands import ROOT
from tests.support.runs import case, document, small_run

import ipcbench
from ipcbench.api.shown import Rows
from ipcbench.errors import UsageError

SEEDS = Path(__file__).parent / "fuzz" / "seeds"
HOSTILE = "<img src=x onerror=alert(1)>\x1b[31m"


class Reader(html.parser.HTMLParser):
    """Notes which elements there are, and the text of each cell."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.cells: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        if self.elements and self.elements[-1] in ("td", "th"):
            self.cells.append(data)


@pytest.mark.parametrize("kind", ["run", "comparison", "counts", "explanation", "tuning"])
def test_every_kind_of_record_shows_the_figures_of_its_tables(kind: str) -> None:
    found = ipcbench.load(str(SEEDS / f"record-{kind}.json"))
    page = found._repr_html_()
    read = Reader(page)
    assert {"table", "thead", "tbody"} <= set(read.elements)
    assert ("img" in read.elements) == (kind != "counts")
    figures = set(re.findall(r"\d+\.\d+×", found.table()))
    assert figures <= set(re.findall(r"\d+\.\d+×", page))


def test_names_of_a_document_are_text() -> None:
    page = ipcbench.Run(document(case(HOSTILE)))._repr_html_()
    assert "\x1b" not in page
    read = Reader(page)
    assert read.elements.count("img") == 1, "the chart alone"
    assert any(cell.startswith("<img src=x") for cell in read.cells)


def test_rows_become_a_frame() -> None:
    run = ipcbench.Run(small_run(sizes=(64, 1024)))
    frame = run.to_pandas()
    assert frame.channel.tolist() == [row["channel"] for row in run.to_dicts()]
    assert frame.seconds.min() > 0


def test_rows_become_a_frame_of_polars_too() -> None:
    # Polars starts threads, after which this process should not fork.
    program = """
import ipcbench
from tests.support.runs import small_run

run = ipcbench.Run(small_run(sizes=(64, 1024)))
frame = run.to_polars()
assert frame["channel"].to_list() == [row["channel"] for row in run.to_dicts()]
assert frame["seconds"].min() > 0
"""
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False, timeout=60
    )
    assert done.returncode == 0, done.stderr


def test_what_is_not_installed_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "polars", None)
    with pytest.raises(UsageError, match=r"polars is not installed; accepted: to_dicts\(\)"):
        ipcbench.Run(small_run(sizes=(64,))).to_polars()
    assert issubclass(ipcbench.Comparison, Rows)


def test_what_is_too_much_for_a_chart_still_has_its_tables() -> None:
    many = ipcbench.Run(document(*(case(f"own:{number}") for number in range(130))))
    assert set(Reader(many._repr_html_()).elements) & {"table", "img"} == {"table"}
