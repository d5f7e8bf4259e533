"""What a record may hold: beyond it, one line says what is too much, and nothing is worked out."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.support.cases import USUAL
from tests.support.runs import case, document

from ipcbench.errors import DocumentError, UsageError
from ipcbench.plan.case import Group
from ipcbench.plan.matrix import MOST_LAUNCHES, MOST_LAUNCHES_OF_ALL, Plan
from ipcbench.record import run as module
from ipcbench.record.run import read_run
from ipcbench.report.charts import MOST_LINES, draw_charts

SEED = json.loads((Path(__file__).parents[1] / "fuzz" / "seeds" / "record-run.json").read_text())


def write(folder: Path, change: Callable[[Any], object]) -> Path:
    run = copy.deepcopy(SEED)
    change(run)
    path = folder / "0001_a.json"
    path.write_text(json.dumps(run))
    return path


def record(run: Any) -> Any:
    return run["benchmarks"][0]["extra_info"]["ipcbench"]


def slowdowns(run: Any) -> None:
    record(run)["launches"][0]["slowdowns"] = ["-X dev"] * 1001


def series(run: Any) -> None:
    record(run)["launches"][0]["also_s"] = {f"s{number}": [] for number in range(1001)}


def facts(run: Any) -> None:
    run["ipcbench"]["host"] = dict.fromkeys(map(str, range(1001)), 1)


def nested_facts(run: Any) -> None:
    run["ipcbench"]["host"] = {"a": {"b": {"c": {"d": 1}}}}


def long_names(run: Any) -> None:
    record(run)["case"]["channel"] = "x" * 201


@pytest.mark.parametrize("change", [slowdowns, series, facts, nested_facts, long_names])
def test_more_than_people_and_machines_have_of_anything_is_no_record(
    change: Callable[[Any], None], tmp_path: Path
) -> None:
    with pytest.raises(DocumentError, match="not a run document"):
        read_run(write(tmp_path, change))


def test_more_cases_than_a_run_has_are_no_record(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="length <= 2000"):
        read_run(write(tmp_path, lambda run: run["benchmarks"].extend([run["benchmarks"][0]] * 2000)))


def test_more_launches_of_a_case_or_of_all_than_a_run_makes_are_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def many(run: Any) -> None:
        one = record(run)["launches"][0]
        record(run)["launches"] = [one] * (MOST_LAUNCHES + 1)

    with pytest.raises(DocumentError, match="length <= 5000"):
        read_run(write(tmp_path, many))
    launches = sum(len(each["extra_info"]["ipcbench"]["launches"]) for each in SEED["benchmarks"])
    path = write(tmp_path, lambda _: None)
    monkeypatch.setattr(module, "MOST_LAUNCHES_OF_ALL", launches)
    read_run(path)
    monkeypatch.setattr(module, "MOST_LAUNCHES_OF_ALL", launches - 1)
    with pytest.raises(DocumentError, match=f"more than {launches - 1} launches, so no record"):
        read_run(path)


def test_more_histograms_than_messages_make_are_no_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(tmp_path, lambda _: None)
    monkeypatch.setattr(module, "MOST_BYTES_OF_ALL", 10)
    with pytest.raises(DocumentError, match="of histograms, so no record"):
        read_run(path)


def test_a_run_ends_before_it_has_more_launches_than_a_record_may_hold() -> None:
    def plan(cases: int) -> Plan:
        made = tuple(replace(USUAL, channel=f"c{number}") for number in range(cases))
        return Plan((Group(made, frozenset(made)),), 1, 5, 60.0, 0.05)

    assert plan(1).most_passes == MOST_LAUNCHES
    assert plan(10).most_passes * 10 == MOST_LAUNCHES_OF_ALL


def test_more_cases_side_by_side_than_a_chart_holds_are_a_line(tmp_path: Path) -> None:
    cases = [case("pipe"), *(case(f"own.module:C{number}") for number in range(MOST_LINES))]
    with pytest.raises(UsageError, match=r"121 cases side by side; accepted: up to 120 in a chart"):
        draw_charts(document(*cases), tmp_path, "a")
