"""`--ipcbench-baseline`: what is slower than a stored run fails as a test."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as Xml

import msgspec
import pytest
from tests.support.runs import case, document, varied

from ipcbench.pytest_plugin.baseline import Baseline
from ipcbench.record.store import Store

SUITE = """
import pytest

@pytest.mark.ipcbench(workload="stream", channel="pipe,queue", size="64", placement="same")
def test_stream(ipcbench):
    ipcbench()
"""
#: On a machine of half this speed, too, there is time for the five launches that a verdict takes.
ENOUGH = (
    "--benchmark-only",
    "--ipcbench-max-time",
    "4",
    "-p",
    "no:cacheprovider",
    "-p",
    "no:hypothesispytest",
)


@pytest.fixture
def suite(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> pytest.Pytester:
    monkeypatch.delenv("IPCBENCH_RESULTS")
    pytester.makepyfile(test_suite=SUITE)
    return pytester


@pytest.fixture
def measured(suite: pytest.Pytester) -> pytest.Pytester:
    """A suite that was measured once, before all pipes became twenty times slower (by the baseline's say)."""
    suite.runpytest_subprocess(*ENOUGH, timeout=100).assert_outcomes(passed=2)
    (stored,) = (suite.path / "results").glob("0001_*.json")
    document = json.loads(stored.read_text())
    for row in document["benchmarks"]:
        # The loops stay, so that no spread of sessions explains it.
        if row["extra_info"]["ipcbench"]["case"]["channel"] == "pipe":
            row["stats"]["data"] = [seconds / 20 for seconds in row["stats"]["data"]]
            for launch in row["extra_info"]["ipcbench"]["launches"]:
                launch["longer"] = [[messages, seconds / 20] for messages, seconds in launch["longer"]]
    stored.write_text(json.dumps(document))
    return suite


def test_a_regressed_cell_is_a_test_failure_with_ratio_interval_and_command(
    measured: pytest.Pytester,
) -> None:
    result = measured.runpytest_subprocess(
        *ENOUGH, "--ipcbench-baseline", "1", "--junitxml", "report.xml", timeout=100
    )
    result.assert_outcomes(passed=1, failed=1)
    root = Xml.parse(Path(measured.path / "report.xml")).getroot()
    (failure,) = root.iter("failure")
    message = failure.attrib["message"]
    assert "pipe stream 64B fork same" in message
    assert "regressed: time a message" in message
    assert "to baseline 0001_" in message
    assert "see: no ab can: channels and Python are the same" in message
    result.stdout.fnmatch_lines(["*queue stream 64B fork same*", "*1 regressed*"])


def test_a_baseline_is_no_silent_pass_where_nothing_is_measured(suite: pytest.Pytester) -> None:
    result = suite.runpytest_subprocess(
        "--benchmark-disable", *ENOUGH[3:], "--ipcbench-baseline", "1", timeout=100
    )
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*nothing is measured under --benchmark-disable*"])


def test_a_baseline_that_is_not_there_ends_the_session_before_anything_is_measured(
    suite: pytest.Pytester,
) -> None:
    result = suite.runpytest_subprocess(*ENOUGH, "--ipcbench-baseline", "77", timeout=100)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*--ipcbench-baseline: record '77' is not in*accepted: latest*"])
    assert not list((suite.path / "results").glob("*.json"))


def test_a_case_that_was_slowed_in_one_run_only_is_no_silent_pass(tmp_path: Path) -> None:
    store = Store(tmp_path)
    store.save(msgspec.to_builtins(varied(document(case("pipe")), day=1)), "20261101T120000Z")
    baseline = Baseline(store, "1")
    slowed = varied(document(case("pipe", seconds=9e-5, slowdowns=["a trace hook"])), day=2)
    baseline.judge(store.save(msgspec.to_builtins(slowed), "20261102T120000Z"))
    why = "slowed by a trace hook in the later run only"
    assert str(baseline.regression("pipe stream 64")).endswith(f": {why}")
    assert "1 failed" in baseline.summary


def test_a_case_that_got_faster_never_fails_because_its_loop_got_faster_still(tmp_path: Path) -> None:
    store = Store(tmp_path)

    def stored(seconds: float, loop_seconds: float, day: int) -> Path:
        pipe = case("pipe", seconds=seconds, reference_loop="os-pipe")
        loop = case("os-pipe", seconds=loop_seconds, asked=False)
        run = varied(document(pipe, loop), day=day)
        return store.save(msgspec.to_builtins(run), f"2026110{day}T120000Z")

    stored(1e-5, 1e-6, 1)
    baseline = Baseline(store, "1")
    baseline.judge(stored(0.9e-5, 0.2e-6, 2))
    assert baseline.regression("pipe stream 64") is None
    assert "0.900" in baseline.summary
    assert "inconclusive" in baseline.summary
    baseline.judge(stored(5e-5, 1e-6, 3))
    assert "regressed: time a message 5.000" in str(baseline.regression("pipe stream 64"))
