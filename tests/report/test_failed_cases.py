"""What failed midway, or was left out, is told wherever figures of a run stand, and decides nothing."""

from __future__ import annotations

import json
from pathlib import Path

import msgspec
import pytest
from tests.support.runs import case, document

from ipcbench.analysis.groups import GroupResult, read_groups
from ipcbench.analysis.history import read_history
from ipcbench.analysis.recommendation import PRIORITIES, rank
from ipcbench.api.results import Run
from ipcbench.commands.export import export
from ipcbench.errors import UsageError
from ipcbench.plan.case import Case
from ipcbench.record.run import RunDocument
from ipcbench.record.store import Store
from ipcbench.report.charts import draw_named
from ipcbench.report.charts.canvas import title_of
from ipcbench.report.charts.footnotes import left_out
from ipcbench.report.exports import EXPORTS
from ipcbench.report.findings import findings
from ipcbench.report.formats.run import run_json
from ipcbench.report.interactive.run_rows import rows_of_run
from ipcbench.report.tables.costs import costs_table
from ipcbench.report.tables.run import run_table

WHY = "broken stream 64B: RuntimeError: it broke"
LEFT_OUT = "udp: size 1048576 B is above its limit; accepted: up to 65507 B"


def run() -> RunDocument:
    """Return a run in which the fastest channel failed midway, and another was left out."""
    found = document(
        case("broken", seconds=1e-6, launches=2, failure=WHY),
        *(case(name) for name in ("pipe", "queue")),
        failures={"broken stream 64B": WHY},
    )
    assert found.ipcbench
    record = msgspec.structs.replace(found.ipcbench, left_out={"udp stream 1MiB": LEFT_OUT})
    return msgspec.structs.replace(found, ipcbench=record)


def groups() -> list[GroupResult]:
    return read_groups(run())


def test_the_table_says_which_failed_and_why_and_what_was_left_out() -> None:
    table = run_table(groups(), run().ipcbench)
    row = next(line for line in table.splitlines() if " broken " in line)
    assert "failed midway" in row
    assert f"failed: {WHY}" in table
    assert f"left out: {LEFT_OUT}" in table


def test_what_many_cases_share_is_told_once_and_thousands_of_reasons_are_counted() -> None:
    whole = run().ipcbench
    assert whole
    same = msgspec.structs.replace(whole, left_out={str(number): LEFT_OUT for number in range(100)})
    assert run_table(groups(), same).count("left out: ") == 1
    others = msgspec.structs.replace(whole, left_out={str(number): f"why {number}" for number in range(5000)})
    told = run_table(groups(), others)
    assert told.count("left out: ") == 29
    assert "4,971 more failed or were left out" in told


def test_below_a_chart_stands_who_was_left_out_of_it() -> None:
    (group,) = groups()
    place = Case.of_record(group.reference.case).group_name
    why = {f"udp {place}": LEFT_OUT, f"sysv-ipc {place}": LEFT_OUT, "udp ping-pong 64B fork": LEFT_OUT}
    assert left_out([group], why).endswith("says why: udp, sysv-ipc at 64B")
    assert left_out([group], {}) == ""


def test_json_has_both() -> None:
    told = json.loads(run_json(groups(), run().ipcbench))
    assert {row["channel"]: row["failure"] for row in told["cases"]} == {
        "broken": WHY,
        "pipe": None,
        "queue": None,
    }
    assert told["failures"] == {"broken stream 64B": WHY}
    assert told["left_out"] == {"udp stream 1MiB": LEFT_OUT}


def test_a_chart_says_whose_figures_are_of_a_part() -> None:
    ((_, figure),) = draw_named(run(), "throughput")
    assert "broken failed midway at 64B" in figure.get_supxlabel()


def test_every_figure_of_a_page_says_it() -> None:
    figures = rows_of_run(groups()).figures
    assert {row["series"] for row in figures if row["text"].endswith(", failed midway")} == {"broken"}
    assert {row["series"] for row in figures if "failed" not in row["text"]} == {"pipe", "queue"}

    round_trips = document(
        case("broken", "ping-pong", failure=WHY), case("pipe", "ping-pong"), failures={"broken": WHY}
    )
    points = rows_of_run(read_groups(round_trips)).distributions
    assert {row["series"] for row in points if row["text"].endswith(", failed midway")} == {"broken"}
    assert {row["series"] for row in points if "failed" not in row["text"]} == {"pipe"}


WATCHED = ["bencher", "github-action-benchmark", "openmetrics", "pyperf", "hdr"]


@pytest.mark.parametrize("name", WATCHED)
def test_what_watches_figures_gets_none_of_it_and_is_told_why(name: str) -> None:
    workload = "ping-pong" if name == "hdr" else "stream"
    found = document(
        case("broken", workload, failure=WHY),
        case("queue", workload),
        failures={f"broken {workload} 64B": WHY},
    )
    written = EXPORTS[name].write({Path("0001_x.json"): found})
    assert "queue" in f"{written} {list(written)}"
    assert "broken" not in f"{written} {list(written)}"
    why = (
        "accepted: a run with ping-pong cases that did not fail"
        if name == "hdr"
        else "every case failed midway"
    )
    with pytest.raises(UsageError, match=why):
        EXPORTS[name].write({Path("0001_x.json"): document(case("broken", workload, failure=WHY))})


def test_an_export_says_what_it_leaves_out(tmp_path: Path) -> None:
    store = Store(tmp_path)
    path = tmp_path / "0001_20261129T000000Z.json"
    path.write_bytes(msgspec.json.encode(run()))
    assert export(store, "bencher", [str(path)]).left_out == [WHY]
    assert export(store, "bencher", [str(path)], "queue").left_out == []
    assert export(store, "csv", [str(path)]).left_out == []


def test_it_decides_neither_a_title_nor_from_which_size_on_another_is_better() -> None:
    """The smallest size has one channel that can be ranked, which was an IndexError."""
    sizes = (64, 1024)
    found = document(
        *(case("broken", size=size, seconds=1e-6, failure=WHY) for size in sizes),
        *(case("pipe", size=size, seconds=1e-5) for size in sizes),
    )
    assert [title_of(figure) for _, figure in draw_named(found, "throughput")] == [
        "Throughput: 64B: pipe, 10.0 µs ±0.4%"
    ]
    crossing = document(
        case("a", seconds=1e-6), case("b", seconds=2e-6),
        case("a", size=1024, seconds=9e-6, failure=WHY), case("b", size=1024, seconds=2e-6),
    )  # fmt: skip
    assert not any("up to" in line for line in findings(read_groups(crossing)))


def test_ratios_are_taken_to_what_did_not_fail() -> None:
    (group,) = read_groups(document(case("pipe", failure=WHY), case("drops"), case("queue", seconds=2e-5)))
    assert group.reference.case.channel == "drops"
    found = Run(document(case("pipe", failure=WHY), case("queue")))
    assert found.ratios("queue") == {}


def test_its_costs_say_it() -> None:
    found = document(case("broken", faults=1, failure=WHY), case("pipe", faults=1))
    rows = [line for line in costs_table(read_groups(found)).splitlines() if "sender" in line]
    assert ["failed midway" in line for line in rows] == ["broken" in line for line in rows] == [True, False]


def test_a_row_of_csv_has_the_reason() -> None:
    lines = str(EXPORTS["csv"].write({Path("0001_x.json"): run()})).splitlines()
    assert lines[0].endswith(",lost,failure")
    assert {line.endswith(WHY) for line in lines if "broken" in line} == {True}
    assert not any(line.endswith(WHY) for line in lines if ",queue," in line)


def test_it_is_recommended_by_nobody() -> None:
    (group,) = groups()
    ranking = rank(group, [one.case for one in group.cases.values()], PRIORITIES["throughput"])
    assert ranking
    assert {each.channel for each in ranking.channels} == {"pipe", "queue"}


def test_it_is_no_point_of_a_history() -> None:
    found = read_history([("one", run()), ("two", run())])
    assert {each.key.channel for each in found.series} == {"pipe", "queue"}
