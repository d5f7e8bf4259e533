"""`import ipcbench` as a script or a notebook has it."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.cli.test_compare import store
from tests.conformance.interpreters import ALL
from tests.support.runs import case, document

import ipcbench
from ipcbench.errors import CaseError, UsageError
from ipcbench.plan.defaults import results_folder

SOURCE = Path(ipcbench.__file__).parent.parent


@pytest.fixture(scope="module")
def found() -> ipcbench.Run:
    return ipcbench.run(channel="pipe,queue", workload="stream", size="64,1KiB", seconds=0.1)


def test_ratios_are_named_by_what_differs(found: ipcbench.Run) -> None:
    assert set(found.ratios("queue")) == {"64B", "1KiB"}
    assert set(found.ratios("queue", size="64B")) == {"64B"}
    assert all(ratio.value > 0 for ratio in found.ratios("queue", "pipe").values())
    assert set(found.cases("pipe", workload="stream")) == {"64B", "1KiB"}
    with pytest.raises(UsageError, match=r"simple-queue is not measured; accepted: .*pipe, .*queue"):
        found.cases("simple-queue")


def test_tables_pictures_and_conditions_come_with_it(found: ipcbench.Run) -> None:
    assert "stream, " in found.table()
    assert found.plot("ratio").png.startswith(b"\x89PNG")
    assert "Python" in found.conditions
    assert "Python" in ipcbench.here()


@pytest.mark.parametrize(
    "call",
    [
        lambda: ipcbench.ab("channel=pipe", "channel=queue", alpha=1e-9),
        lambda: ipcbench.ab("channel=pipe", "channel=queue", threshold=5),
        lambda: ipcbench.ab("channel=pipe", "channel=queue", seconds=-1),
        lambda: ipcbench.ab("channel=pipe", "channel=queue", percentile=150),
        lambda: ipcbench.ab(*["channel=pipe"] * 27),
        lambda: ipcbench.tune(channel="pipe", size="64", alpha=0),
        lambda: ipcbench.tune(channel="pipe", size="64", seconds=float("nan")),
        lambda: ipcbench.compare(threshold=float("nan")),
        lambda: ipcbench.run(channel="pipe", seconds=float("inf")),
        lambda: ipcbench.run(channel="pipe", precision=-1),
        lambda: ipcbench.explain(channel="pipe", launches=0),
    ],
)
def test_a_number_that_means_nothing_is_refused_before_anything_is_measured(
    call: Callable[[], object],
) -> None:
    with pytest.raises(UsageError, match="; accepted: "):
        call()


@pytest.mark.parametrize("ends", [2, (1, 2, 3), ("a", 1)])
def test_ends_that_are_none_are_refused(ends: Any) -> None:
    with pytest.raises(UsageError, match="accepted: how many processes send"):
        ipcbench.recommend(ends=ends)


def test_a_run_is_rows_of_plain_values_and_arrays(found: ipcbench.Run) -> None:
    rows = found.to_dicts()
    assert [(row["channel"], row["size"]) for row in rows] == [
        ("pipe", "64B"), ("queue", "64B"), ("pipe", "1KiB"), ("queue", "1KiB"),
    ]  # fmt: skip
    assert all(row["seconds"] > 0 and row["unit"] == "message" for row in rows)
    assert rows[0]["ratio"] is None
    assert rows[1]["ratio"] > 0
    assert all(isinstance(data, np.ndarray) for data in found.groups[0].cases["pipe"].by_pass.values())


def test_what_is_not_there_is_one_line_that_says_what_is(found: ipcbench.Run) -> None:
    with pytest.raises(UsageError, match=r"accepted: .*pipe"):
        found.ratios("socketpair")
    with pytest.raises(UsageError, match="accepted: channel, workload"):
        found.cases("pipe", colour="red")
    with pytest.raises(UsageError, match="unknown colour; accepted: channel, workload"):
        ipcbench.run(colour="red")
    with pytest.raises(UsageError, match="0 charts are named 'x'"):
        found.plot("x")
    with pytest.raises(AttributeError, match="'ipcbench' has no attribute 'measure_all'; it has Channel"):
        ipcbench.measure_all  # noqa: B018


def test_a_claim_is_printed_and_drawn(found: ipcbench.Run, capsys: pytest.CaptureFixture[str]) -> None:
    claim = ipcbench.Claim("a Queue is a million times slower", low=1e6)
    assert ipcbench.judge(claim, found.ratios("queue"), found.conditions, figures="times").png
    assert capsys.readouterr().out.startswith("“a Queue is a million times slower”: ")


def test_a_case_that_fails_is_told_and_not_left_out() -> None:
    with pytest.raises(CaseError, match="boom"):
        ipcbench.run(channel="tests.support.channels:FailsLater", workload="stream", size="64", seconds=0.1)


def test_of_counts_too_and_what_was_counted_is_stored(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"lost|never arrived"):
        ipcbench.count(
            channel="pipe,tests.support.channels:Lossy", size="64", strace=False, results=str(tmp_path)
        )
    counted = ipcbench.load("1", results=str(tmp_path))
    assert isinstance(counted, ipcbench.Counts)
    assert [each["channel"] for each in counted.to_dicts()] == ["pipe"]
    assert "failed: " in counted.table()


def test_of_a_list_the_rest_is_measured_and_the_table_says_what_is_left_out(tmp_path: Path) -> None:
    found = ipcbench.run(
        channel="pipe,udp", workload="stream", size="64,1MiB", seconds=0.1, results=str(tmp_path)
    )
    assert [(row["channel"], row["size"]) for row in found.to_dicts()] == [
        ("pipe", "64B"), ("udp", "64B"), ("pipe", "1MiB"),
    ]  # fmt: skip
    assert "left out: udp: size 1048576 B is above its limit" in found.table()


def test_arms_are_compared_stored_and_loaded_again(tmp_path: Path) -> None:
    found = ipcbench.ab(
        "channel=pipe",
        ["channel=pipe", "holds=0"],
        seconds=0,
        results=str(tmp_path),
        workload="stream",
        size="64",
        placement="same",
    )
    assert found.exit_status in (3, 4)
    assert found.table() == ipcbench.load(results=str(tmp_path)).table()
    (row,) = found.to_dicts()
    assert row["arm"] == "b"
    assert len(row["log_ratios"]) == 1
    assert found.plot().png


def test_stored_runs_are_compared_and_their_history_told(tmp_path: Path) -> None:
    days = [document(case("pipe", seconds=seconds)) for seconds in (1e-5, 1e-5, 2e-5)]
    store(tmp_path, *days)
    found = ipcbench.compare("1", "3", results=str(tmp_path))
    assert found.exit_status in (1, 3)
    assert "pipe stream" in found.table()
    told = ipcbench.history(results=str(tmp_path), channel="pipe")
    assert [run.name[:4] for run in told.runs] == ["0001", "0002", "0003"]
    assert "pipe stream" in told.to_dicts()[0]["cell"]
    assert told.plot().png
    assert told.table()
    assert ipcbench.history(results=str(tmp_path), channel="queue").series == []
    assert isinstance(ipcbench.load("2", results=str(tmp_path)), ipcbench.Run)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts")
def test_records_are_where_the_environment_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("IPCBENCH_RESULTS", str(tmp_path))
    with pytest.raises(UsageError, match=re.escape(str(tmp_path))):
        ipcbench.load()
    assert results_folder("elsewhere") == Path("elsewhere")
    monkeypatch.delenv("IPCBENCH_RESULTS")
    assert results_folder(beside=tmp_path) == tmp_path / "results"


def test_counts_come_as_values_and_are_compared(tmp_path: Path) -> None:
    for channel in ("pipe,queue", "pipe"):
        found = ipcbench.count(channel=channel, size="100", strace=False, results=str(tmp_path))
    compared = ipcbench.compare(results=str(tmp_path))
    assert isinstance(compared, ipcbench.CountsCompared)
    assert (compared.to_dicts(), compared.exit_status) == ([], 4)
    assert "missing in the later record: queue" in compared.table()
    assert str(found.counts[0].counts["sender"]["writes"]) == "1"
    assert found.to_dicts()[0]["channel"] == "pipe"
    assert "bytes written" in found.table()


def test_an_explanation_comes_as_values_table_and_picture() -> None:
    found = ipcbench.explain(channel="pipe", size="64", rate="500/s", launches=1)
    assert found.explanations[0].traces.channel == "pipe"
    assert found.to_dicts()[0]["ladder"]
    assert "the ladder" in found.table()
    assert found.plot().png


@pytest.mark.parametrize("interpreter", ALL, ids=lambda each: each.label)
def test_contracts_are_there_for_every_interpreter_that_is_measured(interpreter: object) -> None:
    names = "ipcbench.Channel.__name__, ipcbench.Workload.__name__"
    program = f"import sys, ipcbench; print({names}); print(*sys.modules)"
    done = subprocess.run(
        [interpreter.executable, "-S", "-c", program],  # type: ignore[attr-defined]
        env={"PYTHONPATH": str(SOURCE)}, capture_output=True, text=True, check=True, timeout=30,
    )  # fmt: skip
    told, modules = done.stdout.splitlines()
    assert told == "Channel Workload"
    assert "numpy" not in modules.split()


def test_what_import_ipcbench_gives_is_what_api_and_the_contracts_have() -> None:
    from ipcbench import api

    assert sorted({*dir(ipcbench)} - {*ipcbench._CONTRACTS}) == sorted(api.__all__)


def test_what_is_imported_by_a_star_is_a_dozen_names() -> None:
    assert len(ipcbench.__all__) <= 13
    assert {*ipcbench.__all__} < {*dir(ipcbench)}
