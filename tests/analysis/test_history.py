"""Stored runs as series."""

from __future__ import annotations

import json
import re

import msgspec
import numpy as np
from tests.support.runs import case, document, varied

from ipcbench.analysis.history import Series, read_history
from ipcbench.record.run import RunDocument
from ipcbench.report.tables.history import history_json, history_text

Named = tuple[str, RunDocument]


def run(number: int, document: RunDocument) -> Named:
    return f"{number:04}_x", varied(document, day=1 + number % 28, commit=f"{number:040x}")


def noisy(count: int, seed: int = 1, spread: float = 0.01) -> np.ndarray:
    return np.random.default_rng(seed).normal(0, spread, count)


def series(runs: list[Named]) -> Series:
    (found,) = read_history(runs).series
    return found


def beside_loop(logs: np.ndarray, loop_logs: np.ndarray) -> list[Named]:
    """Return runs of a Pipe with these logs of its time beside its loop with those."""
    return [
        run(
            i,
            document(
                case("pipe", seconds=1e-5 * float(np.exp(log)), reference_loop="os-pipe"),
                case("os-pipe", seconds=1e-6 * float(np.exp(loop_log)), asked=False),
            ),
        )
        for i, (log, loop_log) in enumerate(zip(logs, loop_logs, strict=True))
    ]


def steps(found: Series) -> list[tuple[str, str]]:
    return [
        (stretch.points[change.index - 1].run.name, stretch.points[change.index].run.name)
        for stretch in found.stretches
        for change in stretch.changes
    ]


def test_a_change_names_the_runs_that_it_fell_between() -> None:
    factors = np.exp(noisy(30)) * np.where(np.arange(30) >= 20, 1.2, 1.0)
    found = series([run(i, document(case("pipe", seconds=1e-5 * f))) for i, f in enumerate(factors)])
    assert steps(found) == [("0019_x", "0020_x")]
    assert len(found.points) == 30


def test_a_series_is_broken_where_the_machine_or_python_changed() -> None:
    runs = [run(i, document(case("pipe", seconds=1e-5 * (1 if i < 10 else 2)))) for i in range(20)]
    runs[10:] = [(name, varied(document, kernel="7.0")) for name, document in runs[10:]]
    found = series(runs)
    assert [len(stretch.points) for stretch in found.stretches] == [10, 10]
    assert steps(found) == []


def test_a_break_names_what_changed_once_for_all_series() -> None:
    runs = [run(i, document(case("pipe"), case("queue"))) for i in range(4)]
    runs[2:] = [(name, varied(document, kernel="7.0", libc="2.41")) for name, document in runs[2:]]
    history = read_history(runs)
    (line,) = (line for line in history_text(history.runs, history.series).splitlines() if "broken" in line)
    assert line.startswith("broken between 0001 (")
    assert re.search(r": kernel: \S+ -> 7\.0; libc: .+ -> 2\.41$", line)
    for told in json.loads(history_json(history.runs, history.series))["series"]:
        (one,) = told["breaks"]
        assert (one["after"], one["from"]) == ("0001_x", "0002_x")
        assert one["facts"]["kernel"]["after"] == "7.0"


def test_a_series_is_broken_where_something_begins_to_slow_its_messages() -> None:
    slow = ["a trace hook (coverage.CTracer)"]
    runs = [
        run(i, document(case("pipe", seconds=1e-5 * (1 if i < 10 else 2), slowdowns=slow if i >= 10 else ())))
        for i in range(20)
    ]
    found = series(runs)
    assert [len(stretch.points) for stretch in found.stretches] == [10, 10]
    assert steps(found) == []
    (change,) = found.breaks[0].differences
    assert str(change) == "slowed by: nothing -> a trace hook (coverage.CTracer)"


def test_what_slowed_all_runs_is_said_beside_their_changes() -> None:
    slow = ["a trace hook (coverage.CTracer)"]
    runs = [run(i, document(case("pipe", seconds=1e-5 * (1 + i // 10), slowdowns=slow))) for i in range(20)]
    found = read_history(runs)
    text = history_text(found.runs, found.series)
    assert "2.000×" in text
    assert text.endswith("slowed by a trace hook (coverage.CTracer): some runs of every cell")
    (stretch,) = json.loads(history_json(found.runs, found.series))["series"][0]["stretches"]
    assert stretch["slowed_by"] == "a trace hook (coverage.CTracer)"


def test_another_machine_is_another_series() -> None:
    runs = [run(i, document(case("pipe"))) for i in range(4)]
    runs[2] = ("0002_x", varied(runs[2][1], cpu="Other"))
    assert sorted(len(each.points) for each in read_history(runs).series) == [1, 3]


def test_another_patch_version_of_python_is_a_break() -> None:
    newer = case("pipe")
    record = newer.extra_info.ipcbench
    assert record
    record = msgspec.structs.replace(record, case=msgspec.structs.replace(record.case, python="3.11.9"))
    newer = msgspec.structs.replace(
        newer, extra_info=msgspec.structs.replace(newer.extra_info, ipcbench=record)
    )
    found = series([run(0, document(case("pipe"))), run(1, document(newer))])
    assert len(found.stretches) == 2
    assert found.key.python == "3.11"


def test_a_build_without_the_gil_is_a_series_of_its_own() -> None:
    both = document(case("pipe", python="3.13.0"), case("pipe", python="3.13.0t"))
    found = read_history([run(i, both) for i in range(8)]).series
    assert [(each.key.python, len(each.stretches)) for each in found] == [("3.13", 1), ("3.13t", 1)]


def test_what_the_loop_did_too_is_no_change() -> None:
    machine = noisy(40, seed=2, spread=0.05) + np.where(np.arange(40) >= 25, 0.4, 0.0)
    own = noisy(40, seed=3, spread=0.005)
    found = series(beside_loop(machine + own, machine))
    assert found.stretches[0].heeds_loop
    assert steps(found) == []


def test_a_change_of_the_adjusted_figure_alone_decides_nothing() -> None:
    machine = noisy(40, seed=2, spread=0.05) + np.where(np.arange(40) >= 25, 0.5, 0.0)
    own = noisy(40, seed=3, spread=0.005) - np.where(np.arange(40) >= 25, 0.2, 0.0)
    found = series(beside_loop(machine + own, machine))
    (stretch,) = found.stretches
    (change,) = stretch.changes
    assert stretch.heeds_loop
    assert change.size < 0 < stretch.measured(change)
    assert not stretch.is_decided(change)
    text = history_text([point.run for point in found.points], [found])
    assert "undecided: the loop took 1.6" in text
    assert "faster" not in text
    (told,) = json.loads(history_json([point.run for point in found.points], [found]))["series"]
    (row,) = told["stretches"][0]["changes"]
    assert row["adjusted_ratio"] < 1 < row["ratio"]


def test_a_loop_that_goes_its_own_way_is_not_heeded() -> None:
    runs = beside_loop(noisy(30), noisy(30, seed=9))
    assert not series(runs).stretches[0].heeds_loop
