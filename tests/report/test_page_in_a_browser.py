"""The page where it is looked at: in a browser, by pointer and keys, wide and narrow, dark and on paper."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.support.runs import case, document, small_run, varied

from ipcbench.record.kinds import read_record
from ipcbench.record.reading import RUN
from ipcbench.report.kinds import ALL
from ipcbench.report.pages import report_page

SEEDS = Path(__file__).parents[1] / "fuzz" / "seeds"
#: Named where the tests of a browser are not to be left out.
ASKED_FOR = os.environ.get("IPCBENCH_BROWSER")
FOUND = shutil.which(ASKED_FOR or "chromium") or shutil.which("google-chrome")
HOSTILE = (
    '<img src=x onerror="window.hurt=1"></script><script>window.hurt=1</script>'
    "'\"\\u003c$x_1^2$ \u202e\x1b[2J"
)

pytestmark = pytest.mark.skipif(not (FOUND or ASKED_FOR), reason="no Chromium on the PATH")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    assert FOUND, f"IPCBENCH_BROWSER={ASKED_FOR}: not found"
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        launched = playwright.chromium.launch(executable_path=FOUND, chromium_sandbox=False)
        yield launched
        launched.close()


class Opened:
    """A page that was opened, with all that it said and asked for meanwhile."""

    def __init__(self, context: Any, path: Path) -> None:
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page = context.new_page()
        # Vega warns where nothing is left to be drawn, as of one channel that is compared with itself.
        self.page.on("console", lambda each: self.said.append(each.text) if each.type == "error" else None)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.goto(path.as_uri())

    def ready(self) -> Opened:
        self.page.locator("html[data-ready=yes]").wait_for()
        return self

    @property
    def elsewhere(self) -> list[str]:
        return [url for url in self.asked[1:] if not url.startswith("data:")]

    def overflows(self) -> int:
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))


def write_page(folder: Path, *documents: Any, kind: str = RUN) -> Path:
    records = {Path(f"000{number}_now.json"): each for number, each in enumerate(documents, 1)}
    path = folder / "page.html"
    path.write_text(report_page(records, dict.fromkeys(records, kind)), encoding="utf-8")
    return path


@pytest.fixture(scope="module")
def stored(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A page of two runs, and so of their history."""
    run = small_run(sizes=(64, 1024, 65536))
    return write_page(tmp_path_factory.mktemp("page"), run, varied(run, day=2))


def points(opened: Opened, figure: int) -> list[str]:
    """Return what the points of a chart say."""
    live = opened.page.locator(".live").nth(figure)
    return [
        str(each.get_attribute("aria-label"))
        for each in live.locator('path[aria-roledescription="point"]').all()
    ]


def test_it_renders_by_itself_and_asks_nobody(browser: Any, stored: Path) -> None:
    opened = Opened(browser.new_context(offline=True), stored).ready()
    assert opened.said == []
    assert opened.elsewhere == []
    charts = opened.page.locator("figure.is-live")
    assert charts.count() == opened.page.locator("figure").count() == 7
    assert not opened.page.locator("figure img").first.is_visible()
    assert barriers(opened) == ""


def barriers(opened: Opened) -> str:
    """Return what keeps somebody from reading a page, by axe's rules."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(opened.page)
    return str(found.generate_report()) if found.violations_count else ""


def test_what_is_chosen_is_what_is_drawn(browser: Any, stored: Path) -> None:
    opened = Opened(browser.new_context(), stored).ready()
    page = opened.page
    # Two channels at three sizes, and the ratio of the one that is not the reference.
    assert len(points(opened, 0)) == 6 + 3
    form = page.locator("form").first
    # What a workload has not cannot be chosen with it.
    assert form.locator("option[value=p99]").is_disabled()
    form.get_by_role("checkbox", name="queue", exact=True).uncheck()
    form.locator("select[name=workload]").select_option("ping-pong")
    form.locator("select[name=quantity]").select_option("p99")
    page.locator(".live").first.get_by_text("p99 of single messages").wait_for()
    said = points(opened, 0)
    assert said
    assert all(text.startswith("pipe ") for text in said)
    ticks = page.locator(".live").first.locator("svg").text_content()
    form.locator("select[name=axis]").select_option("linear")
    page.wait_for_timeout(300)
    assert page.locator(".live").first.locator("svg").text_content() != ticks
    assert opened.said == []


def test_of_many_channels_lines_are_the_best_ones_and_rows_are_all(browser: Any, tmp_path: Path) -> None:
    """Forty lines are not told apart, forty rows are."""
    speeds = {f"channel-{number}": number * 1e-6 for number in range(12, 0, -1)} | {"pipe": 5e-5}
    run = document(
        *(case(name, size=size, seconds=each) for size in (64, 1024) for name, each in speeds.items()),
        *(case("os-pipe", size=size, seconds=1e-7, asked=False) for size in (64, 1024)),
    )
    opened = Opened(browser.new_context(), write_page(tmp_path, run)).ready()
    assert {text.partition(" ")[0] for text in points(opened, 0)} == {"pipe", "channel-1"}
    rows = [text.partition(" ")[0] for text in points(opened, 1)]
    assert sorted(rows) == sorted([*speeds, "os-pipe"])
    names = opened.page.locator(".live").nth(1).locator("svg .role-axis-label text").all_text_contents()
    fastest_first = ["os-pipe", *(f"channel-{number}" for number in range(1, 13)), "pipe"]
    assert [name for name in names if name in rows] == fastest_first
    opened.page.locator("form").first.get_by_role("checkbox", name="channel-7", exact=True).check()
    opened.page.locator(".live").first.get_by_text("channel-7").first.wait_for()
    assert {text.partition(" ")[0] for text in points(opened, 0)} == {"pipe", "channel-1", "channel-7"}
    assert opened.said == []


def test_one_crosshair_goes_through_the_charts_of_one_axis(browser: Any, stored: Path) -> None:
    opened = Opened(browser.new_context(viewport={"width": 1000, "height": 1200}), stored).ready()
    live = opened.page.locator(".live").first
    rules = live.locator("svg g.mark-rule line[stroke='#888888']")
    assert rules.count() == 0
    box = live.locator("svg").bounding_box()
    assert box
    opened.page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 3)
    opened.page.wait_for_timeout(300)
    boxes = [each for each in (rule.bounding_box() for rule in rules.all()) if each]
    assert len({round(each["y"]) for each in boxes}) == 2, "in either panel"
    assert len({round(each["x"]) for each in boxes}) == 1, "at the same size"


def tab_to_chart(opened: Opened) -> None:
    """Go by the Tab key alone to the first chart."""
    for _ in range(100):
        opened.page.keyboard.press("Tab")
        if opened.page.evaluate("document.activeElement.classList.contains('live')"):
            return
    raise AssertionError("Tab never comes to a chart")


def test_a_row_of_the_overview_leads_to_its_case_which_opens(browser: Any, stored: Path) -> None:
    opened = Opened(browser.new_context(), stored).ready()
    row = opened.page.locator("td a").nth(1)
    case_name = row.inner_text()
    row.click()
    part = opened.page.locator("details[open]")
    assert part.locator("summary").inner_text() == case_name
    assert part.get_by_text("by launch").first.is_visible()


def test_a_point_is_reached_by_keys_and_says_its_value(browser: Any, stored: Path) -> None:
    opened = Opened(browser.new_context(), stored).ready()
    tab_to_chart(opened)
    opened.page.keyboard.press("ArrowRight")
    said = opened.page.locator(".said").first
    first = said.inner_text()
    assert re.fullmatch(r"(pipe|queue) 64B \d[\d.]* µs \[.* µs\]", first)
    opened.page.keyboard.press("ArrowRight")
    assert said.inner_text() != first
    opened.page.keyboard.press("ArrowLeft")
    assert said.inner_text() == first
    point = opened.page.locator(".live").first.locator('path[aria-roledescription="point"]').first
    point.hover()
    tip = opened.page.locator("#vg-tooltip-element.visible")
    tip.wait_for()
    assert "64B" in tip.inner_text()


def test_a_table_sorts_by_figures_and_is_copied(browser: Any, stored: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    opened = Opened(context, stored).ready()
    table = opened.page.locator("table").filter(has_text="messages/s").first
    button = table.get_by_role("button", name="a message", exact=True)
    column = table.locator("th").all_inner_texts().index("a message")
    button.click()
    cells = [row.locator("td").nth(column).inner_text() for row in table.locator("tbody tr").all()]
    scales = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3}
    values = [float(value) * scales[unit] for value, unit in (cell.split()[:2] for cell in cells)]
    assert values == sorted(values)
    button.click()
    assert table.locator("th").nth(column).get_attribute("aria-sort") == "descending"
    opened.page.get_by_role("button", name="Copy as CSV").first.click()
    copied = opened.page.evaluate("navigator.clipboard.readText()")
    assert copied.splitlines()[0].count(",") > 0
    opened.page.get_by_role("button", name="Copy as Markdown").first.click()
    assert "| --- |" in opened.page.evaluate("navigator.clipboard.readText()")


@pytest.mark.parametrize("script", [True, False])
def test_it_is_read_on_a_small_screen_in_the_dark_and_on_paper(
    browser: Any, stored: Path, *, script: bool
) -> None:
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, color_scheme="dark", java_script_enabled=script
    )
    opened = Opened(context, stored)
    assert opened.overflows() == 0
    if script:
        assert opened.ready().overflows() == 0
        assert opened.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 22, 22)"
        assert barriers(opened) == ""
        opened.page.emulate_media(media="print")
        opened.page.set_viewport_size({"width": 720, "height": 1000})
        assert opened.overflows() == 0
        assert not opened.page.locator("nav").is_visible()
    else:
        assert opened.page.locator("figure img").first.is_visible()
        assert not opened.page.locator("form").first.is_visible()
        assert opened.page.locator("figure img").count() == opened.page.locator("figure").count()


@pytest.mark.parametrize("kind", [kind for kind in ALL if kind not in ("self-test", RUN)])
def test_every_kind_of_record_is_looked_at(browser: Any, tmp_path: Path, kind: str) -> None:
    path = SEEDS / f"record-{kind}.json"
    opened = Opened(browser.new_context(), write_page(tmp_path, read_record(path)[1], kind=kind)).ready()
    assert opened.said == []
    assert barriers(opened) == ""
    assert opened.page.locator("table").count()
    for number in range(opened.page.locator("figure.is-live").count()):
        opened.page.locator(".live").nth(number).focus()
        opened.page.keyboard.press("ArrowRight")
        assert re.search(r"\d", opened.page.locator(".said").nth(number).inner_text())
    assert (kind == "counts") == (opened.page.locator("figure.is-live").count() == 0)


@pytest.mark.parametrize("width", [1280, 360])
def test_names_of_a_document_stay_text(browser: Any, tmp_path: Path, width: int) -> None:
    run = document(
        case(HOSTILE, size=64), case(HOSTILE, size=128), case("pipe", size=64), case("pipe", size=128)
    )
    assert run.ipcbench
    hurt = msgspec.structs.replace(run.ipcbench, host={**run.ipcbench.host, "cpu": HOSTILE})
    opened = Opened(
        browser.new_context(viewport={"width": width, "height": 740}),
        write_page(tmp_path, msgspec.structs.replace(run, ipcbench=hurt)),
    ).ready()
    assert opened.overflows() == 0
    assert opened.page.evaluate("window.hurt === undefined")
    assert opened.said == []
    assert opened.page.locator("img[src=x]").count() == 0
    assert "<img src=x onerror=" in opened.page.locator("main").inner_text()
    assert any("$x_1^2$" in said for said in points(opened, 0))


def test_axes_are_labelled_where_it_was_measured_and_where_figures_are_near_one_another(
    browser: Any, tmp_path: Path
) -> None:
    near = ((64, 1, 6.2e-5), (1 << 20, 400, 7.4e-5))
    cases = [case("pipe", size=size, seconds=each) for size, _, each in near]
    bursts = [case("pipe", f"burst:{messages}", seconds=each) for _, messages, each in near]
    for number, (drawn, labels) in enumerate(((cases, {"64B", "1MiB"}), (bursts, {"1", "400"}))):
        folder = tmp_path / str(number)
        folder.mkdir()
        opened = Opened(browser.new_context(), write_page(folder, document(*drawn))).ready()
        first = opened.page.locator("figure.is-live").first
        assert labels <= set(first.inner_text().split("\n"))
        # No 1, 2 or 5 lies between.
        assert "70µs" in first.inner_text()
        assert opened.said == []
