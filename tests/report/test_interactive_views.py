"""What a run's page lets one choose, of stored runs."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from tests.support.runs import case, document

from ipcbench.analysis.groups import read_groups
from ipcbench.record.run import read_run
from ipcbench.report.interactive import by_parameter, explorer_of_run
from ipcbench.report.interactive.explorer import Explorer, View
from ipcbench.report.interactive.marks import labelled_places
from ipcbench.report.interactive.run_rows import rows_of_run

RESULTS = Path(__file__).parents[2] / "results"


def explorer(number: int) -> Explorer:
    (path,) = RESULTS.glob(f"{number:04}_*.json")
    found = explorer_of_run(read_groups(read_run(path)))
    assert found
    return found


def test_the_stages_of_whole_lives_are_a_chart_with_intervals() -> None:
    found = explorer(1)
    (view,) = (view for view in found.views if view.title == "Parts of the time")
    assert "workload" in view.chooses
    rows = [row for row in found.data["figures"] if row.get("workload") == "handoff"]
    stages = {row["quantity"] for row in rows} & {"create", "start", "message", "end"}
    assert len(stages) == 4
    assert all(row["low"] <= row["value"] <= row["high"] for row in rows if row["quantity"] in stages)


def test_what_is_a_whole_only_has_no_such_chart() -> None:
    found = explorer_of_run(read_groups(document(case("pipe"), case("queue"))))
    assert found
    assert "Parts of the time" not in [view.title for view in found.views]


def test_how_much_a_channel_holds_is_a_figure_that_is_chosen() -> None:
    found = explorer(4)
    (quantity,) = (each for each in found.quantities if each.key == "largest_backlog")
    assert quantity.label == "messages accepted and not yet received, at most"
    held = {row["series"]: row for row in found.data["figures"] if row["quantity"] == quantity.key}
    assert held["queue-16"]["value"] >= 16


def test_every_place_that_was_measured_has_its_label() -> None:
    axis = labelled_places({0.0005: "0.5ms", 64: "64B", 1 << 20: '1"MiB'})
    assert axis["values"] == [0.0005, 64, 1048576]
    assert axis["labelExpr"] == (
        r"""(["0.5ms", "64B", "1\"MiB"])[indexof([0.0005, 64, 1048576], datum.value)]"""
    )


def sweep_of(found: Explorer) -> View:
    (view,) = (view for view in found.views if view.title == "Figures by the workload's parameter")
    return view


def test_a_workload_of_several_numbers_is_drawn_by_them() -> None:
    found = explorer(3)
    assert "workload" in sweep_of(found).chooses
    places = {
        row["workload"]: row["parameter_at"] for row in found.data["figures"] if row.get("swept") == "burst"
    }
    assert places == {f"burst:{at:g}": at for at in places.values()}
    assert len(places) > 1
    durations = {row["parameter_at"] for row in found.data["figures"] if row.get("swept") == "busy-producer"}
    assert all(at < 0.1 for at in durations), durations


def test_a_run_without_such_a_workload_has_no_such_chart() -> None:
    found = explorer_of_run(read_groups(document(case("pipe", workload="burst:16"))))
    assert found
    assert not [view for view in found.views if "parameter" in view.title]


def test_words_of_a_document_stay_words_in_the_expressions_of_a_chart() -> None:
    """A workload's name may be anybody's: it is no part of an expression that a browser evaluates."""
    rows = rows_of_run(read_groups(document(case("pipe", "burst:16"), case("pipe", "burst:400"))))
    name = """a.b:C"] || evil() || ["'"""
    swept = {f"{name}:{each.parameter}": replace(each, name=name) for each in rows.swept.values()}
    view = by_parameter.view(replace(rows, swept=swept))
    assert view
    (told,) = (text for each in view.spec["transform"] if "swept" in (text := str(each.get("filter"))))
    assert "evil" in told
    assert "evil" not in re.sub(r'"(?:[^"\\]|\\.)*"', "", told)
