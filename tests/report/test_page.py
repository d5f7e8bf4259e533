"""The page of records: one file that asks nobody for anything, whose words are those of the tables."""

from __future__ import annotations

import base64
import hashlib
import html.parser
import importlib.util
import inspect
import math
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest
from rich.table import Table
from tests.support.charts import moved
from tests.support.commands import ROOT
from tests.support.runs import case, document, small_run, varied

from ipcbench.analysis.groups import read_groups
from ipcbench.analysis.history import Stretch, read_history
from ipcbench.record.kinds import read_record
from ipcbench.record.reading import RUN
from ipcbench.record.run import RunDocument, read_run
from ipcbench.report import page as page_parts
from ipcbench.report.interactive import bundle
from ipcbench.report.kinds import ALL
from ipcbench.report.metrics import CPU, group_metrics
from ipcbench.report.pages import report_page
from ipcbench.report.tables.history import MOST_ROWS, figures_parts
from ipcbench.statistics.estimates import Estimate

SEEDS = Path(__file__).parents[1] / "fuzz" / "seeds"
HOSTILE = '<img src=x onerror=alert(1)>"\x1b[31m$x_1$'
#: What may have no end tag.
VOID = ("meta", "img", "br", "input")


class Page(html.parser.HTMLParser):
    """A page as a browser takes it apart: elements, attributes, and what a reader sees."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.seen = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("style", "script"):
            self.seen += f"{data}\n"

    def all(self, tag: str) -> list[dict[str, str | None]]:
        return [attributes for name, attributes in self.elements if name == tag]


def page_of(*documents: RunDocument) -> Page:
    records: dict[Path, Any] = {
        Path(f"000{number}_now.json"): each for number, each in enumerate(documents, 1)
    }
    page = Page(report_page(records, dict.fromkeys(records, RUN)))
    assert page.open == []
    return page


@pytest.fixture(scope="module")
def page() -> Page:
    return page_of(small_run(sizes=(64, 1024)))


def test_it_says_first_what_was_found_and_how_sure_that_is(page: Page) -> None:
    assert "64B: pipe, 2." in page.seen
    assert "queue takes 1.50× [1.50, 1.50] of that" in page.seen
    headings = re.findall(r"What was found|Charts|Figures|Each case|How far to trust it", page.seen)
    assert list(dict.fromkeys(headings)) == [
        "What was found", "Charts", "Figures", "Each case", "How far to trust it",
    ]  # fmt: skip


def test_it_asks_nobody_and_runs_nothing_of_a_document(page: Page) -> None:
    (policy,) = (each["content"] for each in page.all("meta") if each.get("http-equiv"))
    assert policy
    assert policy.startswith("default-src 'none'; img-src data:; style-src 'sha256-")
    assert "unsafe" not in policy
    for name, attributes in page.elements:
        assert name not in ("iframe", "object", "link")
        assert name != "script" or set(attributes) <= {"type"}
        assert not {attribute for attribute in attributes if attribute.startswith(("on", "style"))}
        for where in ("src", "href"):
            assert (attributes.get(where) or "#").startswith(("data:image/svg+xml;base64,", "#"))


def test_its_style_and_scripts_are_what_the_policy_lets_in() -> None:
    records = {Path("0001_now.json"): small_run(sizes=(64,))}
    text = report_page(records, dict.fromkeys(records, RUN))
    (policy,) = re.findall(r'Content-Security-Policy" content="([^"]*)"', text)
    (style,) = re.findall(r"<style>(.*?)</style>", text, re.DOTALL)
    scripts = re.findall(r"<script>(.*?)</script>", text, re.DOTALL)
    assert len(scripts) == 2
    named = [base64.b64encode(hashlib.sha256(each.encode()).digest()).decode() for each in (style, *scripts)]
    assert re.findall(r"'sha256-([^']*)'", policy) == named
    assert "prefers-color-scheme: dark" in style


def test_every_chart_says_what_it_is_and_how_it_is_read(page: Page) -> None:
    pictures = page.all("img")
    assert len(pictures) == len(page.all("figcaption")) == 3
    for picture in pictures:
        assert len(picture["alt"] or "") > 20
        drawn = base64.b64decode((picture["src"] or "").partition(",")[2])
        assert drawn.startswith(b"<svg")


def test_without_the_package_for_it_there_are_pictures_and_how_to_have_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    page = page_of(small_run(sizes=(64, 1024)))
    assert "pip install 'ipcbench[report]'" in page.seen
    pictures = page.all("img")
    assert len(pictures) == len(page.all("figcaption")) >= 5
    for picture in pictures:
        assert len(picture["alt"] or "") > 20
        drawn = base64.b64decode((picture["src"] or "").partition(",")[2])
        assert drawn.startswith(b"<?xml")


def test_a_static_page_has_no_code_but_ours() -> None:
    records = {Path("0001_now.json"): small_run(sizes=(64,))}
    text = report_page(records, dict.fromkeys(records, RUN), static=True)
    (script,) = re.findall(r"<script[^>]*>(.*?)</script>", text, re.DOTALL)
    assert script == Path(inspect.getfile(page_parts)).with_name("page.js").read_text(encoding="utf-8")
    assert "vega" not in text.replace(script, "").lower()


def test_where_the_package_gives_up_the_page_has_pictures_and_says_why(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    dying = tmp_path / "dying.py"
    dying.write_text("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)\n")
    monkeypatch.setattr(bundle, "_PROCESS", dying)
    page = page_of(small_run(sizes=(64, 1024)))
    assert "are pictures: vl-convert-python ended with -9" in page.seen
    assert len(page.all("img")) >= 5
    dying.write_text("import time\ntime.sleep(100)\n")
    monkeypatch.setattr(bundle, "DEADLINE_S", 0.2)
    assert "took longer than 0.2 s" in page_of(small_run(sizes=(64,))).seen


def test_parts_are_reached_by_their_headings(page: Page) -> None:
    headings = [each["id"] for each in page.all("h2")]
    links = [each["href"] for each in page.all("a")]
    assert [f"#{each}" for each in headings] == links[: len(headings)]
    assert Counter(headings).most_common(1)[0][1] == 1
    assert {each["aria-labelledby"] for each in page.all("section")} == set(headings)


def test_each_case_has_its_launches_and_the_code_that_ran(page: Page) -> None:
    assert len(page.all("details")) == 8
    assert page.seen.count("by launch") == 8
    assert page.seen.count("start method: fork") == 8


def test_each_case_of_the_overview_is_a_link_to_its_part(page: Page) -> None:
    links = [each["href"] for each in page.all("a") if str(each["href"]).count("-") == 2]
    assert len(links) == 8
    assert {f"#{each['id']}" for each in page.all("div") if each.get("id")} == set(links)


def test_what_a_message_costs_has_its_interval_of_each_end_and_of_both() -> None:
    (path,) = (ROOT / "results").glob("0001_*.json")
    rows = [row for row in group_metrics(read_groups(read_run(path))) if row.metric is CPU and row.asked]
    by_case: dict[str, dict[str, Estimate]] = {}
    for row in rows:
        by_case.setdefault(row.name, {})[row.part] = row.estimate
    for ends in by_case.values():
        assert set(ends) == {"sender", "receiver", "both ends"}
        assert all(each.low and each.high and each.low < each.value < each.high for each in ends.values())
        assert ends["both ends"].value == pytest.approx(ends["sender"].value + ends["receiver"].value)


def test_a_run_at_several_placements_says_what_these_change() -> None:
    cases = [
        moved(case(channel, seconds=factor * 1e-6), placement=placement)
        for channel in ("pipe", "queue")
        for placement, factor in (("split", 10), ("same", 25 if channel == "pipe" else 11))
    ]
    seen = page_of(document(*cases)).seen
    assert "stream, by placement:" in seen
    assert re.search(r"Most at 64B: a pipe at same takes 2\.5\d?× \[.*\] its time at split", seen)


def test_each_case_says_what_it_is_beside_and_what_ended_it() -> None:
    found = document(case("pipe"), case("queue", failure="queue: it broke"))
    assert found.ipcbench
    # As a plan names its groups.
    record = msgspec.structs.replace(found.ipcbench, stopped={"stream 64B fork split 3.11.7": "time"})
    page = page_of(msgspec.structs.replace(found, ipcbench=record))
    assert "ended by: the time was up" in page.seen
    assert "ended by: queue: it broke" in page.seen
    assert "beside no loop; messages are timed together" in page.seen


def test_names_of_a_document_are_text() -> None:
    page = page_of(document(case(HOSTILE), case("pipe")))
    assert "\x1b" not in page.seen
    assert "<img src=x onerror=alert(1)>" in page.seen
    assert all((each["src"] or "").startswith("data:") for each in page.all("img"))


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind != "self-test"])
def test_every_kind_of_record_has_a_page(kind: str) -> None:
    path = SEEDS / f"record-{kind}.json"
    page = Page(report_page({path: read_record(path)[1]}, {path: kind}))
    assert page.open == []
    assert page.all("table")
    assert bool(page.all("img")) == (kind != "counts")


def test_several_runs_have_their_history_too() -> None:
    run = small_run(sizes=(64,))
    page = page_of(run, varied(run, day=2))
    assert "From run to run" in page.seen
    assert "what a message took" in page.seen
    assert "0001_now: What was found" in page.seen


def test_every_figure_of_a_history_stands_in_a_table_with_its_interval() -> None:
    """Of very many, the newest of each cell, and where all are."""
    runs = [(f"{day:04}_a", varied(small_run(sizes=(64,)), day=day)) for day in (1, 2, 3)]
    found = read_history(runs).series
    (table,) = figures_parts(found)
    assert isinstance(table, Table)
    assert table.row_count == 3 * len(found)
    cells = {column.header: list(column.cells) for column in table.columns}
    assert set(cells["run"]) == {name for name, _ in runs}
    point = replace(found[0].points[0], log=math.log(1e-6), error=0.1)
    many = [replace(found[0], stretches=[Stretch([point] * (MOST_ROWS + 1))])]
    table, line = figures_parts(many)
    assert isinstance(table, Table)
    assert table.row_count == MOST_ROWS
    first = [next(iter(column.cells)) for column in table.columns]
    assert first[4:7] == ["1.00 µs", "822 ns", "1.22 µs"]
    assert line == f"the newest {MOST_ROWS} of each cell; `ipcbench history --format json` has all"


def test_of_very_many_records_the_last_stands_whole_and_the_others_in_a_list() -> None:
    run = small_run(sizes=(64,))
    runs = {Path(f"{day:04}_a.json"): varied(run, day=day) for day in range(1, 15)}
    page = Page(report_page(runs, dict.fromkeys(runs, RUN), static=True))
    assert "0014_a: What was found" in page.seen
    assert "0013_a: What was found" not in page.seen
    assert "From run to run" in page.seen
    assert all(path.stem in page.seen for path in runs)


def test_a_run_of_one_channel_says_nothing_of_which_is_best() -> None:
    assert "cannot be separated" not in page_of(document(case("pipe"))).seen.replace("what cannot be", "")


def test_no_code_of_others_stands_in_a_page_that_is_kept_here() -> None:
    """Pages with charts that are chosen from bring Vega, which is not ours to copy."""
    kept = sorted(Path(__file__).parents[2].joinpath("results").glob("**/*.html"))
    assert kept
    ours = Path(inspect.getfile(page_parts)).with_name("page.js").read_text(encoding="utf-8")
    for path in kept:
        scripts = re.findall(r"<script[^>]*>(.*?)</script>", path.read_text(encoding="utf-8"), re.DOTALL)
        assert [each.strip() for each in scripts] == [ours.strip()], path
