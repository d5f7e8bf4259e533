"""What a run's page lets one choose, of stored runs."""

from __future__ import annotations

from pathlib import Path

from tests.support.runs import case, document

from ipcbench.analysis.groups import read_groups
from ipcbench.record.run import read_run
from ipcbench.report.interactive import explorer_of_run
from ipcbench.report.interactive.explorer import Explorer

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
