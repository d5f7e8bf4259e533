"""The machine compared with itself, kept, and told."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests.analysis.test_power import cell, place
from tests.analysis.test_power import self_test_of as made_of
from tests.support.passes import AMPLE_S, ends_after

import ipcbench
from ipcbench.analysis.self_test import Repeated, self_test_of
from ipcbench.commands.recording import store_journal
from ipcbench.commands.self_test import machine_facts, self_test
from ipcbench.errors import CaseError, DocumentError
from ipcbench.record.comparison import SELF_TEST, read_comparison
from ipcbench.record.self_test_cache import read_self_test, save_self_test
from ipcbench.record.store import Store
from ipcbench.report import kinds
from ipcbench.report.tables.self_test import outlook, self_test_text
from ipcbench.statistics.decision import FEWEST, LOOKS, Rule

CELLS: Any = {"size": "64", "workload": "stream", "placement": "same"}


def test_a_self_test_has_a_spread_and_a_cost_for_every_cell_and_is_a_record(tmp_path: Path) -> None:
    stored = self_test(Store(tmp_path), AMPLE_S, seed=1, on_progress=ends_after(FEWEST), **CELLS)
    found = self_test_of(read_comparison(stored, SELF_TEST))
    assert [one.case.channel for one in found.cells] == ["pipe", "duplex-pipe", "queue"]
    assert all(
        one.launches == FEWEST and one.spread > 0 and one.seconds_per_launch > 0 for one in found.cells
    )
    assert found.machine == machine_facts()
    assert "smallest slowdown found" in kinds.show(stored, "text")
    assert kinds.describe(stored)[0] == "self-test of 3 cells"
    assert "smallest slowdown found" in ipcbench.load(results=str(tmp_path)).table()


def test_a_self_test_that_is_cut_off_loses_its_last_pass_at_most(tmp_path: Path) -> None:
    def cut_off(*_: object) -> None:
        raise RuntimeError("the machine goes down")

    store = Store(tmp_path)
    with pytest.raises(RuntimeError, match="goes down"):
        self_test(store, 60, seed=1, on_progress=cut_off, **CELLS)
    (journal,) = (tmp_path / "journal").iterdir()
    stored, _ = store_journal(journal, store, "20261127T000000Z")
    record = read_comparison(stored, SELF_TEST).ipcbench
    assert record.stopped_by == "unknown"
    assert [len(row.logs) for row in record.rows] == [1] * len(record.rows)


def test_too_little_time_is_an_error_and_no_empty_self_test(tmp_path: Path) -> None:
    stored = self_test(Store(tmp_path), 0, seed=1, **CELLS)
    with pytest.raises(CaseError, match="accepted: 60s or more"):
        self_test_of(read_comparison(stored, SELF_TEST))


def test_comparisons_of_a_cell_follow_one_another() -> None:
    repeated = Repeated(Rule(0.05, 0.01))
    for number in range(3 * LOOKS[0]):
        repeated.add(1e-4 * (-1) ** number)
    assert [one.verdict.value for one in repeated.ended] == ["not slower"] * 3
    assert repeated.is_open


def test_a_comparison_that_time_cuts_off_after_a_look_is_known_as_torn() -> None:
    repeated = Repeated(Rule(0.05, 0.01))
    for number in range(LOOKS[0]):
        repeated.add(0.3 * (-1) ** number)
    assert not repeated.ended
    assert repeated.is_torn


def test_a_self_test_is_kept_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "cache" / "self-test.json"
    assert read_self_test(path) is None
    save_self_test(made_of(cell()), path)
    assert read_self_test(path) == made_of(cell())


@pytest.mark.parametrize("content", ["", "{}", "[" * 100_000, '{"schema": 9}', "NaN"])
def test_a_self_test_edited_to_nonsense_is_named(tmp_path: Path, content: str) -> None:
    path = tmp_path / "self-test.json"
    path.write_text(content)
    with pytest.raises(DocumentError, match="not a self-test"):
        read_self_test(path)


def test_the_text_tells_what_each_time_finds_and_the_bound_behind_no_alarm() -> None:
    text = self_test_text(made_of(cell()))
    assert "in 10 s" in text
    assert "100 comparisons of a channel with itself: 0 called regressed (95 % bound 3.0%)" in text


def test_the_text_tells_what_slowed_every_cell_meanwhile() -> None:
    slowed = msgspec.structs.replace(made_of(cell()), slowdowns=["-X dev"])
    assert "slowed by -X dev: every cell\n" in self_test_text(slowed)
    assert "slowed by" not in self_test_text(made_of(cell()))


def test_an_outlook_says_for_how_many_cells_nothing_can_be_said() -> None:
    places = [place("pipe", workload) for workload in ("stream", "ping-pong")]
    assert "of 1 of 2 nothing can be said" in outlook(made_of(cell()), places, 20, Rule(0.05, 0.01))
    assert "says nothing" in outlook(made_of(cell()), places[1:], 20, Rule(0.05, 0.01))
