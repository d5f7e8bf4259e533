"""What a channel lost stands wherever its figures do: a rate of what came is none of what was sent."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import msgspec
import numpy as np
import pytest
from tests.support.charts import edited
from tests.support.runs import case, document

from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.record.run import RunDocument
from ipcbench.record.schema import CaseRecord, LaunchRow
from ipcbench.report.charts import draw_named
from ipcbench.report.charts.canvas import LOOP_COLOUR
from ipcbench.report.exports import EXPORTS
from ipcbench.report.formats.run import run_json
from ipcbench.report.interactive.marks import colours
from ipcbench.report.interactive.run_rows import rows_of_run
from ipcbench.report.page.of_run import run_blocks
from ipcbench.report.tables.costs import costs_table
from ipcbench.report.tables.layout import as_text
from ipcbench.report.tables.run import run_table


def _loses(record: CaseRecord) -> CaseRecord:
    """Return the case of a channel that lost an eighth of what was sent."""
    launches: list[LaunchRow] = [
        msgspec.structs.replace(
            row, lost=row.trials * row.messages // 8, also_s={"accepted": [1e-6] * row.trials}
        )
        for row in record.launches
    ]
    return msgspec.structs.replace(record, lossy=True, launches=launches)


def run(*others: str) -> RunDocument:
    lossy = edited(case("drops", faults=1, backlog=1), _loses)
    return document(lossy, *(case(name, faults=1, backlog=1) for name in ("pipe", *others)))


def exported(name: str) -> Callable[[list[GroupResult]], str]:
    return lambda _: str(EXPORTS[name].write({Path("0001_x.json"): run()}))


@pytest.mark.parametrize(
    ("write", "told"),
    [
        (run_table, "lost 12.50%"),
        (costs_table, "lost 12.50%"),
        (run_json, '"lost": 0.125'),
        (exported("csv"), "5,0.125"),
        (exported("pyperf"), '"ipcbench_lost": 0.125'),
        (exported("bencher"), '"lost-messages": {\n      "value": 0.125'),
        (exported("github-action-benchmark"), "5 launches, lost 12.50%"),
        (exported("openmetrics"), "ipcbench_lost_messages_ratio{"),
    ],
    ids=["table", "costs", "json", "csv", "pyperf", "bencher", "github", "openmetrics"],
)
def test_what_was_lost_stands_beside_what_came(write: Callable[[list[GroupResult]], str], told: str) -> None:
    written = write(read_groups(run()))
    assert told in written


def test_every_figure_of_a_page_says_what_was_lost() -> None:
    figures = rows_of_run(read_groups(run())).figures
    assert len(figures) > 10
    assert {row["series"] for row in figures if "lost 12.50%" in row["text"]} == {"drops (lossy)"}
    assert {row["series"] for row in figures if "lost" not in f"{row}"} == {"pipe"}
    assert [row["text"] for row in figures if row["quantity"] == "lost"] == ["12.50%"]


def test_a_lossy_channel_has_a_colour_of_its_own_on_a_page() -> None:
    """Grey is what is measured beside what was asked for."""
    rows = rows_of_run(read_groups(run()))
    scale = colours(rows)["color"]["scale"]
    assert dict(zip(scale["domain"], scale["range"], strict=True))["drops (lossy)"] != LOOP_COLOUR


def test_what_loses_nothing_by_its_promise_says_nothing_of_it() -> None:
    rows = json.loads(run_json(read_groups(run())))["cases"]
    assert {row["channel"]: row["lost"] for row in rows} == {"drops": 0.125, "pipe": None}


@pytest.mark.parametrize("others", [(), tuple(f"other-{number}" for number in range(9))], ids=["few", "many"])
@pytest.mark.parametrize("name", ["throughput", "costs"])
def test_a_chart_of_it_says_what_was_lost(name: str, others: tuple[str, ...]) -> None:
    ((_, figure),) = draw_named(run(*others), name)
    notes = [figure.get_supxlabel(), *(legend.get_title().get_text() for legend in figure.legends)]
    assert any("drops (lossy) lost 12.50% at 64B" in note for note in notes), notes


def test_in_a_ranking_it_is_hollow_and_below_what_is_compared() -> None:
    """A rate of what came is no better for being higher."""
    ((_, figure),) = draw_named(run(*(f"other-{number}" for number in range(9))), "throughput")
    axis = figure.axes[0]
    rows = [text.get_text() for text in axis.get_yticklabels()]
    assert rows[-1] == "drops (lossy)"
    hollow = [line.get_ydata() for line in axis.lines if line.get_markerfacecolor() == "white"]
    heights = {height for each in hollow for height in np.asarray(each).tolist()}
    assert heights == {len(rows) - 1}


def test_the_overview_of_a_page_says_what_was_lost() -> None:
    blocks = run_blocks(run(), interactive=False)
    (overview,) = (as_text(each.parts) for each in blocks if each.heading == "Each case")
    (row,) = (line for line in overview.splitlines() if line.startswith("drops"))
    assert "lost 12.50%" in row


def test_a_row_without_a_figure_says_why() -> None:
    few, many = ("pipe", "drops"), [f"other-{number}" for number in range(9)]
    cases = [
        case(name, size=size) for size in (64, 1 << 20) for name in [*few, *many] if size == 64 or name in few
    ]
    ratio_run = document(*(edited(one, _loses) if "drops" in one.name else one for one in cases))
    ((_, figure),) = draw_named(ratio_run, "ratio")
    small, large = ([text.get_text() for text in axis.texts] for axis in figure.axes)
    assert small.count("not compared") == large.count("not compared") == 1
    assert small.count("not measured") == 0
    assert large.count("not measured") == len(many)
